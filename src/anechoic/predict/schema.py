"""The knobs of the stage predict and the shape of reports/predictions.json."""

from collections.abc import Iterator

from pydantic import Field

from anechoic.project.schema import Params, Report
from anechoic.project.wording import first_lines
from anechoic.text.shown import ShownName, ShownText


class PredictParams(Params):
    """Knobs of the stage predict."""

    shown: int = Field(ge=0, le=10_000, description="inbox rows listed on the page with their reasons [rows]")
    originals: bool = Field(
        description="whether data/predictions/ gives your own columns back as they came; false: personal data in "
        "them is masked, as everywhere else [true or false]"
    )


class FilePredictions(Report):
    """One file of the inbox."""

    file: ShownName = Field(description="path below data/inbox/, personal data in it masked")
    rows: int = Field(description="records of the file, every one of them in data/predictions/")
    predicted: dict[str, int] = Field(description="rows by predicted class; those without a class are `unread`")
    abstained: int = Field(description="rows too unsure to be used without a look, for whatever reason")
    unread: int = Field(description="rows that hold nothing to read, and got no class; among the abstained")
    unlike: int = Field(description="rows unlike every row the classifier learned from; among the abstained")
    junk: int = Field(description="rows that hold nothing to classify, or another language")
    truncated: int = Field(description="texts longer than the model's window, cut")
    problem: ShownText = Field(description="why nothing could be predicted; empty where all is well")

    def sentence(self) -> str:
        """What came of the file, on one line."""
        if self.problem:
            return f"{self.file}: not classified: {self.problem}"
        counts = sorted(self.predicted.items(), key=lambda item: (-item[1], item[0]))
        named = ", ".join(f"{label} {rows:,}" for label, rows in counts)
        classified = f"{self.rows - self.unread:,} of {self.rows:,} rows classified"
        classified += f" ({named})" if named else ""
        unread = f" ({self.unread:,} hold nothing to read and got no class)" if self.unread else ""
        return f"{self.file}: {classified}; {self.abstained:,} flagged as unsure{unread}, {self.junk:,} as junk"


class Reason(Report):
    """An inbox row as the page shows it."""

    file: ShownName = Field(description="path below data/inbox/, personal data in it masked")
    record: int = Field(description="1-based record of the file")
    line: int = Field(description="1-based line on which the record starts")
    text: ShownText = Field(description="the text")
    predicted: str = Field(description="the class; empty where there is nothing to read")
    confidence: float = Field(description="its probability")
    abstained: bool = Field(description="too unsure to be used without a look")
    unsure_because: str = Field(description="why it is; empty where it is not")
    junk: str = Field(description="why there is nothing to classify; empty otherwise")
    nearest_row_id: str = Field(description="the nearest training row; empty without one")
    nearest_text: ShownText = Field(description="its text")
    nearest_label: str = Field(description="its class")
    nearest_cosine: float = Field(description="how near it is")
    like_row_id: str = Field(description="the nearest training row of the predicted class; empty without one")
    like_text: ShownText = Field(description="its text")
    like_cosine: float = Field(description="how near that one is")


class PredictionsReport(Report):
    """reports/predictions.json: what came out of the inbox."""

    files: list[FilePredictions] = Field(description="each file, by name")
    unlike_below: float | None = Field(
        description="cosine to the nearest training row below which a text is unlike all; null: too few rows"
    )
    unlike_share: float = Field(
        description="share of texts of the training's kind that may be called unlike at most"
    )
    shown: list[Reason] = Field(description="the first rows of all files, for the page")

    def sentences(self) -> Iterator[str]:
        """What came of each file of the inbox, a line each."""
        yield from first_lines((f"data/inbox/{file.sentence()}" for file in self.files), "reports/predictions.json")
        if self.files:
            yield "each row with its class and the rows it is like: data/predictions/"
        else:
            yield "data/inbox/ is empty: nothing to classify"
