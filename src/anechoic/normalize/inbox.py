"""The inbox's texts: unlabelled drops, read as far as the split needs them."""

from anechoic.files.unlabelled import read_inbox
from anechoic.text.repair import canonicalize


def inbox_texts(drops: dict[str, bytes | OSError]) -> list[str]:
    """The canonical texts of all drops, in their order; each text once, files without a text column left out."""
    files = [read_inbox(name, content) for name, content in drops.items()]
    texts = [canonicalize(text) for file in files if not file.problem for text in file.texts]
    return [text for text in dict.fromkeys(texts) if text]
