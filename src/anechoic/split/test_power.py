"""What a set of labelled rows can show: the smallest difference it tells from chance."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from anechoic.split.schema import Power

DISCORDANT = 0.09  # share of rows that one of two models gets right and the other wrong
CHANCE, POWER = 0.05, 0.8


def power(rows: int) -> Power:
    """What this many independent rows can show."""
    return Power(
        rows=rows,
        difference=smallest_difference(rows),
        half_width=float(norm.ppf(0.975) * np.sqrt(0.8 * 0.2 / rows)) if rows else 1.0,
    )


def smallest_difference(rows: int) -> float:
    """The difference of two accuracies that McNemar's test finds with POWER on this many rows (Connor 1987)."""
    alpha, beta = norm.ppf(1 - CHANCE / 2), norm.ppf(POWER)

    def excess(difference: float) -> float:
        discordant = max(DISCORDANT, difference)
        spread = np.sqrt(max(discordant - difference**2, 0.0))
        return float(rows * difference**2 - (alpha * np.sqrt(discordant) + beta * spread) ** 2)

    return 1.0 if excess(1.0) <= 0 else float(brentq(excess, 1e-9, 1.0))
