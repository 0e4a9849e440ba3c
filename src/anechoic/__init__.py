"""anechoic: finds the echoes in labelled short texts, and trains a classifier you can trust."""

from importlib import import_module

EXPORTS = {
    "Classifier": "anechoic.classifier.classifier",
    "EchoGroupSplit": "anechoic.api.echo_group_split",
    "audit_split": "anechoic.api.audit_split",
    "find_echoes": "anechoic.api.find_echoes",
    "split_rows": "anechoic.api.split_rows",
}
__all__ = list(EXPORTS)


def __getattr__(name: str) -> object:
    """What the library offers, loaded when it is asked for (PEP 562)."""
    if name not in EXPORTS:
        raise AttributeError(f"module 'anechoic' has no attribute {name!r}")
    return getattr(import_module(EXPORTS[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *EXPORTS])
