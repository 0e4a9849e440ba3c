"""The end of a run on the console: the first screen's numbers, what to do next, and where the page is."""

from collections.abc import Iterator
from textwrap import wrap

from anechoic.next_steps.schema import Step
from anechoic.report.rendering import printable
from anechoic.report.schema import Reports
from anechoic.report.sentences.overview import figures, headline
from anechoic.text.shown import shown

WIDTH = 96  # columns, two less than which a stage indents
INDENT = "   "


def summary(reports: Reports, page: str) -> Iterator[str]:
    """Reports and the page's place -> lines: headline, figures, steps, page; personal data masked."""
    yield headline(reports)
    for each in figures(reports):
        yield f"{each.value:>7}  {each.name} ({each.note})"
    if reports.next.steps:
        yield "Do this next:"
    for number, step in enumerate(reports.next.steps, 1):
        yield from _step(number, step)
    yield f"The page: {page}; the same as text: reports/README.md"


def _step(number: int, step: Step) -> Iterator[str]:
    """What to do and what it is worth, then the command on a line of its own, whole, so that it can be copied."""
    action, command = (" ".join(printable(shown(text)).split()) for text in (step.action, step.command))
    yield from wrap(f"{number}. {action}: {step.worth()}", WIDTH, subsequent_indent=INDENT)
    yield f"{INDENT}{command}"
