"""The knobs of the stage split and the shape of reports/split.json."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from anechoic.project.kinds import SIDES
from anechoic.project.schema import Params, Report
from anechoic.text.shown import ShownText


class SplitParams(Params):
    """Knobs of the stage split."""

    train: float = Field(gt=0, lt=1, description="share of the effective rows to train on [0..1]")
    validation: float = Field(ge=0, lt=1, description="share to choose epochs and thresholds on [0..1]")
    test: float = Field(gt=0, lt=1, description="share that examines [0..1]")
    echoes_in_training: Literal["keep_one", "weight", "keep_all"] = Field(
        description="rows of an echo group in training: keep_one, weight (1/size each), keep_all [choice]"
    )
    group_columns: list[str] = Field(
        description="further columns, such as customer, whose rows of one value stay on one side [names]"
    )
    augmented: list[str] = Field(
        description="files of data/raw/ whose rows were made from other rows: they train and never examine [names]"
    )
    source_column: str = Field(
        description="column that names the row another was made from (its text, file:line or row_id); such rows "
        "train and never examine [name]"
    )
    date_column: str = Field(
        description="column with a date: train on the older groups, test on the newest; empty: by chance [name]"
    )
    excluded_flags: list[str] = Field(
        description="flags that keep a raw row out of the split, each as its reason [names]"
    )
    seed: int = Field(ge=0, description="redraws the sides of groups that have none yet [number]")

    @model_validator(mode="after")
    def shares_add_up(self) -> Self:
        """The three shares are the whole."""
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-6:
            raise ValueError(f"train + validation + test is {total:g}, must be 1")
        return self

    def shares(self) -> dict[str, float]:
        """The asked share of each side."""
        return {side: getattr(self, side) for side in SIDES}


class Event(Report):
    """Something about the split that a person should know."""

    event: str = Field(description="the reason rows are excluded for, merged, size or thin_class")
    rows: int = Field(description="rows concerned")
    detail: str = Field(description="what happened, and what was done")


class Power(Report):
    """What a set of labelled rows can show."""

    rows: int = Field(description="rows that count, one for each echo group")
    difference: float = Field(
        description="smallest difference of two models' accuracies it shows (McNemar, 5 %, power 80 %, if one is "
        "right and the other wrong on 9 % of the rows, or on as many as the difference asks for)"
    )
    half_width: float = Field(description="half the 95 % interval of an accuracy of 80 % measured on it")


class Shift(Report):
    """Whether test rows stand as near to training as fresh rows do."""

    rows: int = Field(description="fresh rows compared")
    median: float = Field(description="median of their cosines to the nearest training row")
    test_median: float = Field(description="the same of the test rows")
    distance: float = Field(description="Kolmogorov-Smirnov distance of the two distributions (0 alike, 1 apart)")
    p_value: float = Field(description="chance of such a distance, or a larger one, if there were no shift")
    verdict: str = Field(description="alike, test is easier (nearer to training), or test is harder")


class AugmentedExample(Report):
    """A row that was made from another, beside it."""

    place: str = Field(description="file and line")
    text: ShownText = Field(description="its text")
    label: str = Field(description="what it is labelled")
    source_text: ShownText = Field(description="the text it was made from")
    source_label: str = Field(description="what that is labelled")


class LookedAt(Report):
    """What people answered about the random sample of such rows in reports/review.csv, kind augmented."""

    answered: int = Field(description="rows of the sample that were answered")
    label_right: int = Field(
        description="of them, rows whose label is right: answered same, different, or its label"
    )
    label_right_share: float = Field(
        description="share of them, and so of all declared rows as far as a sample tells"
    )
    label_right_low: float = Field(description="lower end, 95 %, Wilson")
    label_right_high: float = Field(description="upper end, 95 %, Wilson")
    compared: int = Field(description="rows answered same or different: held beside their source")
    says_same: int = Field(description="of them, rows that say the same as their source")
    says_same_low: float = Field(description="lower end of their share, 95 %, Wilson")
    says_same_high: float = Field(description="upper end of their share, 95 %, Wilson")

    def sentence(self) -> str:
        """What the sample says of all declared rows."""
        sentence = (
            f"of {self.answered:,} of them that somebody looked at, {self.label_right:,} carry the right label: "
            f"{100 * self.label_right_share:.0f} % ({100 * self.label_right_low:.0f} % to "
            f"{100 * self.label_right_high:.0f} %)"
        )
        if self.compared:
            low, high = 100 * self.says_same_low, 100 * self.says_same_high
            share = 100 * self.says_same / self.compared
            sentence += (
                f"; {self.says_same:,} of {self.compared:,} say the same as their source: {share:.0f} % "
                f"({low:.0f} % to {high:.0f} %)"
            )
        return sentence


class Augmented(Report):
    """Rows declared as made from other rows (split.augmented, split.source_column)."""

    rows: int = Field(description="rows declared")
    training: int = Field(description="of them, on the training side; the others are kept out")
    counting: int = Field(
        default=0, description="of these, rows that count (weight above 0): the others repeat what is there"
    )
    new_meanings: int = Field(description="echo groups that hold no original: what they say that nothing else says")
    source_missing: int = Field(description="rows that name a source that is not there; kept out")
    with_source: int = Field(description="rows whose source is known: named, or found as their echo")
    label_kept: int = Field(description="of these, rows that carry their source's label")
    looked_at: LookedAt | None = Field(
        default=None, description="what people answered about a random sample of them; null where nobody did"
    )
    examples: list[AugmentedExample] = Field(description="some of these, drawn at random: does each still say it?")

    def sentence(self) -> str:
        """What became of them, and what they brought."""
        kept = f"{self.label_kept:,} of {self.with_source:,} carry their source's label" if self.with_source else ""
        missing = f"; {self.source_missing:,} name a source that is not there" if self.source_missing else ""
        return (
            f"{self.rows:,} rows are declared as made from others: {self.training:,} stand on the "
            f"training side, where {self.counting:,} of them count and the others repeat what is there; "
            f"{self.rows - self.training:,} are kept out, most as what they are tied to examines or is kept out; "
            f"{self.new_meanings:,} different things they say are said by no original"
            + (f"; {kept}" if kept else "")
            + missing
        )


class SplitReport(Report):
    """reports/split.json: what was asked, what came out. Counts are of rows with weight > 0."""

    counts: dict[str, dict[str, int]] = Field(description="rows used, by side and class")
    asked: dict[str, float] = Field(description="the share asked for each side")
    achieved: dict[str, float] = Field(description="the share each side got, each echo group counted once")
    size_error: float = Field(description="largest distance between an asked and an achieved share")
    class_deviation: float = Field(
        description="largest distance, over sides, between the class shares there and overall (sum of absolutes)"
    )
    cross_split_echoes: int = Field(description="echo pairs between train, validation and test: must be 0")
    cross_split_neighbours: int = Field(description="neighbour pairs between train, validation and test")
    excluded: dict[str, int] = Field(description="rows kept out, by reason")
    shift: dict[str, Shift] = Field(description="test rows against exam and inbox, by nearness to training")
    power: dict[str, Power] = Field(description="what test and exam can show")
    augmented: Augmented | None = Field(
        default=None, description="rows made from other rows, as declared; null where none are"
    )
    events: list[Event] = Field(description="what a person should know")

    def sentences(self) -> Iterator[str]:
        """How many rows each side uses, and what a person should know."""
        sides = ", ".join(f"{side} {sum(labels.values()):,}" for side, labels in self.counts.items())
        excluded = sum(self.excluded.values())
        kept_out = f"; {excluded:,} kept out" if excluded else ""
        yield f"rows used: {sides}{kept_out}; data/split.lock remembers the sides (more: reports/split.json)"
        if self.augmented:
            yield self.augmented.sentence()
            if self.augmented.looked_at:
                yield self.augmented.looked_at.sentence()
        yield from (f"{each.event}: {each.rows:,} rows: {each.detail}" for each in self.events)
