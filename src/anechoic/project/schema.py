"""What the schemas of several stages share: knobs without defaults, reports whose fields say what they hold."""

from collections import Counter
from typing import Self
from unicodedata import normalize

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

P_VALUE_LIMIT = 0.01  # below it a difference is no accident; three aspects a file are asked, so not 0.05
MINIMUM_ROWS = 20  # on either side, below which no difference can be told
PERMUTATIONS = 199  # the smallest p-value is then 1/200, below the limit


class Params(BaseModel):
    """A section of params.yaml. Every knob must be there, with a description, a unit and a range."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Encoder(BaseModel):
    """The one knob of the stage embed that others look at."""

    model: str = Field(description="the encoder's name, folder or hub id [name]")


class Report(BaseModel):
    """A report on disk; a field's description is its meaning in the page."""

    model_config = ConfigDict(extra="forbid")


class Label(Params):
    """One class of the taxonomy."""

    name: str = Field(min_length=1, description="the class's name, as people write it")
    meaning: str = Field(description="one line: what belongs to it; may be empty")


class Labels(RootModel[dict[int, Label]]):
    """The taxonomy: the user's id of each class, its name and its meaning."""

    @model_validator(mode="after")
    def is_a_taxonomy(self) -> Self:
        """There are classes, and no two carry one name."""
        names = Counter(normalize("NFKC", label.name.strip()).casefold() for label in self.root.values())
        twice = sorted(name for name, count in names.items() if count > 1)
        if not names:
            raise ValueError("no class yet: paste what `anechoic labels data/raw` prints here")
        if twice:
            raise ValueError(f"names that stand twice: {', '.join(twice)}")
        return self

    def names(self) -> dict[int, str]:
        """The name of each id."""
        return {label_id: label.name for label_id, label in sorted(self.root.items())}


class Score(Report):
    """An accuracy with its 95 % interval."""

    accuracy: float = Field(ge=0, le=1, description="share of rows whose label is predicted")
    accuracy_low: float = Field(ge=0, le=1, description="lower end, bootstrap over echo groups")
    accuracy_high: float = Field(ge=0, le=1, description="upper end, bootstrap over echo groups")
    macro_f1: float = Field(ge=0, le=1, description="mean of the classes' F1, each class counting the same")
    rows: int = Field(ge=0, description="rows it was measured on")


class DropParams(Params):
    """What a user knows better about one file; null leaves it to the file."""

    header: bool | None = Field(description="whether the first record names the columns [true|false|null]")
    label: str | int | None = Field(description="the label column [name, or number from 1]")
    text: str | int | None = Field(description="the text column [name, or number from 1]")
    delimiter: str | None = Field(pattern=r'^[^"\r\n]$', description="what stands between two fields [character]")
    encoding: str | None = Field(description="how the bytes are read [Python codec]")


class Drift(Report):
    """How far a raw file differs from all raw files before it, in one respect."""

    drop: str = Field(description="the file")
    aspect: str = Field(description="classes, length, words or meaning")
    test: str = Field(description="the test and what its size means")
    size: float = Field(description="size of the difference, 0 none to 1 nothing in common")
    p_value: float = Field(description="chance of a difference as large if the files were alike")
    drifted: bool = Field(description="size above drift_size (validate; diversity for meaning) and p below 0.01")
    told: str = Field(description="what changed most")
