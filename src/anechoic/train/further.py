"""What training went on to do after the epoch that was kept."""

from collections.abc import Mapping

from anechoic.numeric.arrays import Floats, Indices
from anechoic.numeric.intervals import group_interval
from anechoic.train.fit import Fit
from anechoic.train.schema import Further

BOOTSTRAPS = 2000
SEED = 7


def further(run: Fit, groups: Indices) -> Further | None:
    """Loss and accuracy on validation at the last epoch minus those at the kept one; None where that is the last.

    groups: (rows,) echo groups of the validation rows, codes from 0, resampled whole for the 95 % intervals. The
    same rows are read at both epochs, so rows that are merely hard cancel out.
    """
    last = len(run.curves)
    if run.best == last or not {run.best, last} <= set(run.row_losses):
        return None
    loss, loss_low, loss_high = _change(run.row_losses, run.best, last, groups)
    accuracy, accuracy_low, accuracy_high = _change(run.row_hits, run.best, last, groups)
    return Further(
        epochs=last - run.best,
        loss=loss,
        loss_low=loss_low,
        loss_high=loss_high,
        accuracy=accuracy,
        accuracy_low=accuracy_low,
        accuracy_high=accuracy_high,
    )


def _change(values: Mapping[int, Floats], kept: int, last: int, groups: Indices) -> tuple[float, float, float]:
    """The mean change and the ends of its interval."""
    change = (values[last] - values[kept])[:, None]  # (rows, 1)
    if not change.any():
        return 0.0, 0.0, 0.0
    low, high = group_interval(change, groups, BOOTSTRAPS, SEED)
    return float(change.mean()), float(low[0]), float(high[0])
