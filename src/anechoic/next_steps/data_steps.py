"""Steps that change the rows: their labels, their files, how many there are and of which classes."""

from collections.abc import Iterator

from anechoic.diversity.schema import DropWorth
from anechoic.next_steps.findings import Findings, measured, unmeasured
from anechoic.next_steps.schema import Step
from anechoic.project.wording import percent

MANY_ROWS = 20  # of a file, or records set aside for want of a label, below which nobody need be told
WANT_A_LABEL = ("label_missing", "label_unknown")
UNKNOWN_WORTH = 100  # rows that are asked for where no curve says what they are worth
NEXT = "anechoic next data/inbox"
REVIEW = "anechoic review"
PAGE = "reports/index.html"


def data_steps(findings: Findings) -> Iterator[Step]:
    """Reports -> what to do with the rows."""
    yield from _drops(findings)
    yield from _doubts(findings)
    yield from _unsuggested(findings)
    yield from _conflicts(findings)
    yield from _more_rows(findings)
    yield from _unlabelled(findings)


def _drops(findings: Findings) -> Iterator[Step]:
    """Files that surely hurt, and files that only repeat."""
    for drop in findings.worth.drops:
        change, low, high = drop.accuracy_change, drop.accuracy_change_low, drop.accuracy_change_high
        evidence = f"reports/worth.json: drops, {drop.drop}"
        if change is not None and low is not None and high is not None and high < 0:
            yield measured(
                f"Leave {drop.drop} out, or look at its labels",
                f"trained with it, a model is right less often on the rows of the other files; {_new(drop)}",
                (-change, -high, -low),
                f"data/raw/{drop.drop}",
                evidence,
            )
        elif drop.rows >= MANY_ROWS and drop.repeats() and (low or 0) <= 0:
            shown = "what it did to the accuracy was not measured"
            if change is not None and low is not None and high is not None:
                shown = f"no change of the accuracy shows ({100 * low:.1f} to {100 * high:.1f} points)"
            yield unmeasured(
                f"Make no more rows like those of {drop.drop}",
                f"{_new(drop)}, the others repeat what was there, as the page tells row by row; {shown}",
                PAGE,
                evidence,
            )


def _new(drop: DropWorth) -> str:
    return f"{drop.new_meanings} of its {drop.rows} rows say something new"


def _doubts(findings: Findings) -> Iterator[Step]:
    """Labels for which another is suggested; worth at least what taking them out of training brings."""
    doubted, echoes = findings.doubted, findings.echoes
    if not doubted.rows:
        return
    labels = "label" if doubted.questions == 1 else "labels"
    action = f"Look at {doubted.questions} {labels} that the labels of like rows contradict"
    why = f"{doubted.rows} rows with their copies; the first: {doubted.first!r}"
    if echoes.suggestion_precision is not None:
        why += f"; about {100 * echoes.suggestion_precision:.0f} % of such suggestions are right"
    change, evidence = doubted.change, "reports/review.csv, kind label"
    if change.change is None or change.low is None or change.high is None:
        reason = change.reason or "they are too few"
        yield unmeasured(action, f"{why}; what it brings was not measured: {reason}", REVIEW, evidence)
        return
    gain, low, high = -change.change, -change.high, -change.low
    if gain <= 0:
        why += (
            f"; a model trained without them is not shown to be better ({100 * low:.1f} to {100 * high:.1f} points)"
        )
        yield unmeasured(action, why, REVIEW, evidence)
        return
    why += "; the gain is that of a model trained without them, on all other rows"
    yield measured(action, why, (gain, low, high), REVIEW, evidence)


