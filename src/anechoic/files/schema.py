"""What a user knows better about a file than the file itself says."""

from pydantic import Field

from anechoic.project.schema import Params


class DropParams(Params):
    """What a user knows better about one file; null leaves it to the file."""

    header: bool | None = Field(description="whether the first record names the columns [true|false|null]")
    label: str | int | None = Field(description="the label column [name, or number from 1]")
    text: str | int | None = Field(description="the text column [name, or number from 1]")
    delimiter: str | None = Field(pattern=r'^[^"\r\n]$', description="what stands between two fields [character]")
    encoding: str | None = Field(description="how the bytes are read [Python codec]")
