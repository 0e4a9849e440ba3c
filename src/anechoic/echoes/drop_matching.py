"""Drops as evidence: is drop B a retelling of drop A, and which row retells which.

No labels are used. The null is exchangeability: a fresh B meets A as A's own rows meet A without themselves. What
is compared is not how alike the best match is (a narrow B is always alike to a wide A) but how far it stands out
from the next ones. Both directions have to agree. Within two linked drops rows are matched one to one as far as the
evidence goes; other pairs keep what the judge said: partial, one-to-many and multi-parent drops exist.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from anechoic.echoes.evidence.neighbours import BLOCK
from anechoic.numeric.arrays import Floats, Indices, Vectors

LEAST_ROWS = 20  # of a drop that can be linked
LEAST_SHARE = 0.25  # of its rows that must be retold
NEXT = 7  # neighbours that a best match is held against
SURE = 0.9  # probability from which a pair keeps its verdict whatever the matching says
DENSE = 4_000_000  # cells of a block that is matched exactly; larger ones by falling chance


@dataclass(frozen=True)
class Link:
    """Two drops: the share of `echo`'s rows that retell a row of `source`, with its 95 % interval."""

    source: int
    echo: int
    share: float
    low: float
    high: float
    verdict: Literal["retold", "unrelated", "cannot tell"]


def find_links(whitened: Vectors, drop: Indices) -> list[Link]:
    """One Link for each two drops a < b. whitened: (n, d) unit; drop: (n,) number of each row's drop."""
    rows = {int(number): np.flatnonzero(drop == number) for number in np.unique(drop)}
    numbers = list(rows)
    return [
        _link(whitened[rows[a]], whitened[rows[b]], a, b) for at, a in enumerate(numbers) for b in numbers[at + 1 :]
    ]


def _link(source: Vectors, echo: Vectors, a: int, b: int) -> Link:
    if min(len(source), len(echo)) < LEAST_ROWS:
        return Link(a, b, 0.0, 0.0, 1.0, "cannot tell")
    there, share, low, high = _direction(echo, source)
    back, back_share, back_low, _ = _direction(source, echo)
    wanted = 0.5 * share * len(echo) / len(source)  # half of what the other direction must then show
    reverse = 0.5 * back_share * len(source) / len(echo)
    there_holds = there.min() >= LEAST_SHARE and low > 0.1 and (wanted < 0.1 or back.max() >= min(wanted, 0.5))
    back_holds = (
        back.min() >= LEAST_SHARE and back_low > 0.1 and (reverse < 0.1 or there.max() >= min(reverse, 0.5))
    )
    return Link(a, b, share, low, high, "retold" if there_holds or back_holds else "unrelated")


def _direction(queries: Vectors, base: Vectors) -> tuple[Floats, float, float, float]:
    """Share of the queries that retell a base row, by each measure, and their mean with its interval."""
    met, null = _standing_out(queries, base, same=False), _standing_out(base, base, same=True)
    found = np.array([_storey(_p_values(met[:, at], null[:, at]), len(base)) for at in range(2)])
    share, low, high = found.mean(axis=0)
    return found[:, 0], float(share), float(low), float(high)


def _standing_out(queries: Vectors, base: Vectors, same: bool) -> Floats:
    """For each query its top cosine less the second, and less the mean of the third to seventh: (q, 2)."""
    keep = min(NEXT, len(base) - int(same))
    result = np.zeros((len(queries), 2))
    for start in range(0, len(queries), BLOCK):
        similar = queries[start : start + BLOCK] @ base.T
        if same:  # a row does not meet itself
            here = np.arange(len(similar))
            similar[here, here + start] = -2
        top = -np.sort(np.partition(-similar, keep - 1, axis=1)[:, :keep], axis=1)
        result[start : start + BLOCK, 0] = top[:, 0] - top[:, 1]
        result[start : start + BLOCK, 1] = top[:, 0] - top[:, 2:].mean(axis=1)
    return result


def _p_values(values: Floats, null: Floats) -> Floats:
    """Conformal p-values: the share of the null at least as large."""
    larger = len(null) - np.searchsorted(np.sort(null), values, side="left")
    return np.asarray((1 + larger) / (len(null) + 1))


def _storey(p_values: Floats, null_rows: int) -> tuple[float, float, float]:
    """Share that is no null, from p-values over one half (Storey, 2002), with a 95 % normal interval."""
    share = max(1 - 2 * float((p_values > 0.5).mean()), 0.0)
    error = 1.96 * np.sqrt(1 / len(p_values) + 1 / null_rows) * np.sqrt(max(1 - share**2, 0.05))
    return share, max(share - error, 0.0), min(share + error, 1.0)


