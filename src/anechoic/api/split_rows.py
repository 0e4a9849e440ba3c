"""Rows onto sides or folds: whole echo groups, classes in even shares; no pipeline, no params.yaml."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from anechoic.api.echo_groups import echo_groups
from anechoic.api.rows import Rows, as_frame, canonical_rows, labels_of, with_columns
from anechoic.echoes.classifier.judge import Judge
from anechoic.embed.encoder import Encoder
from anechoic.numeric.arrays import Floats, Indices, dense_codes
from anechoic.project.errors import DataError
from anechoic.split.connected_rows import with_units
from anechoic.stratify.stratify import class_counts, stratify
from anechoic.text.same_text import text_key

SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}
WHERE = "split_rows"


def split_rows(  # noqa: PLR0913 - each is one decision of the user's, all but the rows by name
    rows: Rows,
    *,
    text: str = "text",
    label: str | None = "label",
    encoder: str | Encoder | None = None,
    judge: Judge | None = None,
    shares: Mapping[str, float] | int = SHARES,
    groups: Sequence[str] = (),
    seed: int = 0,
) -> Rows:
    """Rows -> the rows with `group` (echo group, coded from 0) and `split`; whole groups, classes in even shares.

    rows: a polars or pandas frame, which comes back as one, or a list of texts; text, label: its columns,
    label=None where there is none; encoder: a name, folder or object with `.encode`; judge: who decides what is
    an echo; both are by default those of the project one stands in, else the shipped ones. shares: side ->
    share, adding up to 1, or a number of folds, which are then named by it from 0 (int). groups: further
    columns, such as customer, whose rows of one value stay together; nulls bind nothing. Every row of a group
    counts. The seed redraws the sides. Raises DataError where the shares do not add up, a column is missing, a
    text or label is missing, or there are fewer groups than sides.
    """
    sides, share = _sides(shares)
    frame = as_frame(rows, text=text, where=WHERE)
    if frame.is_empty():
        raise DataError(f"{WHERE}: the frame has no row.")
    labels = labels_of(frame, label=label, where=WHERE)
    texts = canonical_rows(frame, text=text, where=WHERE)
    found = echo_groups(texts, labels=labels, encoder=encoder, judge=judge).rows
    unit = units_of(found, frame, groups)
    count = int(unit.max(initial=-1)) + 1
    if count < len(sides):
        raise DataError(
            f"{WHERE}: {frame.height} rows are {count} groups, too few for {len(sides)} sides. "
            "Ask for fewer sides, bind by fewer columns, or add distinct rows."
        )
    side_of = whole_units(unit, dense_codes(labels), share, seed)
    added = pl.DataFrame({"group": dense_codes(found["group_id"]), "split": [sides[side] for side in side_of]})
    return with_columns(rows, added, text=text)


def whole_units(units: Indices, labels: Indices, shares: Floats, seed: int) -> Indices:
    """Unit and label codes (n,) from 0, shares (sides,) -> a side for each row, units whole."""
    side: Indices = stratify(class_counts(units, labels), shares, seed, solve=True)[units]
    return side


def units_of(rows: pl.DataFrame, frame: pl.DataFrame, groups: Sequence[str] = ()) -> Indices:
    """What must stay together, as codes from 0 (n,): echo groups, and rows of one value of a group column.

    rows: canonical and group_id (n); frame: the rows as they came (n), with the group columns. The codes follow
    the texts, so that the same rows in another order get the same sides.
    """
    if missing := [name for name in groups if name not in frame.columns]:
        raise DataError(
            f"{WHERE}: no column {', '.join(map(repr, missing))}, there are {', '.join(frame.columns)}. "
            "Mend groups=."
        )
    keys = pl.Series([text_key(text) for text in rows["canonical"]], dtype=pl.String)
    by = [frame[name].cast(pl.String).alias(f"by:{name}") for name in groups]
    bound = with_units(
        rows.select("group_id", key=keys).with_columns(by), ["group_id", *(each.name for each in by)]
    )
    return dense_codes(bound["unit"])


def _sides(shares: Mapping[str, float] | int) -> tuple[list[str] | list[int], Floats]:
    if isinstance(shares, int):
        if shares < 2:
            raise DataError(f"shares={shares}: ask for 2 folds or more.")
        return list(range(shares)), np.full(shares, 1 / shares)
    total = sum(shares.values())
    if abs(total - 1) > 1e-6 or min(shares.values()) < 0:
        raise DataError(f"The shares {dict(shares)} add up to {total:g}: must be 1, none below 0.")
    return list(shares), np.array(list(shares.values()))
