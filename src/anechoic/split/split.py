"""Stage split: every row gets a side, whole echo groups, the same side for ever."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from anechoic.augmented.declared import declared, meta_columns
from anechoic.project.errors import DataError
from anechoic.project.kinds import SIDES
from anechoic.split.augmented import placed, told
from anechoic.split.connected_rows import dates_of
from anechoic.split.fixed_sides import with_fixed_sides
from anechoic.split.lock import Place, read_lock, write_lock
from anechoic.split.schema import SplitParams, SplitReport
from anechoic.split.summary import summarize
from anechoic.split.train_test_shift import ShiftVectors
from anechoic.stratify.stratify import stratify
from anechoic.text.same_text import text_key


@dataclass(frozen=True)
class SplitTables:
    """The tables that the stage reads: see project/tables.py."""

    clean: pl.DataFrame
    groups: pl.DataFrame
    pairs: pl.DataFrame
    quarantine: pl.DataFrame


@dataclass(frozen=True)
class Assignment:
    """The result of the stage: two tables, the lock's new text and the report."""

    split: pl.DataFrame
    ledger: pl.DataFrame
    lock: str
    report: SplitReport


def split(
    tables: SplitTables,
    params: SplitParams,
    *,
    lock: str = "",
    vectors: ShiftVectors | None = None,
    decided: Mapping[str, str] | None = None,
    decisions: pl.DataFrame | None = None,
) -> Assignment:
    """A side for every row: the exam's rows apart, remembered sides kept, the rest balanced.

    lock: the text of data/split.lock, empty where nothing is remembered; vectors: for the report's shift; decided:
    row_id -> reason of rows that a person keeps out; decisions: the table of answers, for what they say of declared
    rows. Raises DataError where an echo pair would still cross, which
    no input should bring about.
    """
    known = read_lock(lock)
    rows = tables.clean.join(tables.groups, on="row_id", maintain_order="left").with_columns(
        key=pl.Series([text_key(text) for text in tables.clean["canonical"]], dtype=pl.String)
    )
    memory = [(key, place.side, place.why) for key, place in known.items()]
    memory_columns = {"key": pl.String, "locked": pl.String, "why": pl.String}
    remembered = pl.DataFrame(memory, schema=memory_columns, orient="row")
    rows = rows.join(remembered, on="key", how="left", maintain_order="left")
    columns = [f"meta:{name}" for name in params.group_columns]
    rows = meta_columns(rows, [*params.group_columns, *filter(None, [params.date_column])])
    made = declared(tables.clean, params.augmented, params.source_column).with_columns(augmented=pl.lit(value=True))
    rows = rows.join(made, on="row_id", how="left", maintain_order="left").with_row_index("at")
    rows = rows.with_columns(pl.col("augmented", "lost").fill_null(value=False))
    # Originals first, as if nothing else were there: what was made from them moves none of them.
    originals = rows.filter(~pl.col("augmented"))
    originals = with_fixed_sides(originals, tables.pairs, columns, params.excluded_flags, decided or {})
    originals = _with_balanced_sides(originals, params)
    originals = originals.with_columns(why=pl.col("reason"))  # weights may give another reason
    made = with_fixed_sides(rows.filter("augmented"), tables.pairs, [], params.excluded_flags, decided or {})
    made = placed(made, originals, tables.pairs, columns)
    rows = pl.concat([originals, made], how="diagonal_relaxed").sort("at")
    rows = _with_weights(rows, params)
    split = rows.select("row_id", "group_id", "split", "weight", "reason")
    report = summarize(rows, tables.pairs, params.shares(), vectors)
    report = report.model_copy(update={"augmented": told(rows.filter("augmented"), originals, decisions)})
    if report.cross_split_echoes:
        raise DataError(f"{report.cross_split_echoes} echo pairs cross the split. Please report this as a bug.")
    stands = rows.filter(pl.col("split").is_in(list(SIDES)), ~pl.col("augmented")).select("key", "split", "why")
    known |= {key: Place(side, why) for key, side, why in stands.iter_rows()}
    return Assignment(split, _ledger(rows, tables.quarantine), write_lock(known), report)


def _with_balanced_sides(rows: pl.DataFrame, params: SplitParams) -> pl.DataFrame:
    """Rows with sides for the units that had none; majority: the label most of a group's usable rows carry.

    Of tied labels it is the representative's, or else the first by id.
    """
    usable = pl.col("split").is_null() | pl.col("split").is_in(list(SIDES))
    worth = 1 + pl.col("representative") / 2  # half a row more decides ties and nothing else
    votes = pl.when(usable).then(worth).sum().over("group_id", "label_id")
    winners = pl.when(usable & (votes == votes.max().over("group_id"))).then("label_id")
    majority = winners.min().over("group_id")
    rows = rows.with_columns(majority=majority.fill_null(pl.col("label_id")))
    units = _units(rows.filter(usable))
    free = units.filter(pl.col("split").is_null())
    sides = _in_time(rows, free, params) if params.date_column else _balanced(units, free, params)
    chosen = free.select("unit", pl.Series("chosen", [SIDES[side] for side in sides], dtype=pl.String))
    rows = rows.join(chosen.unique("unit"), on="unit", how="left", maintain_order="left")
    return rows.with_columns(
        reason=pl.when(pl.col("split").is_null())
        .then(pl.lit("in_time" if params.date_column else "balanced"))
        .otherwise("reason"),
        split=pl.col("split").fill_null(pl.col("chosen")),
    )


