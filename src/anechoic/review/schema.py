"""What the stages that obey answers report about them."""

from pydantic import Field

from anechoic.project.schema import Report
from anechoic.text.shown import ShownText


class Decided(Report):
    """What became of the answers in data/review/."""

    applied: int = Field(description="decisions obeyed in this run")
    stale: list[ShownText] = Field(description="decisions not applied, each with the reason")