def _unsuggested(findings: Findings) -> Iterator[Step]:
    """Labels that are likelier wrong than right where no other is surely the right one."""
    count, echoes = findings.doubted.others, findings.echoes
    if not count:
        return
    known = ""
    if echoes.label_errors is not None:
        low, high = echoes.label_errors_low, echoes.label_errors_high
        known = f"; of all {echoes.rows} labels {low} to {high} are likely wrong"
    yield unmeasured(
        f"Look at the {count} {'label that is' if count == 1 else 'labels that are'} likelier wrong than right",
        f"no other label is sure enough to be suggested, so what mending brings was not measured{known}",
        REVIEW,
        "reports/review.csv, kind label",
    )


def _conflicts(findings: Findings) -> Iterator[Step]:
    conflicts = findings.echoes.sure_conflicts
    if not conflicts:
        return
    waiting = sum(event.rows for event in findings.split.events if event.event == "conflict_tie")
    groups = "meaning carries" if conflicts == 1 else "meanings carry"
    why = f"{conflicts} {groups} two labels"
    if waiting:
        why += f"; {waiting} rows train and examine nothing until it is settled"
    yield unmeasured(
        "Say which label is right where the same thing carries two",
        f"{why}. So few rows change the accuracy by less than can be measured",
        REVIEW,
        "reports/review.csv, kind conflict",
    )


def _more_rows(findings: Findings) -> Iterator[Step]:
    """Fresh rows, worth what the learning curve says; of which classes first."""
    rows = findings.worth.next_rows
    inbox = sum(file.rows - file.unread for file in findings.predictions.files)
    evidence = "reports/worth.json: curve, next_rows"
    first = weakest(findings)
    if rows is None:
        why = f"what they are worth was not measured: {findings.worth.curve_reason}"
        action = f"Label fresh comments{_fill(UNKNOWN_WORTH, inbox)}"
        yield unmeasured(action, f"{why}{first}", f"{NEXT} --rows {UNKNOWN_WORTH}", evidence)
        return
    if rows.gain_high <= 0:
        return
    why = "the learning curve of a plain model over distinct rows, carried on"
    if not rows.shows():
        why = "the learning curve is so flat that it may be nothing"
    elif twice := findings.worth.doubled:
        why += f"; twice the rows would bring {twice.worth()}"
    why += first
    yield measured(
        f"Label {rows.rows} fresh comments, written by other people{_fill(rows.rows, inbox)}",
        why,
        (rows.gain, rows.gain_low, rows.gain_high),
        f"{NEXT} --rows {rows.rows}",
        evidence,
    )


def _fill(rows: int, inbox: int) -> str:
    """What has to be done before so many rows can be picked from the inbox."""
    more = f"{rows - inbox} more unlabelled" if inbox else f"{rows} unlabelled"
    return f"; first put {more} comments into data/inbox/" if inbox < rows else ""


def weakest(findings: Findings) -> str:
    """Classes of which surely fewer rows are found than of all, on the side that is quoted, the worst first."""
    fresh = findings.evaluation.fresh
    side = findings.evaluation.exam if fresh and fresh.side == "exam" else findings.evaluation.test
    if side is None:
        return ""
    scores = [(each.recall, name, each) for name, each in side.per_label.items() if each.rows]
    weak = [
        f"{percent(recall)} of {name!r}"
        for recall, name, each in sorted(scores, key=lambda score: score[:2])
        if each.recall_high < side.accuracy
    ]
    if not weak:
        return ""
    return (
        f"; begin with {'the class' if len(weak) == 1 else 'the classes'} found least: {', '.join(weak)}, "
        f"{percent(side.accuracy)} of all rows"
    )


def _unlabelled(findings: Findings) -> Iterator[Step]:
    reasons = findings.intake.reasons
    count = sum(reasons.get(reason, 0) for reason in WANT_A_LABEL)
    if count < MANY_ROWS:
        return
    named = ", ".join(f"{reasons[reason]} {reason}" for reason in WANT_A_LABEL if reasons.get(reason))
    yield unmeasured(
        f"Give a label to {count} records that were set aside",
        f"they have a text but no label that is known ({named}); their worth is that of as many fresh rows",
        "data/quarantine/",
        "reports/intake.json: reasons",
    )