def _units(usable: pl.DataFrame) -> pl.DataFrame:
    """One line a unit and side: unit, split, groups of each label (a list); each group counts once."""
    firsts = usable.unique(["group_id", "split"], keep="first", maintain_order=True)
    return (
        firsts.group_by("unit", "split")
        .agg(labels=pl.col("majority").sort())
        .sort("unit", "split", nulls_last=True)
    )


def _counts(units: pl.DataFrame, label_ids: list[int]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Groups of each label in each unit: (units, labels)."""
    counts = np.zeros((units.height, len(label_ids)))
    groups = units.with_row_index("row").explode("labels")  # one line a group
    np.add.at(counts, (groups["row"].to_numpy(), np.searchsorted(label_ids, groups["labels"].to_numpy())), 1)
    return counts


def _balanced(units: pl.DataFrame, free: pl.DataFrame, params: SplitParams) -> list[int]:
    """Sides of the free units, classes in even shares beside what stands already."""
    label_ids = sorted(set(units.explode("labels")["labels"].to_list()))
    placed = np.zeros((len(SIDES), len(label_ids)))
    for row, side in enumerate(SIDES):
        placed[row] = _counts(units.filter(pl.col("split") == side), label_ids).sum(0)
    shares = np.array(list(params.shares().values()))
    sides: list[int] = stratify(_counts(free, label_ids), shares, params.seed, placed, solve=True).tolist()
    return sides


def _in_time(rows: pl.DataFrame, free: pl.DataFrame, params: SplitParams) -> list[int]:
    """Sides of the free units by the date of their first row: the oldest train, the newest test."""
    dated = rows.with_columns(date=dates_of(rows, params.date_column)).group_by("unit").agg(pl.col("date").min())
    oldest_first = free.with_row_index("row").join(dated, on="unit", maintain_order="left").sort("date", "unit")
    order = oldest_first["row"].to_numpy()
    sizes = free["labels"].list.len().to_numpy()[order]
    # a unit lies on the side that holds its middle, so that a large one misses the asked share by half at most
    middle = (np.cumsum(sizes) - sizes / 2) / max(1, sizes.sum())
    edges = np.cumsum(list(params.shares().values()))[:-1]
    sides = np.empty(free.height, dtype=np.int64)
    sides[order] = np.searchsorted(edges, middle)
    return list(sides)


def _with_weights(rows: pl.DataFrame, params: SplitParams) -> pl.DataFrame:
    """Weights by the policy: everywhere but in training one row of a group counts, one with the majority label."""
    agrees = pl.col("label_id") == pl.col("majority")
    place = ["group_id", "split"]
    # the row that counts: of the majority's label, an original, the representative, then by text: no order matters
    order = [~agrees, pl.col("augmented"), ~pl.col("representative"), pl.col("key"), pl.col("row_id")]
    keep_one = (pl.int_range(pl.len()).over(place, order_by=order) == 0).cast(pl.Float64)
    policies = {
        "keep_one": keep_one,
        "weight": agrees / agrees.sum().over(place),
        "keep_all": agrees.cast(pl.Float64),
    }
    weight = pl.when(pl.col("split") == "train").then(policies[params.echoes_in_training]).otherwise(keep_one)
    rows = rows.with_columns(weight=pl.when(pl.col("split") == "excluded").then(0.0).otherwise(weight))
    unused = (pl.col("weight") == 0) & (pl.col("split") != "excluded")
    reason = pl.when(agrees | (pl.col("role") == "exam")).then(pl.lit("echo")).otherwise(pl.lit("label_conflict"))
    return rows.with_columns(reason=pl.when(unused).then(reason).otherwise("reason"))


def _ledger(rows: pl.DataFrame, quarantine: pl.DataFrame) -> pl.DataFrame:
    """One line for each raw record, kept or quarantined, in the order drop, record."""
    echo = (pl.col("weight") == 0) & (pl.col("split") != "excluded")
    outcome = pl.when(echo).then(pl.lit("echo")).otherwise("split").alias("outcome")
    place = ["row_id", "drop", "record", "line"]
    kept = rows.select(*place, outcome, "reason", "group_id")
    set_aside = quarantine.select(
        *place, pl.lit("quarantined").alias("outcome"), "reason", group_id=pl.lit(None, pl.String)
    )
    return pl.concat([kept, set_aside]).sort("drop", "record", "row_id")
