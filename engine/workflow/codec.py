"""State as bytes: one short row per live token, nothing else.

Format 1 is JSON: `{"v": 1, "n": last token id, "t": rows, "s": {owner token: rows}, "w": {variable: path}, "e": end}`.
A row is `[id, node, state, parent, internal, data, path]`, shortened from the right while its last entry is empty; the
parent is 0 under the root. Rows stand in the order of arrival. There are no type tags, so nothing a person types can
be mistaken for one (spiff.md 3.1, 6), and rows are lists, so a store that reorders keys harms nothing (3.1, 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from engine.domain.process import Moment
from engine.workflow.branches import Path, still_open
from engine.workflow.compaction import compact
from engine.workflow.instance import Instance
from engine.workflow.level import Level, Subprocess
from engine.workflow.model import Model
from engine.workflow.tokens import Token

FORMAT = 1
Row = list[Any]


class UnknownFormat(Exception):
    """The state carries a format number this release does not know."""


def dump(instance: Instance) -> bytes:
    """The state of an instance at rest. Compacts it first."""
    compact(instance, instance.subprocesses)
    document: dict[str, Any] = {"v": FORMAT, "n": instance.counter, "t": _rows(instance)}
    inside = {owner: _rows(workflow) for owner, workflow in instance.subprocesses.items()}
    writers = _open_writers(instance)
    if inside:
        document["s"] = inside
    if writers:
        document["w"] = writers
    if instance.completed:
        document["e"] = "terminated" if instance.terminated else "completed"
    return orjson.dumps(document)


def load(state: bytes, model: Model, process_id: str, variables: Mapping[str, Any], at: Moment) -> Instance:
    """The instance as it stood. Raises UnknownFormat for a state of a later release."""
    document = orjson.loads(state)
    if document["v"] != FORMAT:
        raise UnknownFormat(f"format {document['v']}")
    instance = Instance(model, process_id, variables, at)
    instance.counter = document["n"]
    instance.writers = {name: _path(text) for name, text in document.get("w", {}).items()}
    instance.completed = "e" in document
    instance.terminated = document.get("e") == "terminated"
    _plant(instance, document["t"])
    for owner_id, rows in document.get("s", {}).items():
        _open(instance, owner_id, rows)
    return instance


def _rows(workflow: Level) -> list[Row]:
    root = workflow.task_tree
    return [_row(token, root.id) for token in workflow.tasks.values() if token is not root]


def _row(token: Token, root_id: str) -> Row:
    parent = 0 if token._parent == root_id else token._parent
    row: Row = [token.id, token.task_spec.name, token._state, parent, token.internal_data, token.data,
                "/".join(token.path)]
    while not row[-1]:
        row.pop()
    return row


def _open(instance: Instance, owner_id: str, rows: Iterable[Row]) -> None:
    """Owners come before what they own, because the rows of `s` stand in the order of opening."""
    owner = instance.find(owner_id)
    if owner is None:
        raise UnknownFormat(f"no owner {owner_id}")
    inside = Subprocess(instance.model.specs[owner.task_spec.spec], owner)
    instance.subprocesses[owner_id] = inside
    _plant(inside, rows)


def _plant(workflow: Level, rows: Iterable[Row]) -> None:
    specs = workflow.spec.task_specs
    root = workflow.task_tree
    for row in rows:
        token_id, node, state, parent, internal, data, path = _padded(row)
        token = Token(workflow, specs[node], workflow.tasks[parent] if parent else root, state, token_id)
        token.internal_data, token.data, token.path = internal, data, _path(path)


def _padded(row: Row) -> Row:
    return [*row, *(0, {}, {}, "")[len(row) - 3:]]


def _path(text: str) -> Path:
    return tuple(text.split("/")) if text else ()


def _open_writers(instance: Instance) -> dict[str, str]:
    """Who wrote a variable matters only while a concurrent branch may still contradict it."""
    if not instance.writers:
        return {}
    live = [token.path for token in instance.all_live()]
    return {name: "/".join(path) for name, path in instance.writers.items() if still_open(path, live)}
