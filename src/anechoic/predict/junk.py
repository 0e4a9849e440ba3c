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
    codes = [code for code in JUNK if params.decision(code) != "ignore"]
    junk = []
    for text, mended, language in zip(texts, repaired, languages, strict=True):
        masked, personal = mask(mended)
        record = Seen(
            problem="",
            detail="",
            label="-",  # an unlabelled record has none: one that no rule minds
            known=True,
            named=False,
            text=text,
            repaired=mended,
            canonical=masked,
            pii=tuple(personal),
            foreign="" if language is None or language in params.home_languages else language,
            minimum_letters=params.minimum_letters,
            maximum_words=params.maximum_words,
        )
        broken = found(record)
        junk.append(next((code for code in codes if code in broken), ""))
    return junk
