"""The knobs of the stage label_next."""

from pydantic import Field

from anechoic.project.schema import Params


class LabelNextParams(Params):
    """Knobs of the stage label_next."""

    rows: int = Field(ge=1, le=10_000, description="inbox rows picked for labelling, at most [rows]")
    seed: int = Field(ge=0, description="redraws the clusters that the rows are picked from [number]")
