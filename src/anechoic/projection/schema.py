"""The knob of the stage projection and the shape of reports/projection.json."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from anechoic.project.schema import Params, Report


class ProjectionParams(Params):
    """The knob of the stage projection."""

    most_texts: int = Field(
        ge=10,
        le=10_000,
        description="distinct texts that are projected; of more, a fixed part, and the others are laid beside "
        "the texts they are most like [texts]",
    )


class ProjectionReport(Report):
    """reports/projection.json: how the map of the data was made, and how far to trust it."""

    method: Literal["t-SNE", "PCA"] = Field(
        description="t-SNE keeps near texts near: distances within a cluster tell, those between clusters and the "
        "axes do not; PCA (the two directions of most spread) where there are fewer than 10 texts"
    )
    rows: int = Field(description="rows of data/raw/ and data/exam/ on the map")
    inbox_rows: int = Field(description="rows of data/inbox/ on the map; those that hold nothing to read are not")
    texts: int = Field(description="distinct texts among them, case aside; copies lie at one place")
    projected: int = Field(description="texts that were projected together")
    placed: int = Field(
        description="texts beyond projection.most_texts, each laid beside the projected ones it is most like"
    )
    trustworthiness: float | None = Field(
        description="of the projected texts, 0 to 1: how far the 15 nearest on the map are also near in meaning "
        "(Venna and Kaski 2001); 1: all of them are; null for fewer than 31 texts or where all vectors are equal"
    )

    def sentences(self) -> Iterator[str]:
        """How many texts are on the map, how they got there, and how far to trust it."""
        trust = "" if self.trustworthiness is None else f", trustworthiness {self.trustworthiness:.2f}"
        beside = f", {self.placed:,} laid beside them" if self.placed else ""
        inbox = f" and {self.inbox_rows:,} of the inbox" if self.inbox_rows else ""
        yield (
            f"{self.rows:,} rows{inbox} hold {self.texts:,} distinct texts: "
            f"{self.projected:,} projected ({self.method}{trust}){beside}"
        )
