"""The split as a library: polars frames in, polars frames out, no pipeline, no params.yaml."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anechoic.echoes.classifier.judge import shipped_judge
from anechoic.echoes.echoes import Echoes, echoes
from anechoic.echoes.schema import EchoesParams
from anechoic.embed.embed import embedded
from anechoic.numeric.arrays import Indices
from anechoic.project.errors import DataError
from anechoic.review.decisions import Decisions
from anechoic.split.connected_rows import with_units
from anechoic.split.lock import text_key
from anechoic.stratify.stratify import class_counts, stratify
from anechoic.text.repair import canonicalize, numbers_of

ECHOES = EchoesParams(near_lexical=0.9, neighbour_cosine=0.6, representative="first", review_rows=0)
SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}


def split_rows(
    frame: pl.DataFrame,
    text: str = "text",
    label: str = "label",
    *,
    shares: Mapping[str, float] | int = SHARES,
    groups: Sequence[str] = (),
    seed: int = 0,
    model: str = "minilm",
) -> pl.DataFrame:
    """The frame with columns `group` (echo group, coded from 0) and `split`; whole groups, classes in even shares.

    shares: side -> share, adding up to 1, or a number of folds, which are then named by it from 0 (int). groups:
    further columns, such as customer, whose rows of one value stay together; nulls bind nothing. Every row of a
    group counts. Raises DataError where the shares do not add up, a column is missing, a label is null, or there
    are fewer groups than sides.
    """
    sides, share = _sides(shares)
    _check(frame, [text, label, *groups])
    rows, _ = echoes_of(frame[text].to_list(), model)
    bound = with_units(rows.with_columns(_by(frame, groups)), ["group_id", *map("by:{}".format, groups)])
    unit = dense_codes(bound["unit"])
    if unit.max(initial=-1) + 1 < len(sides):
        raise DataError(
            f"{frame.height} rows are {unit.max(initial=-1) + 1} groups, too few for {len(sides)} sides. "
            f"Ask for fewer sides, bind by fewer columns, or add distinct rows."
        )
    side_of = assigned(unit, dense_codes(frame[label]), share, seed)
    columns = [pl.Series("group", dense_codes(rows["group_id"])), pl.Series("split", [sides[at] for at in side_of])]
    return frame.with_columns(columns)


def assigned(units: Indices, labels: Indices, shares: NDArray[np.float64], seed: int) -> Indices:
    """A side for each row: whole units, every class in its share; units and labels coded from 0."""
    side: Indices = stratify(class_counts(units, labels), shares, seed, solve=True)[units]
    return side


def echoes_of(texts: Sequence[str], model: str, drops: Sequence[str] = ()) -> tuple[pl.DataFrame, Echoes]:
    """Rows with row_id (their number), canonical, key, group_id and vector, in order, and what echoes what.

    drops: the file each text comes from, where that is known; files that retell one another are matched row to row.
    Raises DataError where a text is missing or empty.
    """
    empty = [at for at, given in enumerate(texts) if not isinstance(given, str) or not canonicalize(given)]
    if empty:
        given = texts[empty[0]]
        raise DataError(f"{len(empty)} rows have no text, the first is row {empty[0]}: {given!r}. Take them out.")
    canonical = [canonicalize(given) for given in texts]
    height = len(canonical)
    clean = pl.DataFrame(
        {
            "row_id": [f"{at:09d}" for at in range(height)],
            "drop": list(drops) or ["rows"] * height,
            "record": range(1, height + 1),
            "line": range(1, height + 1),
            "role": ["raw"] * height,
            "label_id": [0] * height,
            "label": [""] * height,
            "text": list(texts),
            "meta": ["{}"] * height,
            "canonical": canonical,
            "numbers": pl.Series([numbers_of(each) for each in texts], dtype=pl.List(pl.String)),
            "language": pl.Series([None] * height, dtype=pl.String),
            "flags": pl.Series([[]] * height, dtype=pl.List(pl.String)),
            "key": [text_key(each) for each in canonical],
        },
        schema_overrides={"record": pl.Int64, "line": pl.Int64, "label_id": pl.Int64},
    )
    embeddings = embedded(clean, model)
    found = echoes(clean.drop("key"), embeddings, ECHOES, shipped_judge(), Decisions())
    rows = clean.select("row_id", "canonical", "key").join(found.groups, on="row_id", maintain_order="left")
    return rows.join(embeddings.select("row_id", "vector"), on="row_id", maintain_order="left"), found


def _sides(shares: Mapping[str, float] | int) -> tuple[list[str] | list[int], NDArray[np.float64]]:
    if isinstance(shares, int):
        if shares < 2:
            raise DataError(f"shares={shares}: ask for 2 folds or more.")
        return list(range(shares)), np.full(shares, 1 / shares)
    total = sum(shares.values())
    if abs(total - 1) > 1e-6 or min(shares.values()) < 0:
        raise DataError(f"The shares {dict(shares)} add up to {total:g}: must be 1, none below 0.")
    return list(shares), np.array(list(shares.values()))


def _by(frame: pl.DataFrame, groups: Sequence[str]) -> list[pl.Series]:
    """The group columns as text, renamed so that they meet no name of ours."""
    return [frame[name].cast(pl.String).alias(f"by:{name}") for name in groups]


def _check(frame: pl.DataFrame, columns: Sequence[str]) -> None:
    if missing := [name for name in columns if name not in frame.columns]:
        raise DataError(f"No column {', '.join(map(repr, missing))}: the frame has {', '.join(frame.columns)}.")
    label = frame[columns[1]]
    if label.null_count():
        first = int(np.flatnonzero(label.is_null().to_numpy())[0])
        raise DataError(
            f"{label.null_count()} rows have no {columns[1]!r}, the first is row {first}. Take them out."
        )
    if frame.is_empty():
        raise DataError("The frame has no row.")


def dense_codes(values: pl.Series) -> Indices:
    """Values as codes from 0, in sorted order of the values."""
    codes: Indices = np.unique(values.to_numpy(), return_inverse=True)[1]
    return codes
