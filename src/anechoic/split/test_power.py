"""What a set of labelled rows can show: the smallest difference of two models that it tells from chance."""

import numpy as np
from scipy.special import ndtri

from anechoic.split.schema import Power

DISCORDANT = 0.09  # share of rows that one of two models gets right and the other wrong, unless more are needed
SIGNIFICANCE, POWER = 0.05, 0.8  # the convention (Cohen 1988): chance of a false find, and of a true one
SHOWN_VARIANCE = 0.8 * 0.2  # of a hit at an accuracy of 80 %, for which the half width of an interval is given
SMALLEST = 1e-9  # difference from which the root is looked for: it is never 0


def power(rows: int) -> Power:
    """What this many independent rows can show."""
    spread = np.sqrt(SHOWN_VARIANCE / rows) if rows else 0.0
    return Power(
        rows=rows,
        difference=smallest_difference(rows),
        half_width=float(ndtri(1 - SIGNIFICANCE / 2) * spread) if rows else 1.0,
    )


def smallest_difference(rows: int) -> float:
    """The difference of two accuracies (0..1) that McNemar's test finds with POWER on this many rows (Connor 1987).

    1 where even a difference of 1 would not be found.
    """
    from scipy.optimize import brentq  # slow to import

    alpha, beta = ndtri(1 - SIGNIFICANCE / 2), ndtri(POWER)

    def excess(difference: float) -> float:
        # rows needed: (z_alpha sqrt(p) + z_beta sqrt(p - d^2))^2 / d^2, p the discordant share, never below d
        discordant = max(DISCORDANT, difference)
        spread = np.sqrt(max(discordant - difference**2, 0.0))
        return float(rows * difference**2 - (alpha * np.sqrt(discordant) + beta * spread) ** 2)

    return 1.0 if excess(1.0) <= 0 else float(brentq(excess, SMALLEST, 1.0))
