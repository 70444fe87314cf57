"""Published versions and drafts as rows. Published rows are only ever inserted."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.domain.errors import NotFound
from engine.domain.process import Version
from engine.domain.publication import Draft, PublishedVersion, as_version
from engine.domain.review import Package
from engine.store.tables import counter, draft, version
from engine.store.upsert import insert


class SqlVersionRows:
    """Implements `ports.VersionRows`. `remembered` lives longer than the transaction: a version never changes."""

    def __init__(self, connection: sa.Connection, remembered: dict[str, Version]) -> None:
        self._connection, self._remembered = connection, remembered

    def get(self, version_id: str) -> Version:
        """Raises NotFound."""
        if version_id not in self._remembered:
            self._remembered[version_id] = self._read(version.c.id == version_id)
        return self._remembered[version_id]

    def latest(self, slug: str, on: date) -> Version:
        """The version that dossiers filed on that day follow. Raises NotFound for a procedure never published."""
        newest = sa.select(sa.func.max(version.c.number)).where(version.c.slug == slug, in_force(on)).scalar_subquery()
        version_id = self._connection.scalar(
            sa.select(version.c.id).where(version.c.slug == slug, version.c.number == newest))
        if version_id is None:
            raise NotFound(what="procedure", slug=slug)
        return self.get(version_id)

    def latest_of_kind(self, kind: str, on: date) -> Version | None:
        """The version published last of a kind that the system begins by itself, in force on that day."""
        version_id = self._connection.scalar(
            sa.select(version.c.id).where(of_kind(kind), in_force(on))
            .order_by(version.c.published_at.desc(), version.c.number.desc()).limit(1))
        return self.get(version_id) if version_id else None

    def newest_with(self, slug: str, sha256: str) -> Version | None:
        """The last version with exactly this content, if it was ever published."""
        version_id = self._connection.scalar(
            sa.select(version.c.id).where(version.c.slug == slug, version.c.sha256 == sha256)
            .order_by(version.c.number.desc()).limit(1))
        return self.get(version_id) if version_id else None

    def highest_number(self, slug: str) -> int:
        """The number of the last version published, 0 before the first."""
        return self._connection.scalar(sa.select(sa.func.max(version.c.number)).where(version.c.slug == slug)) or 0

    def publish(self, published: PublishedVersion) -> Version:
        """Gives the next number and inserts the row."""
        number = next_value(self._connection, f"version:{published.package.slug}")
        self._connection.execute(sa.insert(version).values(_version_row(published, number)))
        return as_version(published, number)

    def add_draft(self, it: Draft) -> None:
        """Keeps an upload."""
        self._connection.execute(sa.insert(draft).values(
            id=it.id, slug=it.package.slug, package=_packed(it.package), problems=[dict(p) for p in it.problems],
            uploaded_at=it.uploaded_at, uploaded_by=it.uploaded_by))

    def draft(self, draft_id: str) -> Draft:
        """Raises NotFound."""
        row = self._connection.execute(sa.select(draft).where(draft.c.id == draft_id)).one_or_none()
        if row is None:
            raise NotFound(what="draft")
        return Draft(row.id, unpacked(row.package), tuple(row.problems), row.uploaded_at, row.uploaded_by,
                     row.published_version_id)

    def mark_published(self, draft_id: str, version_id: str) -> None:
        """Remembers which version a draft became."""
        self._connection.execute(
            sa.update(draft).where(draft.c.id == draft_id).values(published_version_id=version_id))

    def _read(self, which: sa.ColumnElement[bool]) -> Version:
        row = self._connection.execute(sa.select(version).where(which)).one_or_none()
        if row is None:
            raise NotFound(what="version")
        return Version(
            id=row.id, slug=row.slug, number=row.number, sha256=row.sha256, diagram=row.diagram,
            forms=_encoded(row.forms), decisions=_encoded(row.decisions), facts=row.facts,
        )


def in_force(on: date) -> sa.ColumnElement[bool]:
    """True for versions that have begun to apply by that day (in Vietnam)."""
    return sa.or_(version.c.effective_from.is_(None), version.c.effective_from <= on)


def of_kind(kind: str) -> sa.ColumnElement[bool]:
    """True for versions whose facts name this kind. JSON escapes quotes, so no text of a procedure looks like it."""
    return sa.type_coerce(version.c.facts, sa.Text).contains(f'"kind":"{kind}"', autoescape=True)


def next_value(connection: sa.Connection, name: str) -> int:
    """The next number of a sequence, from 1. Its row stays locked until the commit, so a rollback leaves no hole."""
    statement = insert(connection.dialect.name, counter).values(name=name, value=1)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"value": counter.c.value + 1})
    value: int = connection.execute(statement.returning(counter.c.value)).scalar_one()
    return value


def unpacked(row: Mapping[str, Any]) -> Package:
    """A package from its row."""
    return Package(
        slug=row["slug"], diagram_name=row["diagram_name"], diagram=base64.b64decode(row["diagram"]),
        forms=_decoded_base64(row["forms"]), decisions=_decoded_base64(row["decisions"]),
        facts_yaml=base64.b64decode(row["facts_yaml"]), scenarios_yaml=base64.b64decode(row["scenarios_yaml"]),
    )


def _packed(package: Package) -> dict[str, Any]:
    return {
        "slug": package.slug, "diagram_name": package.diagram_name, "diagram": _base64(package.diagram),
        "forms": {k: _base64(v) for k, v in package.forms.items()},
        "decisions": {k: _base64(v) for k, v in package.decisions.items()},
        "facts_yaml": _base64(package.facts_yaml), "scenarios_yaml": _base64(package.scenarios_yaml),
    }


def _version_row(it: PublishedVersion, number: int) -> dict[str, Any]:
    package, name = it.package, it.facts.get("name")
    return {
        "id": it.id, "slug": package.slug, "number": number, "sha256": it.sha256, "diagram": package.diagram,
        "forms": _decoded(package.forms), "decisions": _decoded(package.decisions), "facts": dict(it.facts),
        "scenarios": package.scenarios_yaml.decode(), "code": str(it.facts.get("code", "")),
        "name": name["vi"] if isinstance(name, Mapping) else package.slug, "problems": [dict(w) for w in it.warnings],
        "decision_number": it.decision_number or None, "effective_from": it.effective_from,
        "published_at": it.published_at, "published_by": it.published_by,
    }


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _decoded_base64(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {key: base64.b64decode(text) for key, text in texts.items()}


def _decoded(contents: Mapping[str, bytes]) -> dict[str, str]:
    return {key: content.decode() for key, content in contents.items()}


def _encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {key: text.encode() for key, text in texts.items()}
