"""Whole echo groups for scikit-learn: `cross_val_score(model, texts, labels, cv=EchoGroupSplit())`."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils.validation import _num_samples

from anechoic.api.echo_groups import echo_groups
from anechoic.api.rows import canonical_rows
from anechoic.api.split_rows import units_of, whole_units
from anechoic.echoes.classifier.judge import Judge
from anechoic.embed.encoder import Encoder
from anechoic.numeric.arrays import Flags, Indices, dense_codes
from anechoic.project.errors import DataError


class EchoGroupSplit(BaseCrossValidator, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Folds that keep echo groups whole and classes in even shares; usable wherever scikit-learn takes a `cv`.

    n_splits: folds; test_size: None for k folds, or the share of the test, redrawn n_splits times; random_state:
    redraws the folds; encoder, judge: as for `find_echoes`, used when groups are not given and found in the texts
    X.
    """

    def __init__(
        self,
        n_splits: int = 5,
        *,
        test_size: float | None = None,
        random_state: int = 0,
        encoder: str | Encoder | None = None,
        judge: Judge | None = None,
    ) -> None:
        self.n_splits = n_splits
        self.test_size = test_size
        self.random_state = random_state
        self.encoder = encoder
        self.judge = judge

    def get_n_splits(self, X: object = None, y: object = None, groups: object = None) -> int:  # noqa: ARG002, N803
        """How many train and test sets `split` gives."""
        return self.n_splits

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[Indices, Indices]]:  # noqa: ANN401, N803
        """Row numbers of training and test; groups=None finds the echoes of the texts X.

        Raises DataError where there are fewer groups than folds, or groups must be found and X holds no texts.
        """
        rows = _num_samples(X)
        labels = np.zeros(rows, dtype=np.int64) if y is None else dense_codes(pl.Series(list(y)))
        units = self._echo_groups(X) if groups is None else dense_codes(pl.Series(list(groups)))
        for name, values in (("y", labels), ("groups", units)):
            if len(values) != rows:
                raise DataError(f"X has {rows} rows, {name} {len(values)}.")
        for test in self._tests(units, labels):
            yield np.flatnonzero(~test), np.flatnonzero(test)

    def _echo_groups(self, X: Any) -> Indices:  # noqa: ANN401, N803
        """The echo group of each text, coded from 0 in the order of the texts themselves, not of the rows."""
        rows = canonical_rows(pl.DataFrame({"text": _texts(X)}), text="text", where="EchoGroupSplit")
        labels = pl.Series("label", [""] * rows.height)
        found = echo_groups(rows, labels=labels, encoder=self.encoder, judge=self.judge).rows
        return units_of(found, found)

    def _tests(self, units: Indices, labels: Indices) -> Iterator[Flags]:
        needed = self.n_splits if self.test_size is None else 2
        if (count := int(units.max(initial=-1)) + 1) < needed or needed < 2:
            raise DataError(f"{count} groups do not make {needed} folds of one group or more; folds start at 2.")
        if self.test_size is None:
            side = whole_units(units, labels, np.full(needed, 1 / needed), self.random_state)
            yield from (side == fold for fold in range(needed))
            return
        shares = np.array([1 - self.test_size, self.test_size])
        for redraw in range(self.n_splits):
            yield whole_units(units, labels, shares, self.random_state + redraw) == 1


def _texts(X: Any) -> list[str]:  # noqa: ANN401, N803
    """The texts of a list, an array, a column, or a table of one column. Raises DataError for anything else."""
    if hasattr(X, "columns") and len(X.columns) == 1:
        X = X[X.columns[0]]  # noqa: N806
    values = np.asarray(X, dtype=object)
    texts: list[str] = values.ravel().tolist() if values.ndim == 1 or values.shape[1:] == (1,) else []
    if not all(isinstance(text, str) for text in texts) or len(texts) != len(values):
        raise DataError("Without groups= X must hold one text a row, so that its echoes can be found.")
    return texts
