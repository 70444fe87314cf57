"""Block-structured diagrams: sound by construction, and the ways to break them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.workflow.gate.drawing import Drawing

Tree = Any
"""`task`, or a kind (`seq`, `xor`, `and`, `or`, `loop`) with the list of its parts."""


def trees(most_leaves: int = 8) -> st.SearchStrategy[Tree]:
    leaf = st.just("task")
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(st.just("seq"), st.lists(inner, min_size=2, max_size=3)),
            st.tuples(st.sampled_from(["xor", "and", "or"]), st.lists(inner, min_size=2, max_size=3)),
            st.tuples(st.just("loop"), st.lists(inner, min_size=2, max_size=2)),
        ),
        max_leaves=most_leaves,
    )


@dataclass
class Structured:
    """Draws a tree; `joins` lists the joins of its splits, `wrong_join` is drawn with another kind,
    and a branch of `lost_branch` may end before its join."""

    hours: list[int] = field(default_factory=list)
    wrong_join: int | None = None
    lost_branch: int | None = None
    drawing: Drawing = field(default_factory=lambda: Drawing().node("start", "s").node("end", "e"))
    joins: list[str] = field(default_factory=list)
    count: int = 0
    steps: int = 0

    def draw(self, tree: Tree) -> Drawing:
        first, last = self._block(tree)
        return self.drawing.flow("s", first).flow(last, "e")

    def _new(self, kind: str) -> str:
        self.count += 1
        self.drawing.node(kind, f"n{self.count}")
        return f"n{self.count}"

    def _step(self) -> str:
        """A task; `hours` gives the time of each in the order in which they are drawn, one hour when it is empty."""
        self.count += 1
        took = self.hours[self.steps % len(self.hours)] if self.hours else 1
        self.steps += 1
        self.drawing.node("user", f"n{self.count}", allotment=f"{took} working_hour")
        return f"n{self.count}"

    def _block(self, tree: Tree) -> tuple[str, str]:
        if tree == "task":
            key = self._step()
            return key, key
        kind, parts = tree
        if kind == "seq":
            return self._sequence(parts)
        return self._loop(parts) if kind == "loop" else self._split(kind, parts)

    def _sequence(self, parts: list[Tree]) -> tuple[str, str]:
        blocks = [self._block(part) for part in parts]
        for (_, last), (first, _) in itertools.pairwise(blocks):
            self.drawing.flow(last, first)
        return blocks[0][0], blocks[-1][1]

    def _split(self, kind: str, parts: list[Tree]) -> tuple[str, str]:
        number = len(self.joins)
        self.joins.append(kind)
        wrong = {"xor": "and", "and": "xor", "or": "and"}[kind]
        split, join = self._new(kind), self._new(wrong if number == self.wrong_join else kind)
        for part, tree in enumerate(parts):
            first, last = self._block(tree)
            self.drawing.flow(split, first)
            if (number, part) == (self.lost_branch, 0):
                leave = self._new("xor")
                self.drawing.flow(last, leave, self._new("end"))
                last = leave
            self.drawing.flow(last, join)
        return split, join

    def _loop(self, parts: list[Tree]) -> tuple[str, str]:
        entry, leave = self._new("xor"), self._new("xor")
        (first, last), (again, back) = self._block(parts[0]), self._block(parts[1])
        self.drawing.flow(entry, first).flow(last, leave).flow(leave, again).flow(back, entry)
        return entry, leave


def splits(tree: Tree) -> list[str]:
    """The kinds of the splits in the order in which they are drawn."""
    structured = Structured()
    structured.draw(tree)
    return structured.joins


def longest(tree: Tree, hours: list[int]) -> int:
    """How long the tree takes: parts in turn add up, branches count by the longest, of a loop only the way through."""
    left = iter(hours * 50)

    def took(part: Tree) -> int:
        if part == "task":
            return next(left)
        kind, parts = part
        each = [took(inner) for inner in parts]
        return sum(each) if kind == "seq" else each[0] if kind == "loop" else max(each)

    return took(tree)
