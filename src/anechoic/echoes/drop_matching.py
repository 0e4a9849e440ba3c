"""Drops as evidence: is drop B a retelling of drop A, and which row retells which.

No labels are used. The null is exchangeability: a fresh B meets A as A's own rows meet A without themselves. What
is compared is not how alike the best match is (a narrow B is always alike to a wide A) but how far it stands out
from the next ones. Both directions have to agree. Within two linked drops rows are matched one to one as far as the
evidence goes; other pairs keep what the judge said: partial, one-to-many and multi-parent drops exist.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from anechoic.echoes.evidence.neighbours import ROWS_AT_A_TIME
from anechoic.numeric.arrays import Floats, Indices, Vectors

LEAST_ROWS = 20  # of a drop that can be linked: fewer leave the share's interval wider than half
LEAST_RETOLD = 0.25  # share of a drop's rows that must be retold for the drops to be linked
LEAST_LOW_END = 0.1  # lower end of that share's interval, which must lie clear of nothing
BOTH_WAYS = 0.5  # the other direction must show half of what this one predicts for it
NEXT = 7  # neighbours that a best match is held against
KEEPS_VERDICT = 0.9  # probability from which a pair keeps its verdict whatever the matching says
UNMATCHED_MOST = 0.4  # probability that other pairs of a matched row keep at most: below every working point
EXACT_CELLS = 4_000_000  # cells of a block that is matched exactly; larger ones by falling chance
ODDS_LIMIT = 14.0  # log odds beyond which the matching treats pairs as equally sure
SINKHORN_ROUNDS, SLACK_ROUNDS, BISECTIONS = 60, 30, 25  # enough for four digits of every chance (LOG.md)


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
    """Whitened unit vectors (n, d) and each row's drop number (n,) -> one Link for each two drops a < b."""
    rows = {int(number): np.flatnonzero(drop == number) for number in np.unique(drop)}
    numbers = list(rows)
    return [_link(whitened[rows[a]], whitened[rows[b]], a, b) for a, b in combinations(numbers, 2)]


def _link(source: Vectors, echo: Vectors, a: int, b: int) -> Link:
    """Whether drop b (rows, d) retells drop a, or a retells b, as the rows' nearest matches tell."""
    if min(len(source), len(echo)) < LEAST_ROWS:
        return Link(a, b, 0.0, 0.0, 1.0, "cannot tell")
    by_echo, share, low, high = _direction(echo, source)
    by_source, back_share, back_low, _ = _direction(source, echo)
    # If `share` of b's rows retell rows of a, as many rows of a are retold: that predicts the other direction.
    predicted_back = BOTH_WAYS * share * len(echo) / len(source)
    predicted = BOTH_WAYS * back_share * len(source) / len(echo)
    echo_retells = _holds(by_echo, low, by_source, predicted_back)
    source_retells = _holds(by_source, back_low, by_echo, predicted)
    return Link(a, b, share, low, high, "retold" if echo_retells or source_retells else "unrelated")


def _holds(shares: Floats, low: float, others: Floats, predicted: float) -> bool:
    """Whether one direction's shares (2,) speak for a retelling and the other direction's do not contradict."""
    agrees = predicted < LEAST_LOW_END or bool(others.max() >= min(predicted, 0.5))
    return bool(shares.min() >= LEAST_RETOLD) and low > LEAST_LOW_END and agrees


def _direction(queries: Vectors, base: Vectors) -> tuple[Floats, float, float, float]:
    """Share of the queries that retell a base row, by each measure, and their mean with its interval."""
    met, null = _margins(queries, base, same=False), _margins(base, base, same=True)
    shares = np.array([_storey(_p_values(met[:, k], null[:, k]), len(base)) for k in range(2)])  # (2, 3)
    share, low, high = shares.mean(axis=0)
    return shares[:, 0], float(share), float(low), float(high)


def _margins(queries: Vectors, base: Vectors, *, same: bool) -> Floats:
    """For each query its top cosine less the second, and less the mean of the third to seventh: (q, 2).

    same: the queries are the base, and a row does not meet itself.
    """
    keep = min(NEXT, len(base) - 1 if same else len(base))
    result = np.zeros((len(queries), 2))
    for start in range(0, len(queries), ROWS_AT_A_TIME):
        similar = queries[start : start + ROWS_AT_A_TIME] @ base.T
        if same:
            here = np.arange(len(similar))
            similar[here, here + start] = -2
        top = -np.sort(np.partition(-similar, keep - 1, axis=1)[:, :keep], axis=1)
        result[start : start + ROWS_AT_A_TIME, 0] = top[:, 0] - top[:, 1]
        result[start : start + ROWS_AT_A_TIME, 1] = top[:, 0] - top[:, 2:].mean(axis=1)
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
        for start in range(0, len(here), ROWS_AT_A_TIME):
            part = here[start : start + ROWS_AT_A_TIME]
            near = there[np.argpartition(-(whitened[part] @ whitened[there].T), keep - 1, axis=1)[:, :keep]].ravel()
            own = np.repeat(part, keep)
            codes.append(np.minimum(own, near) * len(whitened) + np.maximum(own, near))
    code = np.unique(np.concatenate(codes))
    return code // len(whitened), code % len(whitened)


