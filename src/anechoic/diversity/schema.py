"""The knobs of the stage diversity and the shapes of reports/diversity.json and worth.json."""

from collections.abc import Iterator

from pydantic import Field

from anechoic.project.schema import Drift, Params, Report


class DiversityParams(Params):
    """Knobs of the stage diversity."""

    draws: int = Field(ge=20, le=10_000, description="half-samples behind each interval [times]")
    most: int = Field(
        ge=50, le=20_000, description="rows of a class that are compared with each other at most [rows]"
    )
    drift_size: float = Field(
        ge=0, le=1, description="size from which a sure difference between files' meanings is called drift [0..1]"
    )
    seed: int = Field(ge=0, description="redraws the half-samples [number]")


class Diversity(Report):
    """One class, or all."""

    rows: int = Field(description="valid raw rows")
    effective_rows: float = Field(description="echo groups among them")
    vendi_score: float = Field(description="effective number of unlike rows, by meaning (Friedman and Dieng 2023)")
    vendi_score_low: float = Field(description="lower end, 95 %, half-samples")
    vendi_score_high: float = Field(description="upper end, 95 %, half-samples")
    distinct_1: float = Field(description="different words as a share of all, echoes collapsed")
    distinct_1_low: float = Field(description="lower end, 95 %, half-samples")
    distinct_1_high: float = Field(description="upper end, 95 %, half-samples")
    distinct_2: float = Field(description="different word pairs as a share of all, echoes collapsed")
    distinct_2_low: float = Field(description="lower end, 95 %, half-samples")
    distinct_2_high: float = Field(description="upper end, 95 %, half-samples")
    distinct_3: float = Field(description="different word triples as a share of all, echoes collapsed")
    distinct_3_low: float = Field(description="lower end, 95 %, half-samples")
    distinct_3_high: float = Field(description="upper end, 95 %, half-samples")
    self_similarity: float = Field(description="mean cosine of two rows, echoes kept")
    self_similarity_low: float = Field(description="lower end, 95 %, half-samples")
    self_similarity_high: float = Field(description="upper end, 95 %, half-samples")
    compression_ratio: float = Field(
        description="bytes over zlib-compressed bytes, echoes kept: higher is more alike"
    )
    compression_ratio_low: float = Field(description="lower end, 95 %, half-samples")
    compression_ratio_high: float = Field(description="upper end, 95 %, half-samples")


class MeasureNote(Report):
    """Where a measure comes from."""

    name: str = Field(description="the measure")
    source: str = Field(description="the paper or the formula")
    blind_to: str = Field(description="what it cannot see")


class DiversityReport(Report):
    """reports/diversity.json: raw rows only."""

    overall: Diversity = Field(description="all raw rows")
    per_label: dict[str, Diversity] = Field(description="each class")
    measures: list[MeasureNote] = Field(description="what each measure is, and what it cannot see")

    def sentences(self) -> Iterator[str]:
        """How various the rows are."""
        all_rows = self.overall
        yield (
            f"{all_rows.rows:,} rows, {all_rows.effective_rows:,.0f} effective, as various as "
            f"{all_rows.vendi_score:.0f} wholly unlike ones (Vendi score)"
        )


class DropWorth(Report):
    """One raw file."""

    drop: str = Field(description="path below data/raw/")
    rows: int = Field(description="valid rows")
    new_meanings: int = Field(description="echo groups whose first row lies in it")
    accuracy_change: float | None = Field(
        description="accuracy of a logistic regression on frozen vectors, trained with it minus without it, on the "
        "same rows of the other files, each echo group once; null where it was not measured"
    )
    accuracy_change_low: float | None = Field(
        description="lower end, 95 %, echo groups resampled; null where it was not measured"
    )
    accuracy_change_high: float | None = Field(
        description="upper end, 95 %, echo groups resampled; null where it was not measured"
    )
    verdict: str = Field(description="what the file is worth, in words: new meanings, accuracy in points")


class WorthReport(Report):
    """reports/worth.json: each drop, in the order of names."""

    drops: list[DropWorth] = Field(description="each raw file")
    drift: list[Drift] = Field(description="how far each file's meanings lie from those of the files before it")

    def sentences(self) -> Iterator[str]:
        """What each file is worth, a line each."""
        yield from (f"data/raw/{drop.drop}: {drop.verdict}" for drop in self.drops)
