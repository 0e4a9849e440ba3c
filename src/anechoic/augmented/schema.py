"""The knobs of params.yaml, section split, that say which rows were made from others, as other stages read them."""

from typing import Literal

from pydantic import BaseModel, Field

Policy = Literal["keep_one", "weight", "keep_all"]


class MadeKnobs(BaseModel):
    """What the stages around the split look at of its knobs."""

    augmented: list[str] = Field(description="files of data/raw/ whose rows were made from other rows [names]")
    source_column: str = Field(description="column that names the row another was made from [name]")
    echoes_in_training: Policy = Field(description="which rows of an echo group train [choice]")
