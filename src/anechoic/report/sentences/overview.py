"""The first screen: the run in one sentence, its big numbers, and what a person should know."""

from dataclasses import dataclass

from anechoic.echoes.schema import EchoesReport
from anechoic.evaluate.schema import ON_FRESH
from anechoic.project.wording import interval, percent, plural
from anechoic.report.accuracies import fresh_sentence
from anechoic.report.schema import Reports
from anechoic.report.sentences.classifier import classifier_sentences
from anechoic.report.sentences.echoes import CALLED_FREELY, near_miss_sentences
from anechoic.report.sentences.intake import all_drift, drift_sentences, mention_sentences
from anechoic.split.schema import SplitReport

# A file is worth a sentence when its echoes are this share of its rows and at least that many (conventions).
ECHO_SHARE = 0.25
ECHO_ROWS = 20
SHOWN = 3  # classes that a sentence names


@dataclass(frozen=True)
class Figure:
    """One big number: what it is, its value, its interval or what it is made of, the section that shows it."""

    name: str
    value: str
    note: str
    evidence: str


def figures(reports: Reports) -> list[Figure]:
    """The numbers of the first screen: the accuracy to quote, rows, effective rows, random and honest test."""
    echoes, leakage = reports.echoes, reports.leakage
    shown = [
        Figure("rows", f"{echoes.rows:,}", f"in {len(echoes.drops)} {plural(len(echoes.drops), 'file')}", "intake"),
        Figure("effective rows", f"{echoes.effective_rows:,}", _effective_note(echoes), "echoes"),
        Figure(
            "a random test would say",
            percent(leakage.naive_accuracy),
            f"{interval(leakage.naive_accuracy_low, leakage.naive_accuracy_high)}, of a plain model",
            "price",
        ),
        Figure(
            "the honest test says",
            percent(leakage.honest_accuracy),
            f"{interval(leakage.honest_accuracy_low, leakage.honest_accuracy_high)}, of the same model",
            "price",
        ),
    ]
    if fresh := reports.evaluation.fresh:
        shown.insert(0, Figure(ON_FRESH, percent(fresh.accuracy), fresh.note(), "classifier"))
    return shown


def _effective_note(echoes: EchoesReport) -> str:
    if echoes.effective_rows_low == echoes.effective_rows_high == echoes.effective_rows:
        return "distinct meanings found"
    return f"{echoes.effective_rows_low:,}–{echoes.effective_rows_high:,} allowing for missed and false echoes"


def headline(reports: Reports) -> str:
    """The run in one sentence: what the rows are worth, and by how much a random test would lie."""
    echoes, leakage = reports.echoes, reports.leakage
    worth = f"{echoes.rows:,} rows are worth {echoes.effective_rows:,}."
    lie = round(100 * leakage.inflation)
    if leakage.inflation_low > 0 and lie >= 1:
        return f"{worth} A random test would lie by {lie} {plural(lie, 'point')}."
    if echoes.rows == echoes.effective_rows:
        return f"{worth} No echoes: a random test would not lie for lack of a fair split."
    return f"{worth} A random test would not lie by more than chance explains."


def overview(reports: Reports) -> list[str]:
    """The sentences under the headline: price of leakage, exam, classifier, files, warnings."""
    return [
        *reports.intake.notices,
        fresh_sentence(reports.evaluation.fresh),
        _leakage(reports),
        _exam(reports),
        *classifier_sentences(reports),
        *_one_meaning(reports),
        *_drops(reports.echoes),
        *_warnings(reports),
    ]


def _leakage(reports: Reports) -> str:
    leakage = reports.leakage
    one_meaning = [each for each in reports.diversity.per_label.values() if each.effective_rows == 1]
    if one_meaning and len(one_meaning) == len(reports.diversity.per_label):
        return (
            "These rows cannot be tested: each class holds one meaning, so a test that keeps what says the same "
            "on one side asks for classes that it was never taught. What it says means nothing; add other texts to "
            "each class."
        )
    return (
        f"For a plain model, a random split of these rows says {percent(leakage.naive_accuracy)} "
        f"({interval(leakage.naive_accuracy_low, leakage.naive_accuracy_high)}); one that keeps everything "
        f"that says the same on one side says {percent(leakage.honest_accuracy)} "
        f"({interval(leakage.honest_accuracy_low, leakage.honest_accuracy_high)}). The difference, "
        f"{100 * leakage.inflation:.0f} points ({100 * leakage.inflation_low:.0f} to "
        f"{100 * leakage.inflation_high:.0f}), is echoes: test rows whose copies or rephrasings were trained on."
    )


