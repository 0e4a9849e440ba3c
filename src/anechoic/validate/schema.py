"""The knobs of the stage validate and the shape of reports/intake.json."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from anechoic.project.schema import Drift, DropParams, Params, Report
from anechoic.project.wording import first_lines
from anechoic.text.shown import ShownText

Decision = Literal["reject", "repair", "flag", "ignore"]  # what is done about a record that breaks a rule


class DropIntake(Report):
    """What a file turned out to be."""

    drop: str = Field(description="path of the file below its folder")
    role: str = Field(description="raw: may be trained on; exam: never")
    records: int = Field(description="records in the file, header not counted")
    valid: int = Field(description="records that became rows")
    quarantined: int = Field(description="records set aside, each with a reason, in data/quarantine/")
    encoding: str = Field(description="how the bytes were read")
    delimiter: str = Field(description="what stands between two fields")
    header: bool = Field(description="whether the first record names the columns")
    evidence: ShownText = Field(description="how header, columns, encoding and delimiter were decided")

    def sentence(self, reasons: dict[str, int]) -> str:
        """What came of the file, on one line; reasons: its records set aside, by the rule they broke."""
        named = ", ".join(f"{count} {code}" for code, count in reasons.items())
        aside = f"{self.quarantined:,} set aside" + (f" ({named})" if named else "")
        header = "header" if self.header else "no header"
        came = f"data/{self.role}/{self.drop}: {self.records:,} records = {self.valid:,} rows + {aside}"
        return f"{came}; read as {self.encoding}, delimiter {self.delimiter!r}, {header}"


class Finding(Report):
    """One kind of oddity: how often it was found, what was done, an example."""

    code: str = Field(description="the rule's name: reason code or flag")
    decision: str = Field(description="reject, repair or flag")
    meaning: str = Field(description="what the rule looks for")
    records: int = Field(description="records it was found in, rejected ones included")
    drops: dict[str, int] = Field(description="the same by file")
    example: str = Field(description="the first of them: file, line and how the record begins")


class LabelMention(Report):
    """A class whose name stands in the texts: the answer may be written into the question."""

    label: str = Field(description="name of the class")
    texts: int = Field(description="raw rows whose text holds the name, in any case")
    verbatim: int = Field(description="those that hold it exactly as the taxonomy writes it")
    own_share: float = Field(description="share of them that carry that very label")


class Expectation(Report):
    """A promise about a file or about all of them, held by great-expectations."""

    name: str = Field(description="what was expected")
    drop: str = Field(description="the file, empty for all of them")
    success: bool = Field(description="whether it holds")
    critical: bool = Field(description="whether the run stops where it does not hold")
    unexpected: int = Field(description="rows or values that break it")
    observed: ShownText = Field(description="what was found")
    rows: list[str] = Field(description="row_ids that break it, the first 20")


class LostLabel(Report):
    """A label that params.yaml does not know and as many records carry as a class has."""

    label: ShownText = Field(description="as the files write it")
    records: int = Field(description="raw records set aside for it")
    nearest: str = Field(description="the class whose name is most like it, empty where none is")
    stops: bool = Field(description="whether a class is left without any row, so that the run stops")
    told: ShownText = Field(description="the same in words, and what to do")


REPORT = "reports/intake.json"


class IntakeReport(Report):
    """reports/intake.json: what came in and what became of it. records = valid + quarantined."""

    records: int = Field(description="records in all drops, headers not counted")
    valid: int = Field(description="records that became rows")
    quarantined: int = Field(description="records set aside, nothing is lost")
    reasons: dict[str, int] = Field(description="records set aside by the rule they broke")
    flags: dict[str, int] = Field(description="rows with an oddity that was kept, by its name")
    drops: list[DropIntake] = Field(description="each file, raw ones first")
    findings: list[Finding] = Field(description="every oddity found, in the order of the rules")
    notices: list[str] = Field(
        default_factory=list, description="what a person should know before any figure, in sentences"
    )
    lost_labels: list[LostLabel] = Field(
        default_factory=list, description="unknown labels of as many raw records as a class has, most first"
    )
    unused_labels: list[str] = Field(description="classes of the taxonomy without a raw row")
    label_mentions: list[LabelMention] = Field(description="classes whose name stands in raw texts, most first")
    expectations: list[Expectation] = Field(description="what was expected of the data, and whether it holds")
    drift: list[Drift] = Field(description="how each raw file differs from those before it")

    def sentences(self) -> Iterator[str]:
        """What came of each file, a line each, and which promises do not hold."""
        rejected = [finding for finding in self.findings if finding.decision == "reject"]
        yield from first_lines(
            (
                drop.sentence({each.code: each.drops[drop.drop] for each in rejected if drop.drop in each.drops})
                for drop in self.drops
            ),
            REPORT,
        )
        for broken in [each for each in self.expectations if not each.success]:
            place, stops = broken.drop or "all files", "; this stops the run" if broken.critical else ""
            yield f"not as expected: {place}: {broken.name}: {broken.observed}{stops}"
        aside = f"{self.quarantined:,} set aside"
        if self.quarantined:
            aside += " (data/quarantine/ says where and why)"
        yield f"all files: {self.records:,} records = {self.valid:,} rows + {aside}; more: {REPORT}"


class ValidateParams(Params):
    """Knobs of the stage validate."""

    minimum_class_rows: int = Field(
        ge=1,
        le=1000,
        description="valid raw rows a class must have, if it has any; fewer stop the run [rows]",
    )
    minimum_letters: int = Field(
        ge=0, le=100, description="letters a text must have, fewer are too_short [letters]"
    )
    maximum_words: int = Field(ge=1, description="words from which a text is over_long [words]")
    languages: list[str] = Field(min_length=1, description="languages that texts may turn out to be in [ISO 639-1]")
    home_languages: list[str] = Field(
        min_length=1, description="those that are expected, others are flagged wrong_language [ISO 639-1]"
    )
    decisions: dict[str, Decision] = Field(
        description="rules decided otherwise than docs/rules.md says, by reason code [reject|repair|flag|ignore]"
    )
    drops: dict[str, DropParams] = Field(
        description="what you know better about a file, by its name: header, label, text, delimiter, encoding [map]"
    )
    minimum_drop_rows: int = Field(ge=0, description="valid rows expected of each file [rows]")
    text_characters: tuple[int, int] = Field(
        description="length expected of 99 % of a file's texts, from and to [characters]"
    )
    maximum_quarantined: float = Field(
        ge=0, le=1, description="share of a file expected at most in quarantine [0..1]"
    )
    maximum_flagged: float = Field(
        ge=0, le=1, description="share of a file expected at most to carry one flag [0..1]"
    )
    maximum_class_shift: float = Field(
        ge=0, description="expected distance at most of a file's class shares from the files before (KL) [nats]"
    )
    drift_size: float = Field(
        ge=0, le=1, description="size from which a difference between files is called drift [0..1]"
    )

    @model_validator(mode="after")
    def home_languages_are_detected(self) -> Self:
        """Expected languages are among those that texts may turn out to be in."""
        if strangers := sorted(set(self.home_languages) - set(self.languages)):
            raise ValueError(f"home_languages: {', '.join(strangers)} must stand in languages too")
        return self
