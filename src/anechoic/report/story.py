"""The run told in plain words, every sentence with its own numbers."""

from dataclasses import dataclass

from anechoic.echoes.schema import EchoesReport
from anechoic.leakage.schema import LeakageReport
from anechoic.report.intake_charts import drift_story, intake_story
from anechoic.report.learned import Learned, learned_story
from anechoic.split.schema import SplitReport
from anechoic.validate.schema import Drift, IntakeReport


@dataclass(frozen=True)
class Reports:
    """All reports of a run."""

    intake: IntakeReport
    echoes: EchoesReport
    split: SplitReport
    leakage: LeakageReport
    learned: Learned | None = None


@dataclass(frozen=True)
class Figure:
    """One big number: what it is, its value, its interval or what it is made of."""

    name: str
    value: str
    note: str


def percent(share: float) -> str:
    """A share as people read it: 0.734 -> 73 %."""
    return f"{100 * share:.0f} %"


def interval(low: float, high: float) -> str:
    """Two shares as a range in percent: 70-78 %."""
    return f"{100 * low:.0f}–{100 * high:.0f} %"


def figures(reports: Reports) -> list[Figure]:
    """The numbers on the first screen."""
    echoes, leakage = reports.echoes, reports.leakage
    found = [
        Figure("rows", f"{echoes.rows:,}", f"in {len(echoes.drops)} {_plural(len(echoes.drops), 'file')}"),
        Figure("effective rows", f"{echoes.effective_rows:,}", _effective_note(echoes)),
        Figure(
            "a random test would say",
            percent(leakage.naive_accuracy),
            interval(leakage.naive_accuracy_low, leakage.naive_accuracy_high),
        ),
        Figure(
            "the honest test says",
            percent(leakage.honest_accuracy),
            interval(leakage.honest_accuracy_low, leakage.honest_accuracy_high),
        ),
    ]
    if leakage.exam:
        exam = leakage.exam
        note = f"{interval(exam.accuracy_low, exam.accuracy_high)}, {exam.rows} rows never trained on"
        found.append(Figure("the exam says", percent(exam.accuracy), note))
    return found


def _effective_note(echoes: EchoesReport) -> str:
    if echoes.effective_rows_low == echoes.effective_rows_high == echoes.effective_rows:
        return "distinct meanings found"
    return f"{echoes.effective_rows_low:,}–{echoes.effective_rows_high:,} allowing for missed and false echoes"


def headline(reports: Reports) -> str:
    """The run in one sentence."""
    echoes, leakage = reports.echoes, reports.leakage
    worth = f"{echoes.rows:,} rows are worth {echoes.effective_rows:,}."
    points = 100 * leakage.inflation
    if leakage.inflation_low > 0 and round(points) >= 1:
        return f"{worth} A random test would lie by {points:.0f} {_plural(round(points), 'point')}."
    if echoes.rows == echoes.effective_rows:
        return f"{worth} No echoes: a random test would not lie for lack of a fair split."
    return f"{worth} A random test would not lie by more than chance explains."


def story(reports: Reports) -> list[str]:
    """The sentences under the headline."""
    leakage = reports.leakage
    return [
        f"A random split of these rows says {percent(leakage.naive_accuracy)} "
        f"({interval(leakage.naive_accuracy_low, leakage.naive_accuracy_high)}); one that keeps everything "
        f"that says the same on one side says {percent(leakage.honest_accuracy)} "
        f"({interval(leakage.honest_accuracy_low, leakage.honest_accuracy_high)}). The difference, "
        f"{100 * leakage.inflation:.0f} points ({100 * leakage.inflation_low:.0f} to "
        f"{100 * leakage.inflation_high:.0f}), is echoes: test rows whose copies or rephrasings were trained on.",
        *_exam(reports),
        *(learned_story(reports.learned) if reports.learned else []),
        *_drops(reports.echoes),
        *_warnings(reports),
    ]


def drifts(reports: Reports) -> list[Drift]:
    """Differences of each file from those before it, the vectors' ones among them where they were measured."""
    return [*reports.intake.drift, *(reports.learned.worth.drift if reports.learned else [])]


def _exam(reports: Reports) -> list[str]:
    leakage, exam = reports.leakage, reports.leakage.exam
    if exam is None:
        return ["There is no exam: put labelled rows from another time or source into data/exam/."]
    classes = len(reports.split.counts.get("exam", {}))
    known = len({label for side in reports.split.counts.values() for label in side})
    told = f"On the exam, {exam.rows} rows never trained on, the same model reaches {percent(exam.accuracy)} "
    told += f"({interval(exam.accuracy_low, exam.accuracy_high)})"
    nearer = abs(exam.accuracy - leakage.honest_accuracy) <= abs(exam.accuracy - leakage.naive_accuracy)
    told += ": the honest test said so, the random one did not." if nearer and leakage.inflation_low > 0 else "."
    if classes < known:
        told += f" Beware: the exam holds {classes} of {known} classes, so it cannot stand for the rest."
    return [told]


def _drops(echoes: EchoesReport) -> list[str]:
    told = []
    for drop in echoes.drops:
        if drop.echo_rows >= max(20, 0.25 * drop.rows):
            most = drop.echo_of[0]
            where = "itself" if most.drop == drop.drop else most.drop
            told.append(
                f"{drop.drop} brought {drop.rows} rows but {drop.new_meanings} new "
                f"{_plural(drop.new_meanings, 'meaning')}: {most.rows} rows echo {where} "
                f"({interval(most.share_low, most.share_high)} of the file)."
            )
    return told


def _warnings(reports: Reports) -> list[str]:
    told = []
    if reports.intake.quarantined:
        reasons = ", ".join(f"{count} {reason}" for reason, count in reports.intake.reasons.items())
        told.append(f"{reports.intake.quarantined} records were set aside ({reasons}); see data/quarantine/.")
    told += intake_story(reports.intake) + drift_story(drifts(reports))
    if reports.echoes.conflicts:
        count = reports.echoes.conflicts
        told.append(
            f"{count} echo {_plural(count, 'group carries', 'groups carry')} different labels for the same thing."
        )
    told += [f"{event.rows} rows: {event.detail}." for event in reports.split.events if event.event != "thin_class"]
    thin = [event for event in reports.split.events if event.event == "thin_class"]
    if thin:
        told.append(
            f"{len(thin)} {_plural(len(thin), 'class', 'classes')} cannot stand on every side: {thin[0].detail}."
        )
    return told


def _plural(count: int, one: str, many: str = "") -> str:
    return one if count == 1 else many or f"{one}s"
