"""Personal data in a text: found, and masked before anything is compared, embedded or trained on."""

import re
from collections.abc import Callable, Iterator

EMAIL = re.compile(r"[\w.+'-]*[\w+]\s?(?:@|[(\[]\s?at\s?[)\]])\s?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}", re.IGNORECASE)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]{4}){2,7}(?:[ -]?[A-Z\d]{1,4})?\b")
CARD = re.compile(r"(?<![\w.-])(?:\d[ .-]?){12,18}\d(?![\w-])")
SOCIAL = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
PHONE = re.compile(r"(?<![\w.,/:-])(?:\+|00)?[ ]?\(?\d[\d ().\-–/]{4,20}\d(?![\w%€$£]|[.,:-]\d)")
DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d)(?!\d)"
)
CALL = re.compile(
    r"\b(?:call|ring|phone|telephone|tel|mobile|mob|cell|fax|whats ?app|text|sms|reach|dial|contact|"
    r"(?:my|our|phone|home|work|office) number)\b"
    r"[^.!?]{0,30}$",
    re.IGNORECASE,
)
GROUPED = re.compile(r"\(\d{2,5}\)|\d{3}[ .-]\d{3}[ .-]\d{4}|^0\d{1,4}[ /-]|^555[ .-]\d{4}$")
NUMBERED = (
    r"(?:purchase order|p\.?o\.?|orders?|invoice|ref(?:erence)?|ticket|booking|reservation|confirmation|tracking|"
    r"rma|purchase|case|account|acct|customer|quote|contract|shipment|delivery)"
)
MARK = r"(?:\s*\b(?:no|nr|num|number|id|code|ref)\b\.?)?(?:\s+(?:is|was))?\s*[:#=]?\s*"
PREFIX = r"(?:PO|SO|WO|SR|ORD|ORDER|INV|RMA|REF|CASE|TKT|TICKET|REQ|CUST|ACC|ACCT|BK|CNF)"
NUMBER = r"(?P<number>#?[A-Z]{0,5}[-/]?\d[\dA-Z]*(?:[-/.][\dA-Z]+)*)"
COUNTED = r"(?!\s*(?:units?|pieces?|pcs|items?|of|kg|x\b|boxes|euros?|dollars?|eur|usd|%|€))"
ORDER = re.compile(
    rf"\b{NUMBERED}\b(?P<mark>{MARK}){NUMBER}(?![\w]){COUNTED}"
    r"|(?<![\w&])(?P<hash>#[A-Z]{0,4}-?\d{5,}(?:-\d+)*)(?!\w)"
    rf"|\b(?P<coded>{PREFIX}[-/#]?\d{{2,}}(?:[-/]\d+)*)\b",
    re.IGNORECASE,
)

Span = tuple[int, int]


def find(text: str) -> Iterator[tuple[Span, str]]:
    """Spans of personal data with their reason codes, the surest kind first; spans may overlap."""
    for code, spans in KINDS.items():
        for span in spans(text):
            yield span, code


def mask(text: str) -> tuple[str, list[str]]:
    """The text with personal data replaced by what it was (`[email]`), and the codes found, in a fixed order."""
    if "@" not in text and "t)" not in text and not any(char.isdigit() for char in text):
        return text, []
    taken: list[tuple[Span, str]] = []
    for span, code in find(text):
        if all(span[1] <= start or end <= span[0] for (start, end), _ in taken):
            taken.append((span, code))
    for (start, end), code in sorted(taken, reverse=True):
        text = f"{text[:start]}[{MASKS[code]}]{text[end:]}"
    return text, [code for code in KINDS if any(code == found for _, found in taken)]


def _emails(text: str) -> Iterator[Span]:
    yield from (match.span() for match in EMAIL.finditer(text))


def _ibans(text: str) -> Iterator[Span]:
    """Account numbers by their check digits (ISO 13616), or because the text says that it is one."""
    for match in IBAN.finditer(text):
        code = re.sub(r"[ -]", "", match[0])
        turned = "".join(str(int(char, 36)) for char in code[4:] + code[:4])
        said = re.search(r"iban|account|konto", text[max(0, match.start() - 25) : match.start()], re.IGNORECASE)
        if 15 <= len(code) <= 34 and (int(turned) % 97 == 1 or said):
            yield match.span()


def _cards(text: str) -> Iterator[Span]:
    """Card numbers by their check digit (Luhn, ISO/IEC 7812)."""
    for match in CARD.finditer(text):
        digits = [int(char) for char in match[0] if char.isdigit()]
        doubled = [digit if at % 2 == 0 else sum(divmod(2 * digit, 10)) for at, digit in enumerate(digits[::-1])]
        if digits[0] in range(2, 7) and sum(doubled) % 10 == 0:
            yield match.span()


def _socials(text: str) -> Iterator[Span]:
    yield from (match.span() for match in SOCIAL.finditer(text))


def _phones(text: str) -> Iterator[Span]:
    """Seven to fifteen digits (ITU E.164) that are written or announced as a telephone number."""
    for match in PHONE.finditer(text):
        number = match[0].strip()
        digits = sum(char.isdigit() for char in number)
        if not 7 <= digits <= 15 or DATE.search(number):
            continue
        international = re.match(r"\+|00\d{1,3}[ -]", number) and digits >= 8
        national = GROUPED.search(number) and (digits >= 9 or number.startswith(("555", "(")))
        if international or national or CALL.search(text[: match.start()]):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield start, start + len(number)


def _orders(text: str) -> Iterator[Span]:
    """Numbers that name one order: five digits or more behind such a word, or four and a mark or letter."""
    for match in ORDER.finditer(text):
        name = next(name for name in ("number", "hash", "coded") if match[name])
        number = match[name]
        digits = sum(char.isdigit() for char in number)
        marked = bool(match["mark"] and match["mark"].strip()) or not number.isdigit()
        if digits >= (4 if marked else 5) and not DATE.fullmatch(number) and not _is_amount(number):
            yield match.span(name)


def _is_amount(number: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(?:\.\d{3})+|\d+\.\d{1,2}|\d+\.", number))


KINDS: dict[str, Callable[[str], Iterator[Span]]] = {
    "pii_email": _emails,
    "pii_iban": _ibans,
    "pii_card": _cards,
    "pii_social_number": _socials,
    "pii_order_number": _orders,
    "pii_phone": _phones,
}
MASKS = {code: code.removeprefix("pii_").replace("order_number", "order") for code in KINDS}
MEANINGS = {
    "pii_email": "An e-mail address; masked.",
    "pii_iban": "A bank account number (IBAN); masked.",
    "pii_card": "A payment card number with a valid check digit; masked.",
    "pii_social_number": "A social security number as the United States write it; masked.",
    "pii_order_number": "A number that names one order, invoice, ticket or customer; masked.",
    "pii_phone": "A telephone number; masked.",
}
