"""A person's electronic store: what comes into it, who may take out of it, and what no longer holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.bootstrap import Engine
from engine.commands.applicants import Wishes
from engine.commands.citizens import CloseAccount
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import SubmitDossier
from engine.commands.filing import UploadedFile
from engine.commands.reading import OpenStore
from engine.commands.results import RevokeResult
from engine.commands.tasks import CompleteTask
from engine.domain.actor import SYSTEM, Actor
from engine.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from engine.domain.read_log import CONSENT, STORE
from engine.domain.vault import PaperNotYours, PaperStanding, ReusedPaper
from engine.queries import vault as queries
from engine.store.dossier_tables import attachment
from engine.store.file_tables import file_version, read_log, vault_paper
from engine.store.paper_tables import result
from engine.store.tables import command
from engine.testing import settle
from tests.engine.acts import ANSWERS, complete, open_task, rows
from tests.engine.citizens import citizen
from tests.engine.drawing import Pool, milestone, package, user
from tests.engine.procedures import COUNTER, NUMBERED, RECEIVE, RETURN

Actors = Callable[[str], Actor]
AN, BINH = "079088001234", "079090004321"
OWNER = {"name": "Nguyễn Văn An", "id_number": "079 088 001234"}
FACTS = """
slug: {slug}
code: "9.999997"
name: {{vi: Thủ tục có kho, en: Procedure with a store}}
field: {{vi: Thử, en: Test}}
execution_level: commune
channels: {{direct: {{term: 5 working_day, fee: 0}}, online: {{term: 5 working_day, fee: 0}}}}
components:
  - {{key: birth, name: {{vi: Giấy khai sinh, en: Birth certificate}}, paper_type: KQ.G15.000031}}
  - {{key: home, name: {{vi: Giấy tờ nhà, en: Deed}}, required: false, paper_type: KQ.G12.000001}}
  - {{key: note, name: {{vi: Bản thuyết minh, en: Note}}, required: false}}
