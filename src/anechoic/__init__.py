"""anechoic: finds the echoes in labelled short texts, and trains a classifier you can trust."""

from importlib import import_module

EXPORTS = {
    "Classifier": "anechoic.learn.classifier",
    "EchoGroupSplit": "anechoic.split.splitter",
    "audit_split": "anechoic.split.audit",
    "find_echoes": "anechoic.echoes.library",
    "split_rows": "anechoic.split.library",
}
__all__ = list(EXPORTS)


def __getattr__(name: str) -> object:
    """What the library offers, loaded when it is asked for (PEP 562)."""
    if name not in EXPORTS:
        raise AttributeError(f"module 'anechoic' has no attribute {name!r}")
    return getattr(import_module(EXPORTS[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *EXPORTS])
