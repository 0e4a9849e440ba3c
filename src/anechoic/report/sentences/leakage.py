"""The exam and the inbox against the honest test."""

from anechoic.leakage.schema import Difference, Inbox, LeakageReport
from anechoic.project.wording import interval, percent
from anechoic.report.sentences.wording import points

LARGEST = 3  # classes of the inbox's mix that a sentence names


def leakage_sentences(leakage: LeakageReport) -> list[str]:
    """Whether the honest test foresaw the exam, and what it would say of the inbox's mix of classes."""
    sentences = []
    if leakage.exam_difference:
        sentences.append(_exam(leakage.exam_difference))
    if leakage.inbox:
        sentences.append(_inbox(leakage.inbox))
    return sentences


def _exam(of: Difference) -> str:
    by_chance = of.difference_low <= 0 <= of.difference_high
    verdict = "chance explains it" if by_chance else "more than chance explains: the exam is other data"
    return (
        f"The exam says {points(of.difference)} points against the honest test "
        f"({points(of.difference_low)} to {points(of.difference_high)}): {verdict}."
    )


def _inbox(inbox: Inbox) -> str:
    largest = sorted(inbox.shares.items(), key=lambda item: -item[1])[:LARGEST]
    named = ", ".join(f"{label} {percent(share)}" for label, share in largest)
    named += ", ..." if len(inbox.shares) > LARGEST else ""
    return (
        f"On the inbox's mix of classes, as estimated from its {inbox.rows} texts ({named}), the "
        f"honest accuracy would be {percent(inbox.accuracy)} ({interval(inbox.accuracy_low, inbox.accuracy_high)})."
    )
