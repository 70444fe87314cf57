"""Which branch a token runs on, so that two open branches that disagree about a variable are noticed.

Variables belong to the instance, so of two concurrent writes the later one stands. That is never silent: the passage of
the step that wrote last carries `detail["conflict"] = {variable: {"replaced": ..., "kept": ...}}` in the history. It is
no trouble, because the step was done rightly, and an incident would hold up a dossier over a note in two forms.

A path names the forks a token came through, outermost first: `("5.0", "9.2")` is the third arm of fork 9 inside the
first arm of fork 5. An arm that starts with `~` is a side branch: what follows a non-interrupting event while its
activity goes on. Two tokens whose paths part are concurrent; where one path continues the other, the longer one
simply came later, unless the continuation is a side branch.
"""

from __future__ import annotations

from collections.abc import Iterable

Path = tuple[str, ...]


def arm(path: Path, fork: str, number: int) -> Path:
    """The path of one arm of a fork."""
    return (*path, f"{fork}.{number}")


def side(path: Path, token: str) -> Path:
    """The path of what follows a non-interrupting event."""
    return (*path, f"~{token}")


def meet(paths: Iterable[Path]) -> Path:
    """The path after a join: what the joined paths have in common."""
    every = list(paths)
    shortest = min(every, key=len)
    for depth, step in enumerate(shortest):
        if any(path[depth] != step for path in every):
            return shortest[:depth]
    return shortest


def concurrent(writer: Path, reader: Path) -> bool:
    """Whether a value written on one path may have been written at the same time as something on the other."""
    common = len(meet((writer, reader)))
    mine, other = writer[common:], reader[common:]
    if mine and other:
        return True
    return bool(mine) and mine[0].startswith("~")


def still_open(writer: Path, live: Iterable[Path]) -> bool:
    """Whether any live token could yet contradict a value written on this path."""
    tokens = list(live)
    sides = {step for path in tokens for step in path if step.startswith("~")}
    if any(step.startswith("~") and step not in sides for step in writer):
        return False
    return any(concurrent(writer, path) for path in tokens)
