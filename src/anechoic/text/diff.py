"""Two texts aligned word by word."""

from difflib import SequenceMatcher

from anechoic.text.words import words_of

MAX_ALIGNED_WORDS = 600  # of a text; beyond it two are not aligned: the time grows with their product


def word_diff(left: str, right: str) -> list[tuple[str, str, str]]:
    """Two texts -> their words aligned: (what, left words, right words), what: equal, replace, delete or insert.

    Words are compared without case and marks and given as they are written (Ratcliff and Obershelp 1988).
    Texts of more than MAX_ALIGNED_WORDS words are one `replace`.
    """
    old, new = left.split(), right.split()
    if max(len(old), len(new)) > MAX_ALIGNED_WORDS:
        return [("replace", left, right)]
    matcher = SequenceMatcher(None, _keys(old), _keys(new), autojunk=False)
    return [(what, " ".join(old[a:b]), " ".join(new[c:d])) for what, a, b, c, d in matcher.get_opcodes()]


def _keys(words: list[str]) -> list[str]:
    """What each word is compared by; a word of nothing but marks is itself."""
    return [" ".join(words_of(word)) or word for word in words]
