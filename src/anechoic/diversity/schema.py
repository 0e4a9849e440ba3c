"""The knobs of the stage diversity and the shapes of reports/diversity.json and worth.json."""

from collections.abc import Iterator

from pydantic import Field

from anechoic.project.schema import Drift, Params, Report
from anechoic.project.wording import first_lines, interval, percent


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
            f"{all_rows.vendi_score:.0f} wholly unlike ones (Vendi score; by class: reports/diversity.json)"
        )


REPEATS_WHAT_WAS_THERE = 0.2  # share of new meanings below which a file is said to repeat, a choice of words
MIN_PAIRS = 20  # that say the same and were labelled apart, below which their agreement says nothing


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

    def repeats(self) -> bool:
        """Whether hardly a row of the file says something new."""
        return self.new_meanings < REPEATS_WHAT_WAS_THERE * self.rows

    def changes_nothing(self) -> bool:
        """Whether it is shown neither to help nor to hurt."""
        return (self.accuracy_change_low or 0) <= 0 <= (self.accuracy_change_high or 0)


class AugmentedWorth(Report):
    """The rows declared as made from others (split.augmented, split.source_column): whether they helped."""

    rows: int = Field(description="raw rows declared, but those that a person, a flag or a lost source keeps out")
    counting: int = Field(
        description="of them, rows that count in training if all that they are tied to trains "
        "(split.echoes_in_training)"
    )
    accuracy_change: float | None = Field(
        description="accuracy of a logistic regression on frozen vectors, trained on originals and declared rows "
        "as the split keeps them, minus trained on originals alone; on the same originals, each echo group once, "
        "whose own declared rows are in neither training; null where it was not measured"
    )
    accuracy_change_low: float | None = Field(
        description="lower end, 95 %, echo groups resampled; null where it was not measured"
    )
    accuracy_change_high: float | None = Field(
        description="upper end, 95 %, echo groups resampled; null where it was not measured"
    )
    verdict: str = Field(description="whether they helped, in words, in points")


class CurvePoint(Report):
    """One size of the learning curve."""

    effective_rows: int = Field(description="distinct rows, one an echo group, that the plain model learned from")
    accuracy: float = Field(description="share right among rows it did not see")
    low: float = Field(description="lower end, 95 %, tested rows and repeats resampled")
    high: float = Field(description="upper end, 95 %, tested rows and repeats resampled")


class NextRows(Report):
    """What the next fresh rows are worth to a plain model, as its learning curve says."""

    rows: int = Field(description="fresh rows, each a thing not said before")
    gain: float = Field(description="accuracy that they add, in 0..1")
    gain_low: float = Field(description="lower end, 95 %, tested rows and repeats resampled, laws fitted anew")
    gain_high: float = Field(description="upper end, 95 %, tested rows and repeats resampled, laws fitted anew")

    def shows(self) -> bool:
        """Whether the gain is surely one, by what is printed of it: its lower end is a tenth of a point or more."""
        return round(100 * self.gain_low, 1) > 0

    def worth(self) -> str:
        """The gain in words, in points."""
        between = f"{100 * self.gain_low:.1f} to {100 * self.gain_high:.1f}"
        return (
            f"about {100 * self.gain:.1f} points ({between})"
            if self.shows()
            else f"nothing that shows ({between} points)"
        )


class WorthReport(Report):
    """reports/worth.json: each drop in the order of names, the learning curve, and the ceiling of the labels."""

    drops: list[DropWorth] = Field(description="each raw file")
    augmented: AugmentedWorth | None = Field(
        default=None, description="rows declared as made from others; null where none take part"
    )
    curve: list[CurvePoint] = Field(description="accuracy by distinct rows; empty where they are too few")
    curve_law: list[CurvePoint] = Field(
        default=[],  # reports of earlier versions have none
        description="the same by the fitted laws, carried on to twice the rows; empty where there is no curve",
    )
    next_rows: NextRows | None = Field(description="what the next rows are worth; null where it cannot be told")
    doubled: NextRows | None = Field(description="what as many rows again are worth; null where it cannot be told")
    curve_reason: str = Field(description="why there is no curve, or why it cannot be carried on; else empty")
    ceiling: float | None = Field(
        description="the highest accuracy that these labels let any model reach, but for mistakes that look like "
        "what models confuse; null where nothing tells"
    )
    ceiling_low: float | None = Field(
        description="lower end, 95 %, not below what a plain model surely reaches; null where nothing tells"
    )
    ceiling_high: float | None = Field(description="upper end, 95 %; null where nothing tells")
    drift: list[Drift] = Field(description="how far each file's meanings lie from those of the files before it")

    def sentences(self) -> Iterator[str]:
        """What each file is worth, a line each, then what comes next and what labels allow."""
        yield from first_lines(
            (f"data/raw/{drop.drop}: {drop.verdict}" for drop in self.drops), "reports/worth.json"
        )
        if self.augmented:
            yield self.augmented.verdict
        yield self.next_rows_sentence()
        if self.ceiling is not None and self.ceiling_low is not None and self.ceiling_high is not None:
            yield (
                f"the labels allow an accuracy of {percent(self.ceiling)} "
                f"({interval(self.ceiling_low, self.ceiling_high)}) at most: so many are right, as far as like "
                "rows tell"
            )

    def lifted(self, reached: float) -> "WorthReport":
        """The same with a ceiling that no end of lies below an accuracy that was surely reached."""
        ends = {name: getattr(self, name) for name in ("ceiling", "ceiling_low", "ceiling_high")}
        lifted = {name: max(value, reached) for name, value in ends.items() if value is not None}
        return self.model_copy(update=lifted)

    def next_rows_sentence(self) -> str:
        """What the next fresh rows are worth, beside more rewordings where a file of them was measured."""
        if self.next_rows is None:
            return f"what the next rows are worth was not measured: {self.curve_reason}"
        fresh = self.next_rows
        sentence = f"the next {fresh.rows} fresh rows are worth {fresh.worth()} to a plain model"
        repeats = [drop for drop in self.drops if drop.repeats() and drop.accuracy_change is not None]
        if repeats and all(drop.changes_nothing() for drop in repeats):
            rows = sum(drop.rows - drop.new_meanings for drop in repeats)
            names = ", ".join(drop.drop for drop in repeats)
            sentence += f"; the {rows:,} rows of {names} that repeat others, nothing measurable"
        return sentence
