"""Texts of anybody -> their echo groups, by the very judgement that the pipeline makes."""

from collections.abc import Sequence

import polars as pl

from anechoic.echoes.classifier.judge import Judge, judge_in_force, shipped_judge
from anechoic.echoes.echoes import Connected, connect
from anechoic.echoes.pairs import PairLimits
from anechoic.embed.embed import embed, embeddings_table
from anechoic.embed.encoder import Encoder
from anechoic.embed.schema import EmbedParams
from anechoic.numeric.arrays import dense_codes
from anechoic.project import folders, io

SHIPPED_ENCODER = "minilm"


def encoder_in_force(encoder: str | Encoder | None) -> str | Encoder:
    """What was asked for; where nothing was, the encoder of the project one stands in, else the embedded one."""
    if encoder is not None:
        return encoder
    return io.read_params("embed", EmbedParams).model if folders.in_project() else SHIPPED_ENCODER


def judge_for(judge: Judge | None, encoder: str | Encoder) -> Judge:
    """What was asked for; where nothing was, the judge the pipeline obeys: calibrated where the project has one.

    A calibration holds for one encoder: with another one, or outside a project, the shipped judge judges.
    """
    if judge is not None:
        return judge
    if folders.in_project() and encoder == io.read_params("embed", EmbedParams).model:
        return judge_in_force(folders.read_drops("data/review", optional=True), str(encoder))
    return shipped_judge()


def echo_groups(
    rows: pl.DataFrame,
    *,
    labels: pl.Series,
    drops: Sequence[str] | None = None,
    encoder: str | Encoder | None = None,
    judge: Judge | None = None,
) -> Connected:
    """Rows with text, canonical and numbers (n) -> the same with group_id and vector, and the pairs between them.

    A row's id is its number as nine digits. labels: (n,) what each row is labelled, for conflicts; drops: (n,) the
    file each row comes from, None where that is one; files that retell one another are matched row to row.
    """
    asked = encoder_in_force(encoder)
    vectors = embed(rows["canonical"].to_list(), asked)
    clean = rows.with_columns(
        row_id=pl.int_range(pl.len()).cast(pl.String).str.zfill(9),
        role=pl.lit("raw"),
        drop=pl.Series(["rows"] * rows.height if drops is None else list(drops), dtype=pl.String),
        label_id=pl.Series(dense_codes(labels), dtype=pl.Int64),
    )
    return connect(clean, embeddings_table(clean["row_id"], vectors, ""), judge_for(judge, asked), PairLimits())
