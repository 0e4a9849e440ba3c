"""When two texts are the same text: the one rule, wherever copies are looked for or remembered."""

from collections.abc import Sequence
from hashlib import blake2b

from anechoic.text.repair import canonicalize, numbers_of

SEPARATOR = "\x1f"  # no canonical text holds a control character


def same_text_key(canonical: str, numbers: Sequence[str]) -> str:
    """Canonical text and the numbers of the original -> a key that copies share and no other texts.

    Case is folded. The numbers come from before masking: "order [order] is late" of two customers is not one text.
    """
    return SEPARATOR.join((canonical.casefold(), *numbers))


def same_text_key_of(text: str) -> str:
    """A text as dropped in -> its key, see same_text_key."""
    return same_text_key(canonicalize(text), numbers_of(text))


def text_key(canonical: str) -> str:
    """Canonical text -> the name the split remembers it by: 16 hexadecimal digits of its case-folded form.

    Numbers that were masked take no part: what personal data was must not be told from a file in git.
    """
    return blake2b(canonical.casefold().encode(), digest_size=8).hexdigest()