def nearest_across(whitened: Vectors, source: Indices, echo: Indices, count: int = 20) -> tuple[Indices, Indices]:
    """Each row of two linked drops with its nearest of the other, as pairs left < right.

    An addition to the range query, for the matching alone: a partner lost here was no likely match.
    """
    codes = []
    for here, there in ((source, echo), (echo, source)):
        keep = min(count, len(there))
        for start in range(0, len(here), BLOCK):
            part = here[start : start + BLOCK]
            near = there[np.argpartition(-(whitened[part] @ whitened[there].T), keep - 1, axis=1)[:, :keep]].ravel()
            own = np.repeat(part, keep)
            codes.append(np.minimum(own, near) * len(whitened) + np.maximum(own, near))
    code = np.unique(np.concatenate(codes))
    return code // len(whitened), code % len(whitened)


def retellings(
    left: Indices, right: Indices, log_odds: Floats, chance: Floats, rows: tuple[Indices, Indices], link: Link
) -> Floats:
    """The pairs' probabilities (p,) with the matching of two linked drops put in.

    rows: row numbers of source and echo drop; log_odds: (p,) that rank a row's partners. A matched pair gets the
    chance of its match, rescaled so that 0.5 is the working point, which falls as the share grows: where nearly
    every row has a partner, "none of them" is no alternative. Other pairs of the two drops, and pairs anywhere of
    a matched row, fall to at most 0.4 unless the judge is sure.
    """
    source, echo = rows
    size = 1 + max(int(each.max()) for each in (source, echo, left, right))
    place, side = np.full(size, -1), np.full(size, -1)
    place[source], side[source] = np.arange(len(source)), 0
    place[echo], side[echo] = np.arange(len(echo)), 1
    across = np.flatnonzero((side[left] >= 0) & (side[right] >= 0) & (side[left] != side[right]))
    turned = side[left[across]] == 1
    a = place[np.where(turned, right[across], left[across])]
    b = place[np.where(turned, left[across], right[across])]
    odds = sparse.csr_matrix((np.exp(np.clip(log_odds[across], -14, 14)), (a, b)), shape=(len(source), len(echo)))
    share = (link.share + link.high) / 2
    i, j, sure = _match(odds, min(share * len(echo), 0.99 * min(odds.shape)))
    least = 0.12 + 0.3 * (1 - share)
    told = sure / (sure + least * (1 - sure) / (1 - least))
    matched = sparse.csr_matrix((told, (i, j)), shape=odds.shape)
    settled = np.zeros(size, dtype=bool)
    settled[source[i[told >= 0.5]]] = settled[echo[j[told >= 0.5]]] = True
    touched = settled[left] | settled[right]
    touched[across] = True
    result = np.where(touched & (chance < SURE), np.minimum(chance, 0.4), chance)
    result[across] = np.maximum(np.asarray(matched[a, b]).ravel(), result[across])
    return np.asarray(result)


def _match(odds: sparse.csr_matrix, mass: float) -> tuple[Indices, Indices, Floats]:
    """The best one-to-one matching of odds (a, b) and the chance of each match, `mass` matches being expected."""
    chance = _soft(odds, _slack_for(odds, mass), 60).tocoo()
    if odds.shape[0] * odds.shape[1] <= DENSE:
        dense = np.full(odds.shape, -14.0)
        cells = odds.tocoo()
        dense[cells.row, cells.col] = np.log(cells.data)
        i, j = linear_sum_assignment(-dense)
        table = chance.tocsr()
        return i.astype(np.int64), j.astype(np.int64), np.asarray(table[i, j]).ravel()
    order = np.lexsort((chance.col, chance.row, -chance.data))
    free = np.ones(odds.shape[0], dtype=bool), np.ones(odds.shape[1], dtype=bool)
    taken = []
    for at in order:
        if free[0][chance.row[at]] and free[1][chance.col[at]]:
            free[0][chance.row[at]] = free[1][chance.col[at]] = False
            taken.append(at)
    return chance.row[taken].astype(np.int64), chance.col[taken].astype(np.int64), chance.data[taken]


def _soft(odds: sparse.csr_matrix, slack: float, rounds: int) -> sparse.csr_matrix:
    """Chance of each match when a row has at most one partner, or none at odds `slack` (Sinkhorn, 1967)."""
    u, v = np.ones(odds.shape[0]), np.ones(odds.shape[1])
    across = odds.T.tocsr()
    for _ in range(rounds):
        u = 1 / (odds @ v + slack)
        v = 1 / (across @ u + slack)
    return sparse.csr_matrix(sparse.diags(u) @ odds @ sparse.diags(v))


def _slack_for(odds: sparse.csr_matrix, mass: float) -> float:
    """The slack at which the soft matching expects `mass` matches: so only the order of the odds counts."""
    low, high = np.log(1e-9), np.log(1e3)
    for _ in range(25):
        middle = (low + high) / 2
        if float(_soft(odds, float(np.exp(middle)), 30).sum()) > mass:
            low = middle
        else:
            high = middle
    return float(np.exp((low + high) / 2))
