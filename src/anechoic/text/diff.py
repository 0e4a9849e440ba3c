"""Two texts aligned word by word."""

from difflib import SequenceMatcher

from anechoic.text.words import words_of

ALIGNED = 600  # words of a text up to which two are aligned; the time grows with their product


def word_diff(left: str, right: str) -> list[tuple[str, str, str]]:
    """The texts' words aligned: (what, left words, right words), what being equal, replace, delete or insert.

    Texts of more than ALIGNED words are one `replace`.
    """
    one, other = left.split(), right.split()
    if max(len(one), len(other)) > ALIGNED:
        return [("replace", left, right)]
    keys = [[" ".join(words_of(word)) or word for word in words] for words in (one, other)]
    codes = SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes()
    return [(what, " ".join(one[a:b]), " ".join(other[c:d])) for what, a, b, c, d in codes]
