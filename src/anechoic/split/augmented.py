"""Rows that were made from other rows, as declared: they may train, beside their sources, and never examine."""

from collections.abc import Sequence

import polars as pl

from anechoic.augmented.declared import AUGMENTED, in_random_order
from anechoic.numeric.intervals import share_interval
from anechoic.split.exclusion import echoes_of
from anechoic.split.schema import Augmented, AugmentedExample, LookedAt

EXAMPLES = 10  # rows of the sample that a person may look at


def placed(
    made: pl.DataFrame, originals: pl.DataFrame, pairs: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    """Augmented rows -> the same with split, reason, majority and unit: train, or excluded.

    made: excluded where a person or a flag keeps them out, which stands; originals: the split's rows, with their
    sides. A row trains where every original that it is tied to, by group, text, echo, source or a group column, is
    in training; where there is none, unless it is remembered on another side, or names a source that is not there.
    One of the exam is kept out of it.
    """
    ties = [
        made.select("row_id", "group_id").join(originals.select("group_id", "split"), on="group_id"),
        made.select("row_id", "key").join(originals.select("key", "split"), on="key"),
        made.select("row_id", source="source").join(originals.select("split", source="row_id"), on="source"),
        echoes_of(originals, pairs, "split").rename({"other_split": "split"}),
        *(
            made.select("row_id", name).drop_nulls().join(originals.select(name, "split"), on=name)
            for name in columns
        ),
    ]
    elsewhere = pl.concat([tie.filter(pl.col("split") != "train").select("row_id") for tie in ties])["row_id"]
    out = pl.col("row_id").is_in(elsewhere.unique().implode()) | (pl.col("role") == "exam") | pl.col("lost")
    out |= pl.col("locked").fill_null("train") != "train"
    majority = originals.group_by("group_id").agg(majority=pl.col("majority").first())
    settled = pl.col("split") == "excluded"
    return made.join(majority, on="group_id", how="left", maintain_order="left").with_columns(
        split=pl.when(settled | out).then(pl.lit("excluded")).otherwise(pl.lit("train")),
        reason=pl.when(settled).then("reason").otherwise(pl.lit(AUGMENTED)),
        majority=pl.coalesce("majority", pl.col("label_id").mode().min().over("group_id")),
        unit="key",
        why=pl.lit(None, pl.String),
    )


def told(made: pl.DataFrame, originals: pl.DataFrame, decisions: pl.DataFrame | None) -> Augmented | None:
    """Placed augmented rows, the originals and the answers -> what became of them; None where there are none.

    A row's source is the one that is named, else the first original of its echo group.
    """
    if made.is_empty():
        return None
    first = originals.unique("group_id", keep="first", maintain_order=True).select("group_id", echoed="row_id")
    rows = made.join(first, on="group_id", how="left", maintain_order="left")
    rows = rows.with_columns(source=pl.coalesce("source", "echoed"))
    known = originals.select(source="row_id", source_label="label", source_text="canonical")
    both = rows.join(known, on="source", how="left", maintain_order="left")
    traced = both.filter(pl.col("source_label").is_not_null())
    return Augmented(
        rows=made.height,
        training=int((made["split"] == "train").sum()),
        counting=made.filter((pl.col("split") == "train") & (pl.col("weight") > 0)).height,
        new_meanings=both.filter(pl.col("echoed").is_null())["group_id"].n_unique(),
        source_missing=int(made["lost"].sum()),
        with_source=traced.height,
        label_kept=int((traced["label"] == traced["source_label"]).sum()),
        looked_at=None if decisions is None else looked_at(decisions, made["row_id"]),
        examples=[
            AugmentedExample(
                place=f"data/{row['role']}/{row['drop']}:{row['line']}",
                text=row["canonical"],
                label=row["label"],
                source_text=row["source_text"],
                source_label=row["source_label"],
            )
            for row in in_random_order(traced).head(EXAMPLES).iter_rows(named=True)
        ],
    )


def looked_at(decisions: pl.DataFrame, made: pl.Series) -> LookedAt | None:
    """Answers and the row ids of declared rows -> what the sample says of them all; None where none is answered.

    Only answers to the sample count: what is asked for another reason, such as a doubt, is no random row.
    """
    about = pl.col("left").is_in(made.implode())
    answers = decisions.filter((pl.col("problem") == "") & (pl.col("kind") == AUGMENTED) & about)
    if answers.is_empty():
        return None
    compared = answers.filter(pl.col("decision").is_in(["same", "different"]))
    kept = compared.height + answers.filter(pl.col("label_id") == pl.col("label_before")).height
    same = int((compared["decision"] == "same").sum())
    low, high = share_interval(kept, answers.height)
    same_low, same_high = share_interval(same, compared.height)
    return LookedAt(
        answered=answers.height,
        label_right=kept,
        label_right_share=kept / answers.height,
        label_right_low=low,
        label_right_high=high,
        compared=compared.height,
        says_same=same,
        says_same_low=same_low,
        says_same_high=same_high,
    )
