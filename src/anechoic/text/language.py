"""Which language a text is in, among the configured ones (lingua; Stahl 2023)."""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from anechoic.project.errors import ParamsError

if TYPE_CHECKING:
    from lingua import LanguageDetector

MINIMUM_LETTERS, MINIMUM_WORDS = 15, 3  # below that a guess is as good as none
FOREIGN_LETTERS, FOREIGN_SHARE = 4, 0.5  # of letters beyond Latin: a few tell, as one may be a word
LAST_LATIN = "\u02ff"  # above it no letter is Latin
READ_CHARACTERS = 300  # of a text: enough to tell its language
HOME_PROBABILITY = 0.1  # of a home language, from which a text is taken to be in it
DIGITS = re.compile(r"\d+")
OTHER = "other"  # letters that none of the languages has


def detect(texts: Sequence[str], languages: Sequence[str], home: Sequence[str]) -> list[str | None]:
    """Texts -> the ISO 639-1 code of each, `other` for foreign scripts, None where it is too short to tell.

    A text counts as in a home language unless that is improbable: the short texts people write mislead any
    detector, and most of them are in the language that was expected. Raises ParamsError for an unknown code.
    """
    beginnings = [DIGITS.sub("", text[:READ_CHARACTERS]) for text in texts]
    long_enough = [_long_enough(text) for text in beginnings]
    distinct = sorted({text for text, enough in zip(beginnings, long_enough, strict=True) if enough})
    if not distinct or len(languages) < 2:
        return [home[0] if enough and home else None for enough in long_enough]
    codes = _codes(distinct, languages, home)
    return [codes[text] if enough else None for text, enough in zip(beginnings, long_enough, strict=True)]


def _long_enough(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    foreign = sum(char.isalpha() and char > LAST_LATIN for char in text)
    by_words = letters >= MINIMUM_LETTERS and len(text.split()) >= MINIMUM_WORDS
    return by_words or foreign >= max(FOREIGN_LETTERS, FOREIGN_SHARE * letters)


def _codes(texts: list[str], languages: Sequence[str], home: Sequence[str]) -> dict[str, str]:
    """The code of each text: the likeliest language, or a home language that is not improbable."""
    detector = _detector(tuple(languages))
    likeliest = detector.detect_languages_in_parallel_of(texts)
    codes = {
        text: OTHER if language is None else language.iso_code_639_1.name.lower()
        for text, language in zip(texts, likeliest, strict=True)
    }
    # The probabilities of all languages cost more than the likeliest, so only foreign-looking texts are asked.
    doubtful = [text for text, code in codes.items() if code not in home and code != OTHER]
    confidences = detector.compute_language_confidence_values_in_parallel(doubtful)
    for text, values in zip(doubtful, confidences, strict=True):
        probability = {value.language.iso_code_639_1.name.lower(): value.value for value in values}
        best = max(home, key=lambda code: probability.get(code, 0.0), default="")
        if probability.get(best, 0.0) >= HOME_PROBABILITY:
            codes[text] = best
    return codes


@cache
def _detector(languages: tuple[str, ...]) -> "LanguageDetector":
    """The detector of these languages; their models are read once a process."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = (getattr(IsoCode639_1, name) for name in dir(IsoCode639_1) if len(name) == 2)
    known = {code.name.lower(): code for code in codes}
    if unknown := [code for code in languages if code not in known]:
        raise ParamsError(
            f"params.yaml validate.languages: no language {', '.join(unknown)}; there are {', '.join(known)}"
        )
    return LanguageDetectorBuilder.from_iso_codes_639_1(*(known[code] for code in languages)).build()
