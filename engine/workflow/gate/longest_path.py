"""The longest path that visits no place twice: how long a procedure takes when every loop is walked once.

In a graph whose loops have one entry each, the edges back to that entry are on no such path, and without them the
graph has none left: one pass gives the answer. Other graphs are searched, within a budget.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)
BUDGET = 100_000
Graph = Mapping[N, Sequence[tuple[N, Fraction]]]


@dataclass(frozen=True, slots=True)
class Longest(Generic[N]):
    """`path` leads from the source to the end; not `decided`, it is only the longest one met."""

    hours: Fraction
    path: tuple[N, ...]
    decided: bool = True


def longest_path(graph: Graph[N], source: N) -> Longest[N]:
    """The longest path from the source to a place that leads nowhere. Every target must be a key of the graph.

    Where every path circles for ever there is none; that is an answer of 0 hours at the source.
    """
    back = set(back_edges(graph, source))
    order = _finished(graph, source, back)
    if order is None:
        return _search(graph, source)
    best: dict[N, tuple[Fraction, N | None]] = {source: (Fraction(0), None)}
    for here in reversed(order):
        for target, hours in graph[here]:
            if (here, target) not in back and (target not in best or best[here][0] + hours > best[target][0]):
                best[target] = (best[here][0] + hours, here)
    ends = [place for place in best if not graph[place]]
    end = max(ends, key=lambda place: best[place][0], default=source)
    return Longest(best[end][0], tuple(_way(best, end))[::-1])


def _way(best: Mapping[N, tuple[Fraction, N | None]], end: N) -> Iterator[N]:
    here: N | None = end
    while here is not None:
        yield here
        here = best[here][1]


def back_edges(graph: Graph[N], source: N) -> Iterator[tuple[N, N]]:
    """Edges to a place that every way from the source to their beginning passes: a loop's way back."""
    order = [place for place in reversed(_postorder(graph, source))]
    number = {place: index for index, place in enumerate(order)}
    passed = _dominators(graph, order, number)
    for here in order:
        for target, _ in graph[here]:
            place = number[here]
            while place > number[target]:
                place = passed[place]
            if place == number[target]:
                yield here, target


def _dominators(graph: Graph[N], order: Sequence[N], number: Mapping[N, int]) -> list[int]:
    """For each place, by number, the last place that every way to it passes (Cooper, Harvey and Kennedy 2001)."""
    before: dict[int, list[int]] = {index: [] for index in range(len(order))}
    for here in order:
        for target, _ in graph[here]:
            before[number[target]].append(number[here])
    passed = [0] + [-1] * (len(order) - 1)
    changed = True
    while changed:
        changed = False
        for place in range(1, len(order)):
            new = _meet([p for p in before[place] if passed[p] >= 0], passed)
            changed = changed or new != passed[place]
            passed[place] = new
    return passed


def _meet(places: Sequence[int], passed: Sequence[int]) -> int:
    first, *rest = places
    for other in rest:
        while first != other:
            if first > other:
                first = passed[first]
            else:
                other = passed[other]
    return first


def _postorder(graph: Graph[N], source: N) -> list[N]:
    found = _finished(graph, source, None)
    return found or []


def _finished(graph: Graph[N], source: N, without: set[tuple[N, N]] | None) -> list[N] | None:
    """Places in the order in which a depth-first walk leaves them; None when edges `without` leave a loop."""
    done: list[N] = []
    on_path: dict[N, bool] = {source: True}
    path = [(source, iter(graph[source]))]
    while path:
        here, edges = path[-1]
        target = next((t for t, _ in edges if without is None or (here, t) not in without), None)
        if target is None:
            on_path[here] = False
            done.append(here)
            path.pop()
        elif target not in on_path:
            on_path[target] = True
            path.append((target, iter(graph[target])))
        elif on_path[target] and without is not None:
            return None
    return done


def _search(graph: Graph[N], source: N) -> Longest[N]:
    """Every path that visits no place twice, as far as the budget goes."""
    best = Longest(Fraction(0), (source,))
    hours, walked = [Fraction(0)], [source]
    visited, path = {source}, [iter(graph[source])]
    for _ in range(BUDGET):
        step = next(((t, h) for t, h in path[-1] if t not in visited), None)
        if step is not None:
            visited.add(step[0])
            walked.append(step[0])
            hours.append(hours[-1] + step[1])
            path.append(iter(graph[step[0]]))
            if not graph[step[0]] and hours[-1] > best.hours:
                best = Longest(hours[-1], tuple(walked))
        else:
            path.pop()
            visited.discard(walked.pop())
            hours.pop()
            if not path:
                return best
    return Longest(best.hours, best.path, decided=False)
