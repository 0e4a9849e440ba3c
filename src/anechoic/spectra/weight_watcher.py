"""WeightWatcher, quiet: power laws fitted to the eigenvalues of weight matrices."""

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class PowerLaw:
    """A power law fitted to the tail of a matrix's eigenvalues."""

    alpha: float  # its exponent
    tail: int  # eigenvalues it rests on
    distance: float  # Kolmogorov-Smirnov


def power_laws(matrices: Mapping[str, torch.Tensor]) -> dict[str, PowerLaw]:
    """The power law of each matrix (lines, columns), by its name; those that none can be fitted to are left out."""
    if not matrices:
        return {}
    names = list(matrices)
    # WeightWatcher takes a model: one of linear layers, which it calls 0, 1, 2 ...
    stack = torch.nn.Sequential()
    for weight in matrices.values():
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False, device="meta")
        layer.weight = torch.nn.Parameter(weight, requires_grad=False)
        stack.append(layer)
    with _quiet():
        from weightwatcher import WeightWatcher

        details = WeightWatcher(model=stack, log_level=logging.ERROR).analyze(min_evals=2)
    columns = details[["longname", "alpha", "D", "num_pl_spikes"]].to_dict("records")
    return {
        names[int(row["longname"])]: PowerLaw(row["alpha"], max(1, int(row["num_pl_spikes"])), row["D"])
        for row in columns
        if np.isfinite(row["alpha"]) and row["alpha"] > 0
    }


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what WeightWatcher and powerlaw print, warn and log below an error; errors pass.

    Importing it also sets up logging for the whole program, and each analysis its loggers' levels: both are undone.
    """
    root = logging.getLogger()
    handlers, level, disabled = list(root.handlers), root.level, root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
        root.handlers, root.level = handlers, level
