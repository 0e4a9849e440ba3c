"""The texts that a user of the library hands over: a list, a column, or a frame with such a column."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from anechoic.project.errors import DataError

if TYPE_CHECKING:
    from narwhals.typing import IntoDataFrame, IntoSeries

    Texts = Sequence[str] | IntoDataFrame | IntoSeries

NAMES_SHOWN = 8  # columns named in a message


def texts_of(texts: "Texts", column: str) -> list[str]:
    """The texts as a list: of a sequence, a polars or pandas Series, or the column of a polars or pandas frame.

    Raises DataError where there is no such column, or where a value is missing or no text.
    """
    values = list(texts) if isinstance(texts, list | tuple) else _values(texts, column)
    wrong = [row for row, value in enumerate(values) if not isinstance(value, str)]
    if wrong:
        raise DataError(
            f"{len(wrong)} of {len(values)} values are no text, the first in row {wrong[0]} (from 0): "
            f"{values[wrong[0]]!r}. Drop them, or put '' in their place."
        )
    return values


def _values(texts: "Texts", column: str) -> list[str]:
    import narwhals as nw

    native = nw.from_native(texts, allow_series=True, pass_through=True)
    if isinstance(native, nw.LazyFrame):
        native = native.collect()
    if isinstance(native, nw.DataFrame):
        if column not in native.columns:
            shown = ", ".join(native.columns[:NAMES_SHOWN]) + (" ..." if len(native.columns) > NAMES_SHOWN else "")
            raise DataError(f"The frame has no column {column!r}, it has {shown}. Name the text's: text='...'.")
        native = native.get_column(column)
    if isinstance(native, nw.Series):
        values: list[str] = native.to_list()
        return values
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise DataError(
            f"{type(texts).__name__} holds no texts: give a list of strings, or a polars or pandas frame or Series."
        )
    return list(texts)
