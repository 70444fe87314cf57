"""The open pages: home, the procedures, and one procedure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.catalogue import by_field, matching
from app.language import in_language
from app.security import public
from app.wiring import current_engine
from engine.domain.procedure import Channel, Kind
from engine.domain.rulepack import ExecutionLevel
from engine.queries.counter import Offered, offered, offered_procedure
from engine.queries.outline import outline

blueprint = Blueprint("portal", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; empty means all."""

    words: str = ""
    field: str = ""
    level: str = ""
    event: str = ""

    @property
    def anything(self) -> bool:
        """True when the list is narrowed."""
        return bool(self.words or self.field or self.level or self.event)

    def holds(self, each: Offered) -> bool:
        """Whether a procedure belongs to the field, level and life event; words are matched elsewhere."""
        facts = each.facts
        return (self.field in ("", facts.field.vi) and self.level in ("", facts.execution_level.value)
                and (not self.event or self.event in facts.life_events))


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    known = everything()
    listed = [each for each in known if each.facts.kind is Kind.SERVICE]
    return render_template("portal/home.html", procedures=listed, events=_events(listed),
                           petitions=any(each.facts.kind is Kind.PETITION for each in known))


@blueprint.get("/thu-tuc")
@public
def procedures() -> ResponseReturnValue:
    listed = [each for each in everything() if each.facts.kind is Kind.SERVICE]
    wanted = Wanted(*(request.args.get(name, "").strip() for name in ("q", "linh-vuc", "cap", "su-kien")))
    found = matching([each for each in listed if wanted.holds(each)], wanted.words)
    fields = sorted({each.facts.field for each in listed}, key=in_language)
    levels = [level for level in ExecutionLevel if any(each.facts.execution_level is level for each in listed)]
    return render_template("portal/procedures.html", groups=by_field(found), wanted=wanted, found=len(found),
                           fields=fields, levels=levels, events=_events(listed))


@blueprint.get("/thu-tuc/<slug>")
@public
def procedure(slug: str) -> ResponseReturnValue:
    engine = current_engine()
    found = engine.read(offered_procedure, slug, engine.today())
    online = Channel.ONLINE in found.facts.channels and found.facts.kind in (Kind.SERVICE, Kind.PETITION)
    return render_template("portal/procedure.html", procedure=found, online=online,
                           stages=engine.read(outline, found.version_id), today=engine.today())


def everything() -> tuple[Offered, ...]:
    """Every procedure in force today, of every kind."""
    engine = current_engine()
    return engine.read(offered, engine.today())


def _events(listed: Iterable[Offered]) -> list[str]:
    return sorted({event for each in listed for event in each.facts.life_events})
