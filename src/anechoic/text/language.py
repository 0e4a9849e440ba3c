"""Which language a text is in, among the configured ones (lingua; Stahl, 2023)."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import compress

from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from anechoic.project.errors import ParamsError

LETTERS, WORDS = 15, 3  # below that a guess is as good as none
DOUBT = 0.1  # probability of a home language from which a text is taken to be in it
DIGITS = re.compile(r"\d+")
ENOUGH = 300  # characters that tell a language
OTHER = "other"  # letters that none of the languages has


def detect(texts: Sequence[str], languages: Sequence[str], home: Sequence[str]) -> list[str | None]:
    """ISO 639-1 code of each text, `other` for foreign scripts, None where it is too short to tell.

    A text counts as in a home language unless that is improbable: the short texts people write mislead any
    detector, and most of them are in the language that was expected. Raises ParamsError for an unknown code.
    """
    words = [DIGITS.sub("", text[:ENOUGH]) for text in texts]
    told = [_long_enough(text) for text in words]
    unique = sorted(set(compress(words, told)))
    if not unique or len(languages) < 2:
        return [home[0] if each and home else None for each in told]
    detector = _detector(tuple(languages))
    quick = detector.detect_languages_in_parallel_of(unique)
    codes = {
        text: OTHER if found is None else found.iso_code_639_1.name.lower()
        for text, found in zip(unique, quick, strict=True)
    }
    doubtful = [text for text, code in codes.items() if code not in home and code != OTHER]
    for text, values in zip(
        doubtful, detector.compute_language_confidence_values_in_parallel(doubtful), strict=True
    ):
        likely = {value.language.iso_code_639_1.name.lower(): value.value for value in values}
        best = max(home, key=lambda code: likely.get(code, 0.0), default="")
        if likely.get(best, 0.0) >= DOUBT:
            codes[text] = best
    return [codes[text] if each else None for text, each in zip(words, told, strict=True)]


def _long_enough(text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    foreign = sum(char.isalpha() and char > "\u02ff" for char in text)  # beyond Latin: a letter may be a word
    return (letters >= LETTERS and len(text.split()) >= WORDS) or foreign >= max(4, 0.5 * letters)


@cache
def _detector(languages: tuple[str, ...]) -> LanguageDetector:
    codes = (getattr(IsoCode639_1, name) for name in dir(IsoCode639_1) if len(name) == 2)
    known = {code.name.lower(): code for code in codes}
    if unknown := [code for code in languages if code not in known]:
        raise ParamsError(
            f"params.yaml validate.languages: no language {', '.join(unknown)}; there are {', '.join(known)}"
        )
    return LanguageDetectorBuilder.from_iso_codes_639_1(*(known[code] for code in languages)).build()
