"""Which texts hold nothing to classify: the intake's own rules, read for unlabelled records."""

from collections.abc import Sequence

from anechoic.text.language import detect
from anechoic.text.repair import repair
from anechoic.validate.registry import seen
from anechoic.validate.rules import decisions, findings
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
    decided = decisions(params)
    asked = [code for code in JUNK if decided[code] != "ignore"]
    reasons = []
    for text, mended, language in zip(texts, repaired, languages, strict=True):
        hits = findings(seen(text, language, params, repaired=mended))
        reasons.append(next((code for code in asked if code in hits), ""))
    return reasons
