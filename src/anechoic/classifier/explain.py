"""One text and the classifier: the tokens it reads, probabilities, nearest training rows."""

from dataclasses import dataclass

import polars as pl

from anechoic.classifier.classifier import Classifier
from anechoic.embed.words import cut_sentence, cut_up
from anechoic.numeric.arrays import Vectors, matrix
from anechoic.numeric.nearest import nearest_rows
from anechoic.text.repair import canonicalize

NEAREST_SHOWN = 5  # training rows


@dataclass(frozen=True)
class Explanation:
    """What becomes of a text; answer: the class and its reason, in one sentence.

    Tables: tokens (token, id), probabilities (label_id, label, probability), nearest (cosine, label, text, drop,
    line, row_id).
    """

    answer: str
    canonical: str
    tokens: pl.DataFrame
    cut: str  # where the text was cut for the classifier; empty where it was not
    probabilities: pl.DataFrame
    nearest: pl.DataFrame
    likeness: str  # the learned row that speaks for the class, and one that speaks against it


def explain(
    text: str,
    vector: Vectors,
    classifier: Classifier,
    learned: pl.DataFrame,
    unlike_below: float | None = None,
) -> Explanation:
    """What a classifier makes of a text, and the nearest of the rows it learned from.

    vector: the text's unit vector (d,); learned: those rows, as `learned_rows` gives them; unlike_below: the cosine
    to the nearest of them below which the text is unlike all.
    """
    canonical = canonicalize(text)
    ids = classifier.tokenizer(canonical, truncation=True, max_length=classifier.card.max_tokens)["input_ids"]
    tokens = classifier.tokenizer.convert_ids_to_tokens(ids)
    labels = classifier.card.labels
    probable = pl.DataFrame(
        {
            "label_id": [label.label_id for label in labels],
            "label": [label.name for label in labels],
            "probability": classifier.probabilities([canonical])[0],
        }
    )
    probabilities = probable.sort("probability", descending=True)
    near = _nearest(vector, learned)
    return Explanation(
        answer=_answer(probabilities, near, classifier.card.abstain_below, unlike_below),
        canonical=canonical,
        tokens=pl.DataFrame({"token": tokens, "id": ids}),
        cut=_cut(canonical, classifier),
        probabilities=probabilities,
        nearest=near,
        likeness=_likeness(vector, probabilities["label"][0], learned),
    )


def _cut(canonical: str, classifier: Classifier) -> str:
    """Where the classifier stops reading a text; empty where it reads all, or its tokenizer tells no places."""
    backend = getattr(classifier.tokenizer, "backend_tokenizer", None)
    if backend is None:
        return ""
    window = classifier.card.max_tokens
    return cut_sentence(canonical, cut_up(canonical, backend, window, classifier.folder), window, "the classifier")


def _answer(
    probabilities: pl.DataFrame, near: pl.DataFrame, abstain_below: float, unlike_below: float | None
) -> str:
    """The likeliest class, whether that is sure enough to count as an answer, and the nearest training row."""
    label, chance = probabilities.select("label", "probability").row(0)
    sure = "" if chance >= abstain_below else f", flagged as unsure (below {abstain_below:.2f})"
    if near.is_empty():
        return f"Classified as {label}, probability {chance:.2f}{sure}."
    row = near.row(0, named=True)
    if unlike_below is not None and row["cosine"] < unlike_below:
        sure += f", flagged as unlike every training row (nearest below cosine {unlike_below:.2f})"
    place = f"{row['drop']} line {row['line']}, labelled {row['label']}, cosine {row['cosine']:.2f}"
    return (
        f"Classified as {label}, probability {chance:.2f}{sure}. Nearest training row: {row['text']!r} ({place})."
    )


def _nearest(vector: Vectors, learned: pl.DataFrame) -> pl.DataFrame:
    (rows,), (cosines,) = nearest_rows(vector[None], matrix(learned["vector"]), NEAREST_SHOWN)  # (NEAREST_SHOWN,)
    there = rows >= 0
    near: pl.DataFrame = learned[rows[there]]
    return near.select(
        pl.Series("cosine", cosines[there]), "label", pl.col("canonical").alias("text"), "drop", "line", "row_id"
    )


def _likeness(vector: Vectors, label: str, learned: pl.DataFrame) -> str:
    """The nearest learned row of the class `label`; as a doubt, one of another class where that is nearer."""
    same = _nearest(vector, learned.filter(pl.col("label") == label)).head(1).rows(named=True)
    nearest = _nearest(vector, learned).filter(pl.int_range(pl.len()) == 0).filter(pl.col("label") != label)
    told = [f"Like this row of {label}: {row['text']!r} (cosine {row['cosine']:.2f})." for row in same]
    told = told or [f"No training row is of {label}."]
    told += [
        f"But nearer, and a doubt, is one of {row['label']}: {row['text']!r} (cosine {row['cosine']:.2f})."
        for row in nearest.iter_rows(named=True)
    ]
    return " ".join(told)
