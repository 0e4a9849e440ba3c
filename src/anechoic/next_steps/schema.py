"""The shape of reports/next.json."""

from collections.abc import Iterator

from pydantic import Field

from anechoic.project.schema import Report


class Step(Report):
    """One thing to do."""

    action: str = Field(description="what to do")
    why: str = Field(description="the reason, with its numbers; no stop at its end")
    points: float | None = Field(
        description="what it is expected to add to the accuracy, in percentage points; null where not measured"
    )
    points_low: float | None = Field(description="lower end, 95 %; null where it was not measured")
    points_high: float | None = Field(description="upper end, 95 %; null where it was not measured")
    command: str = Field(description="a command that a shell runs as it stands, or the path of what to open")
    evidence: str = Field(description="the report that says so, and the field in it")

    def worth(self) -> str:
        """What the step is worth, in words."""
        if self.points is None or self.points_low is None or self.points_high is None:
            return "not measured"
        low, high = _number(self.points_low), _number(self.points_high)
        return f"about {_number(self.points)} points ({low} to {high})"


class NextReport(Report):
    """reports/next.json: what to do next, the most worth first; what was not measured comes after it."""

    steps: list[Step] = Field(description="at most seven")

    def sentences(self) -> Iterator[str]:
        """How many steps there are, by what they are worth; the stage report prints them."""
        known = sum(step.points is not None for step in self.steps)
        steps = "1 step" if len(self.steps) == 1 else f"{len(self.steps)} steps"
        yield f"{steps}, {known} with a measured worth: reports/next.json"


def _number(points: float) -> str:
    """Points with one decimal, without a trailing zero."""
    return f"{round(points, 1) + 0.0:.1f}".removesuffix(".0")
