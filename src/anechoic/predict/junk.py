"""Which texts hold nothing to classify: the intake's own rules, read for unlabelled records."""

from collections.abc import Sequence

from anechoic.text.language import detect
from anechoic.text.pii import mask
from anechoic.text.repair import repair
from anechoic.validate.rules import Seen, found
from anechoic.validate.schema import ValidateParams

JUNK = (
    *("empty_text", "whitespace_only", "too_short", "gibberish", "number_only", "url_only", "emoji_only"),
    *("wrong_language", "prompt_like", "no_message"),
)


def junk_of(texts: Sequence[str], params: ValidateParams) -> list[str]:
    """For each text as it came the first rule that makes it junk, empty where none does.

    A rule that `validate.decisions` ignores is ignored here too.
    """
    repaired = [repair(text) for text in texts]
    languages = detect(repaired, params.languages, params.home_languages)
    asked = [code for code in JUNK if params.decision(code) != "ignore"]
    told = []
    for text, mended, language in zip(texts, repaired, languages, strict=True):
        masked, personal = mask(mended)
        foreign = "" if language is None or language in params.home_languages else language
        limits = (params.minimum_letters, params.maximum_words)
        hits = found(Seen("", "", "-", True, False, text, mended, masked, tuple(personal), foreign, *limits))
        told.append(next((code for code in asked if code in hits), ""))
    return told
