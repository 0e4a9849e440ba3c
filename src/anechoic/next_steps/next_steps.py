"""Reports of a run -> at most seven steps, the most worth first."""

from anechoic.next_steps.data_steps import data_steps
from anechoic.next_steps.findings import Findings, unmeasured
from anechoic.next_steps.model_steps import model_steps
from anechoic.next_steps.schema import NextReport, Step

MOST = 7
WORTH_A_STEP = 1.0  # points; where no measured step can reach it, there is nothing more to gain by rows or labels


def next_steps(findings: Findings) -> NextReport:
    """Reports -> steps ranked by the accuracy they are expected to add; those without a measured gain come after.

    Among the unmeasured, what makes the figures believable stands first, then training, then rows.
    """
    steps = [*model_steps(findings), *data_steps(findings)]
    worth = sorted((step for step in steps if step.points is not None), key=_points, reverse=True)
    others = [step for step in steps if step.points is None]
    if _nothing_to_gain(findings, worth):
        worth = [_nothing(findings)]
    return NextReport(steps=[*worth, *others][:MOST])


def _points(step: Step) -> float:
    return step.points or 0.0


def _nothing_to_gain(findings: Findings, worth: list[Step]) -> bool:
    """Whether all was measured, nothing is worth a point, and no fault was found."""
    known = findings.worth.next_rows is not None and findings.evaluation.verdict == "good"
    return known and all((step.points_high or 0.0) < WORTH_A_STEP for step in worth)


def _nothing(findings: Findings) -> Step:
    """What stands for all steps that are worth less than a point; using the classifier adds nothing to it."""
    rows, labels = findings.worth.next_rows, findings.doubted.change.change is not None
    more = f"{rows.rows if rows else 0} more rows{' or mended labels' if labels else ''}"
    return unmeasured(
        f"Use the classifier on what is put into data/inbox/: {more} would bring less than a point",
        findings.evaluation.verdict_reason,
        "dvc repro",
        "reports/evaluation.json: verdict_reason; reports/worth.json: next_rows",
    )
