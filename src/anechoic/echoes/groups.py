"""Verified pairs become echo groups under chain control."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from anechoic.numeric.arrays import Indices


@dataclass(frozen=True)
class Grouping:
    """The groups of some nodes and the links that chain control cut."""

    group_of: tuple[int, ...]  # for each node the smallest node of its group
    cut: tuple[int, ...]  # indices of links between nodes of different groups
    broken_chains: int  # connected components that were broken up


def group(nodes: int, links: Sequence[tuple[int, int]], scores: Sequence[float]) -> Grouping:
    """Links between nodes and their scores -> groups in which one node is linked to all others.

    Links are taken from the strongest to the weakest; two groups merge only when the merged one still has a
    centre, a member linked to every other. So a chain A-B-C-D breaks at its weakest link, whatever the order
    of the input; ties fall to the smaller nodes. Time: links x size of the smaller group.
    """
    linked: dict[int, set[int]] = defaultdict(set)
    for left, right in links:
        linked[left].add(right)
        linked[right].add(left)
    members = {node: [node] for node in range(nodes)}
    centres = {node: {node} for node in range(nodes)}
    group_of = list(range(nodes))
    strongest_first = sorted(range(len(links)), key=lambda link: (-scores[link], links[link]))
    for link in strongest_first:
        left, right = links[link]
        one, other = sorted((group_of[left], group_of[right]))
        if one == other:
            continue
        # The merged group's centres: those of one that are linked to all of the other, and the other way round.
        merged = {node for node in centres[one] if linked[node].issuperset(members[other])}
        merged |= {node for node in centres[other] if linked[node].issuperset(members[one])}
        if merged:
            for node in members[other]:
                group_of[node] = one
            members[one] += members.pop(other)
            centres[one] = merged
            del centres[other]
    cut = tuple(link for link, (left, right) in enumerate(links) if group_of[left] != group_of[right])
    whole = components(nodes, links)
    broken = {int(whole[links[link][0]]) for link in cut}
    return Grouping(tuple(group_of), cut, len(broken))


def components(nodes: int, links: Iterable[tuple[int, int]]) -> Indices:
    """For each node the smallest node that it is connected to, by any chain of links: (nodes,)."""
    ends = np.array(list(links), dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends), dtype=np.int32), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    component = connected_components(graph, directed=False)[1]
    smallest = np.full(nodes, nodes, dtype=np.int64)
    np.minimum.at(smallest, component, np.arange(nodes))
    return np.asarray(smallest[component])
