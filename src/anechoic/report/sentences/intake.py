"""What is odd about the files that came in."""

from anechoic.project.schema import Drift
from anechoic.project.wording import percent, plural
from anechoic.report.schema import Reports
from anechoic.report.sentences.wording import spaced
from anechoic.validate.schema import IntakeReport

COPIED_SHARE = 0.01  # share of the raw rows that hold a class's name just as written, above which it is said


def mention_sentences(intake: IntakeReport) -> list[str]:
    """Classes whose names, of several words and with capitals, stand in more texts than people write by chance."""
    rows = sum(drop.valid for drop in intake.drops if drop.role == "raw")
    return [
        f"{each.texts} texts hold a label's name, {each.label!r}, {each.verbatim} written just so: the answer "
        "may have been copied into the question."
        for each in intake.label_mentions
        if " " in each.label and each.label != each.label.lower() and each.verbatim > COPIED_SHARE * rows
    ]


def mention_verdict(intake: IntakeReport) -> str:
    """Whether classes' names in the texts look like copied answers or like ordinary speech; empty without any."""
    if not intake.label_mentions:
        return ""
    copied, limit = len(mention_sentences(intake)), percent(COPIED_SHARE)
    if not copied:
        return (
            f"That is ordinary speech: no name of several words stands just as written in over {limit} of the rows."
        )
    names = plural(copied, "name of several words stands", "names of several words stand")
    return (
        f"{copied} {names} in more than {limit} of the rows just as written: the answers may have been copied in."
    )


def drift_sentences(drift: list[Drift]) -> list[str]:
    """The files that differ from those before them, each with what changed most."""
    return [
        f"{each.drop} differs in {each.aspect} from the files before it: {spaced(each.told)}."
        for each in drift
        if each.drifted
    ]


def all_drift(reports: Reports) -> list[Drift]:
    """Differences of each file from those before it: classes, length, words, and meaning where it was measured."""
    return [*reports.intake.drift, *reports.worth.drift]