lead_agency: civil_status
agencies: [civil_status, commune_police]
legal_basis: [Không]
results: [{{key: result, name: {{vi: Quyết định, en: Decision}}, code: KQ.G09.000009}}]
"""
MISTAKEN = package("stored", Pool("Main", "receiving", COUNTER, [
    *RECEIVE, milestone("Working", nationalStatus="4"), milestone("Issued", nationalStatus="9", clock="finish"),
    user("Complain"), milestone("Wrong", nationalStatus="4", clock="reopen"), user("Redo"), *RETURN,
]))
"""A procedure whose result is found wrong at the return desk."""
PDF = b"%PDF-1.7\n%%EOF"
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def procedure_with_store(engine: Engine) -> None:
    facts = FACTS.format(slug="stored").encode()
    engine.execute(PublishPackage(replace(NUMBERED, slug="stored", facts_yaml=facts)), SYSTEM)


def file_for(key: str, content: bytes = PDF) -> UploadedFile:
    return UploadedFile(key, f"{key}.pdf", "", content)


def filed(engine: Engine, actor: Actor, channel: str = "online", owner: dict[str, str] = OWNER, *, keep: bool = True,
          **more: Any) -> dict[str, Any]:
    files = more.pop("files", (file_for("birth"), file_for("note", PDF + b"2")))
    command = SubmitDossier("stored", channel, "commune-centre", owner, {"subject": "x"}, files=files,
                            wishes=Wishes(keep_papers=keep, delivery_way="online") if channel == "online" else None,
                            **more)
    return engine.execute(command, actor)


def accepted(engine: Engine, actor: Actors, who: Actor, **more: Any) -> str:
    answer = filed(engine, who, **more)
    accept = CompleteTask(open_task(engine, answer["dossier_id"]), ANSWERS, seen_twins=True)
    engine.execute(accept, actor("tiepnhan"))
    return str(answer["dossier_id"])


@pytest.fixture
def an(engine: Engine) -> Actor:
    return citizen(engine, "an", id_number=AN, proven=True)


def kept(engine: Engine, identity: str = AN) -> list[tuple[str, str]]:
    return [(each.paper_type, each.filename) for each in engine.read(queries.papers_of, identity)]


def test_accepted_papers_with_a_type_stay_in_the_store_of_who_agreed(engine: Engine, actor: Actors, an: Actor) -> None:
    dossier_id = accepted(engine, actor, an)
    assert kept(engine) == [("KQ.G15.000031", "birth.pdf")]
    (row,) = rows(engine, vault_paper)
    assert (row.identity, row.dossier_id, row.name) == (AN, dossier_id, "Giấy khai sinh")
    assert row.consent_at is not None


@pytest.mark.parametrize("agreed", [True, False], ids=["before-acceptance", "without-consent"])
def test_nothing_is_kept_before_acceptance_or_without_consent(
        engine: Engine, actor: Actors, an: Actor, agreed: bool) -> None:
    answer = filed(engine, an, keep=agreed)
    assert kept(engine) == []
    if not agreed:
        complete(engine, actor("tiepnhan"), open_task(engine, answer["dossier_id"]))
    assert kept(engine) == []


@pytest.mark.parametrize("told", [{"id_number": AN}, {"id_number": BINH, "proven": True}, {}],
                         ids=["only-declared", "somebody-else", "nothing-known"])
def test_nobody_puts_papers_into_the_store_of_a_number_he_only_typed(
        engine: Engine, actor: Actors, told: dict[str, Any]) -> None:
    accepted(engine, actor, citizen(engine, "stranger", **told))
    assert rows(engine, vault_paper) == []


def test_closing_an_account_does_not_turn_a_typed_number_into_a_card_that_was_seen(
        engine: Engine, actor: Actors) -> None:
    liar = citizen(engine, "liar", id_number=AN)
    dossier_id = filed(engine, liar)["dossier_id"]
    engine.execute(CloseAccount(liar.id), liar)
    complete(engine, actor("tiepnhan"), open_task(engine, dossier_id))
    settle(engine)
    assert rows(engine, result, dossier_id=dossier_id)
    assert rows(engine, vault_paper) == []


def test_the_owner_uses_a_paper_again_instead_of_handing_it_in(engine: Engine, actor: Actors, an: Actor) -> None:
    accepted(engine, actor, an)
    (paper,) = engine.read(queries.own_papers, an)
    again = filed(engine, an, files=(), reused=(ReusedPaper("birth", paper.id),))
    (row,) = rows(engine, attachment, dossier_id=again["dossier_id"])
    assert (row.component_key, row.sha256) == ("birth", paper.sha256)
    (version,) = rows(engine, file_version, dossier_id=again["dossier_id"])
    assert (version.source, version.vault_paper_id) == ("agency_store", paper.id)


def test_nobody_uses_a_paper_of_another_persons_store(engine: Engine, actor: Actors, an: Actor) -> None:
    accepted(engine, actor, an)
    (paper,) = engine.read(queries.own_papers, an)
    wanted = (ReusedPaper("birth", paper.id),)
    binh = citizen(engine, "binh", name="Lê Bình", id_number=BINH, proven=True)
    liar = citizen(engine, "liar", id_number=AN)
    for who, owner in ((binh, OWNER), (binh, {"name": "Lê Bình", "id_number": BINH}), (liar, OWNER),
                       (an, {"name": "Lê Bình", "id_number": BINH}), (an, {"name": "Nguyễn Văn An"})):
        with pytest.raises(DomainError) as refused:
            filed(engine, who, owner=owner, files=(), reused=wanted)
        assert refused.value.code == "paper_not_yours"
    with pytest.raises(NotFound):
        engine.read(queries.own_paper, binh, paper.id)
    assert engine.read(queries.own_papers, liar) == ()


@pytest.mark.parametrize("wanted", [
    ReusedPaper("home", "?"), ReusedPaper("note", "?"), ReusedPaper("birth", "no-such"),
])
def test_a_paper_serves_only_where_its_type_is_asked_for(
        engine: Engine, actor: Actors, an: Actor, wanted: ReusedPaper) -> None:
    accepted(engine, actor, an)
    (paper,) = engine.read(queries.own_papers, an)
    with pytest.raises(PaperNotYours):
        filed(engine, an, files=(), reused=(replace(wanted, paper_id=wanted.paper_id.replace("?", paper.id)),))


def test_the_counter_sees_what_the_owner_at_the_desk_gave_before(engine: Engine, actor: Actors, an: Actor) -> None:
    accepted(engine, actor, an)
    found = engine.read(queries.usable, actor("tiepnhan"), "079088001234", ["KQ.G15.000031"], TODAY)
    assert [each.filename for each in found] == ["birth.pdf"]
    assert engine.read(queries.usable, actor("tiepnhan"), "079088001234", ["KQ.G12.000001"], TODAY) == ()
    assert engine.read(queries.usable, actor("tiepnhan"), "", ["KQ.G15.000031"], TODAY) == ()
    for login in ("hotich", "phantich", "giamdocbh"):
        with pytest.raises(NotFound):
            engine.read(queries.usable, actor(login), AN, ["KQ.G15.000031"], TODAY)
    wanted = (ReusedPaper("birth", found[0].id),)
    with pytest.raises(PaperNotYours):
        filed(engine, actor("tiepnhan"), "direct", files=(), reused=wanted)
    with pytest.raises(InvalidInput):
        engine.execute(OpenStore("commune-centre", AN, False), actor("tiepnhan"))
    with pytest.raises(NotAllowed):
        engine.execute(OpenStore("commune-centre", AN, True), actor("hotich"))
    for _ in range(2):
        engine.execute(OpenStore("commune-centre", AN, True), actor("tiepnhan"))
    again = filed(engine, actor("tiepnhan"), "direct", files=(), reused=wanted)
    (line,) = rows(engine, read_log)
    assert (line.what, line.reason) == (STORE, CONSENT)
    assert AN not in str(engine.read(lambda connection: list(connection.scalars(
        select(command.c.data).where(command.c.kind == "OpenStore")))))
    assert len(rows(engine, attachment, dossier_id=again["dossier_id"])) == 1


def test_a_store_opened_again_at_once_leaves_a_line_for_what_has_come_since(
        engine: Engine, actor: Actors, an: Actor) -> None:
    officer = actor("tiepnhan")
    accepted(engine, actor, an)
    engine.execute(OpenStore("commune-centre", AN, True), officer)
    later = accepted(engine, actor, an)
    engine.execute(OpenStore("commune-centre", AN, True), officer)
    assert [row.dossier_id for row in rows(engine, read_log)][1:] == [later]


def test_the_result_comes_into_the_store_under_its_code_and_is_marked_when_revoked(
        engine: Engine, actor: Actors, an: Actor) -> None:
    dossier_id = accepted(engine, actor, an, keep=False)
    settle(engine)
    (made,) = rows(engine, result, dossier_id=dossier_id)
    (paper,) = engine.read(queries.papers_of, AN)
    assert paper.origin == f"result:{made.code}" and made.code.endswith("-KQ(1)")
    assert (paper.paper_type, paper.standing(TODAY)) == ("KQ.G09.000009", PaperStanding.VALID)
    assert engine.files.get(paper.path).startswith(b"%PDF")
    engine.execute(RevokeResult(dossier_id, "cấp sai"), actor("lanhdao"))
    (paper,) = engine.read(queries.papers_of, AN)
    assert (paper.standing(TODAY), paper.reason) == (PaperStanding.REVOKED, "cấp sai")


def test_a_result_found_wrong_at_the_return_desk_no_longer_holds_in_the_store(
        engine: Engine, actor: Actors, an: Actor) -> None:
    facts = FACTS.format(slug="stored").encode()
    engine.execute(PublishPackage(replace(MISTAKEN, facts_yaml=facts)), SYSTEM)
    dossier_id = accepted(engine, actor, an, keep=False)
    settle(engine)
    (paper,) = engine.read(queries.papers_of, AN)
    assert paper.standing(TODAY) is PaperStanding.VALID
    complete(engine, actor("tiepnhan"), open_task(engine, dossier_id))
    assert [each.revoked_at is None for each in rows(engine, result, dossier_id=dossier_id)] == [False]
    (paper,) = engine.read(queries.papers_of, AN)
    assert paper.standing(TODAY) is PaperStanding.REVOKED


def test_a_paper_that_no_longer_holds_is_not_used_again(engine: Engine, actor: Actors, an: Actor) -> None:
    accepted(engine, actor, an)
    (paper,) = engine.read(queries.own_papers, an)
    assert replace(paper, valid_to=TODAY).standing(TODAY) is PaperStanding.VALID
    assert replace(paper, valid_to=TODAY - timedelta(days=1)).standing(TODAY) is PaperStanding.EXPIRED
    with engine.database.begin() as connection:
        connection.execute(vault_paper.update().values(valid_to=TODAY - timedelta(days=1)))
    with pytest.raises(PaperNotYours):
        filed(engine, an, files=(), reused=(ReusedPaper("birth", paper.id),))
