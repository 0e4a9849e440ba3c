"""The knobs of the stage embed."""

from pydantic import Field

from anechoic.project.schema import Params


class EmbedParams(Params):
    """Knobs of the stage embed."""

    model: str = Field(
        description="the encoder: `minilm` (embedded all-MiniLM-L6-v2), a folder with a sentence-transformers "
        "model, or a hub id `owner/name` [name]"
    )
