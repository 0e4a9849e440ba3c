"""Verified pairs become echo groups under chain control."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Grouping:
    """The groups of some nodes and the links that chain control cut."""

    group_of: tuple[int, ...]  # for each node the smallest node of its group
    cut: tuple[int, ...]  # indices of links between nodes of different groups
    broken_chains: int  # connected components that were broken up


def group(nodes: int, links: Sequence[tuple[int, int]], scores: Sequence[float]) -> Grouping:
    """Groups in which one node is linked to all others.

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
    group_of, whole = list(range(nodes)), list(range(nodes))
    order = sorted(range(len(links)), key=lambda at: (-scores[at], links[at]))
    for at in order:
        left, right = links[at]
        _unite(whole, left, right)
        one, other = sorted((group_of[left], group_of[right]))
        if one == other:
            continue
        merged = {node for node in centres[one] if linked[node].issuperset(members[other])}
        merged |= {node for node in centres[other] if linked[node].issuperset(members[one])}
        if merged:
            for node in members[other]:
                group_of[node] = one
            members[one] += members.pop(other)
            centres[one] = merged
            del centres[other]
    cut = tuple(at for at, (left, right) in enumerate(links) if group_of[left] != group_of[right])
    broken = {_root(whole, links[at][0]) for at in cut}
    return Grouping(tuple(group_of), cut, len(broken))


def components(nodes: int, links: Iterable[tuple[int, int]]) -> list[int]:
    """For each node the smallest node that it is connected to, by any chain of links."""
    whole = list(range(nodes))
    for left, right in links:
        _unite(whole, left, right)
    return [_root(whole, node) for node in range(nodes)]


def _root(parents: list[int], node: int) -> int:
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


def _unite(parents: list[int], left: int, right: int) -> None:
    one, other = sorted((_root(parents, left), _root(parents, right)))
    parents[other] = one
