"""What labels tell of pairs: how many of the echoes found in these very rows are true."""

import polars as pl

from anechoic.echoes.schema import PrecisionHere
from anechoic.numeric.intervals import share_interval

LEAST_DECOYS = 20  # neighbours from which it is known how often two alike rows that are no echo differ in label


def precision_here(pairs: pl.DataFrame, labels: dict[str, int]) -> PrecisionHere | None:
    """The table pairs and the label of each row_id in question -> the share of its echoes that are true.

    Two rows that say the same have the same label, so echoes across labels are false, and of the false ones some
    lie within a label: as many for each across as among the most alike pairs that are no echo. One pair a row, its
    surest; copies are left out. A true echo with a wrong label counts as false, and a missed echo among the
    neighbours lowers the share too: rather too low than too high. None where the labels cannot tell: there are too
    few echoes or neighbours, or even neighbours hardly ever differ in label.
    """
    ends = [pl.col(end).replace_strict(labels, default=None, return_dtype=pl.Int64) for end in ("left", "right")]
    known = pairs.with_columns(across=ends[0] != ends[1]).drop_nulls("across")
    found = _surest(known.filter(pl.col("kind").is_in(["near", "rephrase"])), "score")
    decoys = _surest(known.filter(pl.col("kind") == "neighbour"), "cosine")
    if found.is_empty() or decoys.height < LEAST_DECOYS:
        return None
    across, differ = int(found["across"].sum()), int(decoys["across"].sum())
    among, (low, high) = differ / decoys.height, share_interval(across, found.height)
    among_low, among_high = share_interval(differ, decoys.height)
    if share_interval(0, found.height)[1] >= among_low:
        return None  # not even echoes that all agree would show that any is true
    return PrecisionHere(
        pairs=found.height,
        across_labels=across,
        neighbours_across=among,
        precision=max(1 - across / found.height / among, 0.0),
        precision_low=max(1 - high / among_low, 0.0),
        precision_high=max(1 - low / among_high, 0.0),
    )


def _surest(pairs: pl.DataFrame, worth: str) -> pl.DataFrame:
    """Each row's pair that is worth most, each pair once; ties to the first names."""
    ends = [pairs.select(pl.col(end).alias("row"), "left", "right", worth, "across") for end in ("left", "right")]
    ordered = pl.concat(ends).sort(worth, "left", "right", descending=[True, False, False])
    return ordered.unique("row", keep="first", maintain_order=True).unique(["left", "right"], maintain_order=True)