def _one_meaning(reports: Reports) -> list[str]:
    """The classes that no honest test can know, where they are some and not all."""
    per_label = reports.diversity.per_label
    names = [name for name, each in per_label.items() if each.effective_rows == 1]
    if not names or len(names) == len(per_label):
        return []
    shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    return [
        f"{len(names)} {plural(len(names), 'class holds', 'classes hold')} one meaning each ({shown}): the honest "
        "test counts their rows as wrong, for it was taught no other of them. Add other texts."
    ]


def _exam(reports: Reports) -> str:
    leakage, exam = reports.leakage, reports.leakage.exam
    if exam is None:
        return "There is no exam: put labelled rows from another time or source into data/exam/."
    sentence = (
        f"On the exam, {exam.rows} rows never trained on, the same plain model reaches {percent(exam.accuracy)} "
        f"({interval(exam.accuracy_low, exam.accuracy_high)})"
    )
    nearer = abs(exam.accuracy - leakage.honest_accuracy) <= abs(exam.accuracy - leakage.naive_accuracy)
    sentence += (
        ": the honest test said so, the random one did not." if nearer and leakage.inflation_low > 0 else "."
    )
    classes = len(reports.split.counts.get("exam", {}))
    known = len({label for counts in reports.split.counts.values() for label in counts})
    if classes < known:
        sentence += f" Beware: the exam holds {classes} of {known} classes, so it cannot stand for the rest."
    return sentence


def _drops(echoes: EchoesReport) -> list[str]:
    """The files that mostly repeat what was there, each with the file it repeats most."""
    sentences = []
    for drop in echoes.drops:
        if drop.echo_rows < max(ECHO_ROWS, ECHO_SHARE * drop.rows):
            continue
        most = drop.echo_of[0]
        where = "itself" if most.drop == drop.drop else most.drop
        sentences.append(
            f"{drop.drop} brought {drop.rows} rows but {drop.new_meanings} new "
            f"{plural(drop.new_meanings, 'meaning')}: {most.rows} rows echo {where} "
            f"({interval(most.share_low, most.share_high)} of the file)."
        )
    return sentences


def _warnings(reports: Reports) -> list[str]:
    sentences = []
    intake, conflicts = reports.intake, reports.echoes.sure_conflicts
    if intake.quarantined:
        reasons = ", ".join(f"{count} {reason}" for reason, count in intake.reasons.items())
        sentences.append(f"{intake.quarantined} records were set aside ({reasons}); see data/quarantine/.")
    sentences += mention_sentences(intake) + drift_sentences(all_drift(reports))
    if conflicts:
        groups = plural(conflicts, "group carries", "groups carry")
        unsure = max(0, reports.echoes.conflicts - conflicts)
        more = f"; {unsure} more do so whose rows may not say the same" if unsure else ""
        sentences.append(f"{conflicts} echo {groups} different labels for the same thing{more}.")
    near = reports.echoes.near_misses
    if near is not None and near.share > CALLED_FREELY:
        sentences += near_miss_sentences(reports.echoes)
    return sentences + _events(reports.split)


def _events(split: SplitReport) -> list[str]:
    """What happened to rows while they were split; the classes that are too thin in one sentence."""
    thin = [event for event in split.events if event.event == "thin_class"]
    sentences = [f"{event.rows} rows: {event.detail}." for event in split.events if event.event != "thin_class"]
    if thin:
        classes = plural(len(thin), "class", "classes")
        sentences.append(f"{len(thin)} {classes} cannot stand on every side: {thin[0].detail}.")
    return sentences
