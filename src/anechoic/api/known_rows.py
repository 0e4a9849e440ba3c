"""A file's rows beside the rows that a project has already: which are there, in which words, under which label."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from anechoic.echoes.explanations import COPY
from anechoic.normalize.normalize import normalize
from anechoic.project.kinds import ECHO_KINDS
from anechoic.project.schema import Labels
from anechoic.text.shown import shown
from anechoic.validate.schema import ValidateParams
from anechoic.validate.validate import validate


@dataclass(frozen=True)
class Known:
    """How much of a file a project has.

    pairs: one line for each row of the file that is there, with kind, score, line, text, label, and place,
    its_text, its_label of the row it repeats; conflicts: those whose labels differ, where labels can be compared.
    """

    project_rows: int
    pairs: pl.DataFrame
    conflicts: pl.DataFrame

    def kinds(self) -> dict[str, int]:
        """Rows of the file by how they repeat the project's."""
        return {kind: self.pairs.filter(pl.col("kind") == kind).height for kind in ECHO_KINDS}


def known_rows(
    rows: pl.DataFrame,
    drops: Mapping[str, bytes | OSError],
    labels: Labels | None,
    params: ValidateParams,
    *,
    encoder: str,
) -> Known | None:
    """Rows of a file and a project's files -> what of the file is there already.

    rows: line, text, canonical, numbers, label (null where it cannot be compared); drops: the files of data/raw/,
    without the file itself. None where they hold no row. The project's rows are the source, as in `audit_split`.
    """
    if labels is None or not drops or rows.is_empty():
        return None
    known = normalize(validate(dict(drops), {}, labels, params).rows)
    if known.is_empty():
        return None
    from anechoic.api.echo_groups import echo_groups  # with the judge, seconds to import

    columns = ["text", "canonical", "numbers"]
    both = pl.concat([known.select(columns), rows.select(columns)])
    sources = [f"1 {drop}" for drop in known["drop"]] + ["2"] * rows.height  # the project's rows come first
    found = echo_groups(both, labels=pl.Series(["-"] * both.height), drops=sources, encoder=encoder)
    across = echoes_across(found.pairs, both["text"], known.height)
    best = across.unique("test_row", keep="first", maintain_order=True)
    mine, theirs = rows[best["test_row"].to_list()], known[best["train_row"].to_list()]
    pairs = best.select("kind", "score").with_columns(
        line=mine["line"],
        text=mine["text"],
        label=mine["label"],
        place=pl.Series([f"data/raw/{drop}:{line}" for drop, line in theirs.select("drop", "line").iter_rows()]),
        its_text=theirs["text"],
        its_label=theirs["label"],
    )
    return Known(known.height, pairs, pairs.filter(_folded("label") != _folded("its_label")))


def _folded(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_lowercase()


def echoes_across(pairs: pl.DataFrame, texts: pl.Series, height: int) -> pl.DataFrame:
    """The pairs of `echo_groups` -> those between its first `height` rows (train) and the others (test).

    texts: (n,) of all rows. Columns test_row and train_row (each from 0), kind, score, test_text, train_text,
    evidence; copies of copies included; by test_row, the surest first. Personal data in the texts is masked.
    """
    echoes = pairs.filter(pl.col("kind").is_in(list(ECHO_KINDS))).with_columns(
        pl.col("kind").cast(pl.String), left=pl.col("left").cast(pl.Int64), right=pl.col("right").cast(pl.Int64)
    )
    copies = echoes.filter(pl.col("kind") == "exact").select(text="left", row="right")
    rows = pl.DataFrame({"text": range(len(texts))}, schema={"text": pl.Int64})
    alone = rows.join(copies, left_on="text", right_on="row", how="anti").with_columns(row="text")
    rows = pl.concat([alone, copies])  # each row with the row that stands for its text
    known, asked = rows.filter(pl.col("row") < height), rows.filter(pl.col("row") >= height)
    judged = echoes.filter(pl.col("kind") != "exact").select(
        one="left", other="right", kind="kind", score="score", evidence="evidence"
    )
    same = (
        rows.select(one="text", other="text")
        .unique()
        .with_columns(kind=pl.lit("exact"), score=pl.lit(1.0, pl.Float32), evidence=pl.lit(COPY))
    )
    both = pl.concat([same, judged, judged.rename({"one": "other", "other": "one"}).select(judged.columns)])
    found = both.join(known.select(one="text", train_row="row"), on="one")  # a verdict holds for all copies
    found = found.join(asked.select(other="text", test_row=pl.col("row") - height), on="other")
    rank = pl.col("kind").replace_strict(
        {kind: place for place, kind in enumerate(ECHO_KINDS)}, return_dtype=pl.Int64
    )
    found = found.sort("test_row", rank, -pl.col("score"), "train_row")
    return found.select(
        "test_row",
        "train_row",
        "kind",
        "score",
        test_text=_shown(texts.gather(found["test_row"] + height)),
        train_text=_shown(texts.gather(found["train_row"])),
        evidence="evidence",
    )


def _shown(texts: pl.Series) -> pl.Series:
    return pl.Series([shown(text) for text in texts], dtype=pl.String)
