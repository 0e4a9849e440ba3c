"""The knobs of the stage report."""

from pydantic import Field

from anechoic.project.schema import Params


class ReportParams(Params):
    """Knobs of the stage report."""

    groups_shown: int = Field(
        ge=0, le=1000, description="echo groups listed on the page, the largest first [groups]"
    )