@dataclass(frozen=True)
class CandidatePairs:
    """Pairs of one table's rows and what the judge says of them."""

    left: Indices  # (p,) row numbers, left < right
    right: Indices  # (p,)
    log_odds: Floats  # (p,) that rank a row's partners
    chance: Floats  # (p,) probability that the pair is an echo


def match_one_to_one(pairs: CandidatePairs, source: Indices, echo: Indices, link: Link) -> Floats:
    """Pairs and the row numbers of two linked drops -> the pairs' probabilities (p,) with the matching put in.

    A matched pair gets the chance of its match, rescaled so that 0.5 is the working point, which falls as the share
    grows: where nearly every row has a partner, "none of them" is no alternative. Other pairs of the two drops,
    and pairs anywhere of a matched row, fall to at most UNMATCHED_MOST unless the judge is sure.
    """
    left, right = pairs.left, pairs.right
    size = 1 + max(int(each.max()) for each in (source, echo, left, right))
    place, side = np.full(size, -1), np.full(size, -1)  # of each row: its place in its drop; 0 source, 1 echo
    place[source], side[source] = np.arange(len(source)), 0
    place[echo], side[echo] = np.arange(len(echo)), 1
    across = np.flatnonzero((side[left] >= 0) & (side[right] >= 0) & (side[left] != side[right]))
    turned = side[left[across]] == 1
    a = place[np.where(turned, right[across], left[across])]  # place in source
    b = place[np.where(turned, left[across], right[across])]  # place in echo
    odds = np.exp(np.clip(pairs.log_odds[across], -ODDS_LIMIT, ODDS_LIMIT))
    table = sparse.csr_matrix((odds, (a, b)), shape=(len(source), len(echo)))
    share = (link.share + link.high) / 2
    i, j, match_chance = _match(table, min(share * len(echo), 0.99 * min(table.shape)))
    # The chance at which a match is as likely true as not, given how many rows have a partner; odds are moved by
    # it.
    even = 0.12 + 0.3 * (1 - share)
    rescaled = match_chance / (match_chance + even * (1 - match_chance) / (1 - even))
    matched = sparse.csr_matrix((rescaled, (i, j)), shape=table.shape)
    settled = np.zeros(size, dtype=bool)
    settled[source[i[rescaled >= 0.5]]] = settled[echo[j[rescaled >= 0.5]]] = True
    touched = settled[left] | settled[right]
    touched[across] = True
    result = np.where(
        touched & (pairs.chance < KEEPS_VERDICT), np.minimum(pairs.chance, UNMATCHED_MOST), pairs.chance
    )
    result[across] = np.maximum(np.asarray(matched[a, b]).ravel(), result[across])
    return np.asarray(result)


def _match(odds: sparse.csr_matrix, mass: float) -> tuple[Indices, Indices, Floats]:
    """Odds (a, b) -> the best one-to-one matching as rows, columns and the chance of each match.

    mass: how many matches are expected. Exact (Jonker and Volgenant, 1987) up to EXACT_CELLS, else by falling
    chance.
    """
    chance = _sinkhorn(odds, _slack_for_mass(odds, mass), SINKHORN_ROUNDS).tocoo()
    if odds.shape[0] * odds.shape[1] <= EXACT_CELLS:
        dense = np.full(odds.shape, -ODDS_LIMIT)
        cells = odds.tocoo()
        dense[cells.row, cells.col] = np.log(cells.data)
        i, j = linear_sum_assignment(-dense)
        table = chance.tocsr()
        return i.astype(np.int64), j.astype(np.int64), np.asarray(table[i, j]).ravel()
    return _greedy(chance)


def _greedy(chance: sparse.coo_matrix) -> tuple[Indices, Indices, Floats]:
    """Chances (a, b) -> a one-to-one matching: the surest pair first, each row and column once."""
    order = np.lexsort((chance.col, chance.row, -chance.data))
    free_rows, free_columns = np.ones(chance.shape[0], dtype=bool), np.ones(chance.shape[1], dtype=bool)
    taken = []
    for cell in order:
        row, column = chance.row[cell], chance.col[cell]
        if free_rows[row] and free_columns[column]:
            free_rows[row] = free_columns[column] = False
            taken.append(cell)
    return chance.row[taken].astype(np.int64), chance.col[taken].astype(np.int64), chance.data[taken]


def _sinkhorn(odds: sparse.csr_matrix, slack: float, rounds: int) -> sparse.csr_matrix:
    """Chance of each match when a row has at most one partner, or none at odds `slack` (Sinkhorn, 1967)."""
    u, v = np.ones(odds.shape[0]), np.ones(odds.shape[1])  # scales of rows and columns
    across = odds.T.tocsr()
    for _ in range(rounds):
        u = 1 / (odds @ v + slack)
        v = 1 / (across @ u + slack)
    return sparse.csr_matrix(sparse.diags(u) @ odds @ sparse.diags(v))


def _slack_for_mass(odds: sparse.csr_matrix, mass: float) -> float:
    """The slack at which the soft matching expects `mass` matches: so only the order of the odds counts."""
    low, high = np.log(1e-9), np.log(1e3)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if float(_sinkhorn(odds, float(np.exp(middle)), SLACK_ROUNDS).sum()) > mass:
            low = middle
        else:
            high = middle
    return float(np.exp((low + high) / 2))
