"""What the row rules look for, as patterns."""

import re

# The start of a spreadsheet formula: a command or function, a cell, arithmetic, or a command behind arithmetic.
FORMULA = re.compile(
    r"""[=+\-@]\s*(?:[A-Z]+\s*\||[A-Z][A-Z.]+\(|\$?[A-Z]{1,3}\$?\d+\s*(?:[-+*/&:,!]|$)|"|\{)"""
    r"|[=+@]\s*\(?-?\d[\d.,]*\s*[-+*/^]\s*\(?\d"
    r"|[=+\-@].*\|.*![A-Z]+\d+",
    re.IGNORECASE,
)
URL = re.compile(
    r"(?:https?|ftp)://\S+|\bwww\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|de|co|info|eu)(?:/\S*)?(?!\w)",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]+")
UNITS = frozenset(["eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "chf", "k", "m", "x", "no", "nr"])
EMOJI = re.compile("[\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff]|^[:;=8xX]['^-]?[()DPp/|*]+$")
MASK = re.compile(r"\[\w+\]|[@#]\w+")  # what stands for personal data, and names of accounts and topics

_ANY, _FEW = r"(?:\w+\s+){0,6}?", r"(?:\w+\s+){0,3}?"
_RULES = r"(?:instruction|prompt|rule|guideline|direction|context|message|training|programming|label|task)s?"
_EARLIER = r"(?:previous|prior|above|earlier|preceding|system|your|all|any|these|those|foregoing|former)"
_MODEL = r"(?:mode|assistant|ai|model|bot|chatbot|dan|admin\w*|jailbroken|unrestricted)"
_ANSWER = r"(?:answer|respond|reply|classify|label|mark|tag|return|output|write|say|categori[sz]e)"
_AS = r"(?:as|like|to\s+be)\s+(?:an?\s+|if\s+you\s+(?:are|were)\s+)"
_ROLE = r"(?:ai|model|assistant|expert|bot|system|classifier|admin\w*|pirate)"

# Orders to a language model: to drop its orders, to be another, to show its orders, to answer in a given way.
ORDERS = re.compile(
    rf"\b(?:ignore|disregard|forget|override|bypass|skip|discard)\s+{_FEW}{_EARLIER}\s+{_FEW}{_RULES}\b"
    rf"|\byou\s+are\s+(?:now|no\s+longer)\s+{_FEW}{_MODEL}\b"
    r"|\b(?:developer|debug|god|dan|admin|jailbreak)\s+mode\b|\bsystem\s+(?:prompt|message|instruction)s?\b"
    rf"|\b(?:reveal|print|show|repeat|output|leak|display)\s+{_FEW}(?:prompt|instructions)\b|\bjailbreak\s+(?:mode|prompt)"
    rf"|\b(?:act|behave|respond|pretend)\s+{_AS}{_FEW}{_ROLE}\b"
    rf"|\b{_ANSWER}\s+{_ANY}(?:with|as|to|only|using)\s+{_FEW}(?:label|class|category|id|word|json)\b"
    r"|\bas\s+an?\s+(?:ai|large\s+language|language)\s+model\b"
    r"|<\|\w+\|>|\[/?INST\]|<</?SYS>>|^\s*#{1,4}\s*(?:instruction|system|response)s?\b"
    r"|^\s*(?:system|assistant)\s*:",
    re.IGNORECASE,
)
