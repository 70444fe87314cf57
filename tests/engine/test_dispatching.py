"""A dossier for which nobody is known to be competent is not turned away: it waits for somebody who decides."""

from __future__ import annotations

import pytest

from engine.bootstrap import Engine, load_package
from engine.commands.definitions import PublishPackage
from engine.commands.dispatching import DispatchDossier
from engine.commands.dossiers import IntakeDecision, PostalItem, SubmitDossier
from engine.commands.organisation import SaveRoute
from engine.domain.actor import SYSTEM
from engine.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from engine.queries import organisation, supplements
from engine.queries.task import dossier_file
from tests.conftest import actor_named
from tests.engine.acts import instances_of, open_steps
from tests.engine.test_supplements import CHILD


@pytest.fixture
def dossier_id(engine: Engine) -> str:
    """The routes of the centre have lost the lead agency."""
    engine.execute(SaveRoute("commune-centre", "civil_status"), actor_named(engine, "quantri"))
    command = SubmitDossier("five-steps", "direct", "commune-centre", {"name": "Nguyễn Văn An"}, {"subject": "thử"},
                            intake=IntakeDecision("accept"))
    return str(engine.execute(command, actor_named(engine, "tiepnhan"))["dossier_id"])


def dispatch(engine: Engine, dossier_id: str, login: str = "giamdoc", **units: str) -> None:
    units = units or {"civil_status": "commune-committee"}
    engine.execute(DispatchDossier(dossier_id, units), actor_named(engine, login))


def test_it_waits_in_the_queue_of_its_centre_until_somebody_decides(engine: Engine, dossier_id: str) -> None:
    assert instances_of(engine, dossier_id) == []
    (waiting,) = engine.read(organisation.undispatched, actor_named(engine, "giamdoc"))
    assert (waiting.dossier_id, waiting.agencies) == (dossier_id, ("civil_status",))

    dispatch(engine, dossier_id)

    it = engine.read(dossier_file, actor_named(engine, "tiepnhan"), dossier_id).dossier
    assert (it.assisted_at, it.received_by, it.competent) == (
        "commune-centre", "commune-centre", "commune-committee")
    assert open_steps(engine, dossier_id) == ["Receive"]
    assert engine.read(organisation.undispatched, actor_named(engine, "giamdoc")) == ()


def test_who_is_not_in_charge_neither_sees_nor_decides(engine: Engine, dossier_id: str) -> None:
    for login in ("tiepnhan", "hotich", "lanhdao"):
        assert engine.read(organisation.undispatched, actor_named(engine, login)) == ()
        with pytest.raises(NotAllowed):
            dispatch(engine, dossier_id, login)
    dispatch(engine, dossier_id, "quantri")


def test_a_decision_names_a_unit_that_exists_and_is_taken_once(engine: Engine, dossier_id: str) -> None:
    with pytest.raises(InvalidInput):
        dispatch(engine, dossier_id, commune_police="commune-police")
    with pytest.raises(NotFound):
        dispatch(engine, dossier_id, civil_status="no-such-unit")
    dispatch(engine, dossier_id)
    with pytest.raises(Conflict):
        dispatch(engine, dossier_id)


def by_post(engine: Engine, posted: PostalItem, channel: str = "postal") -> str:
    engine.execute(PublishPackage(load_package("birth-registration")), SYSTEM)
    command = SubmitDossier("birth-registration", channel, "commune-centre", {"name": "Nguyễn Văn An"}, CHILD,
                            posted=posted)
    return str(engine.execute(command, actor_named(engine, "tiepnhan"))["dossier_id"])


def test_the_post_mark_is_kept(engine: Engine) -> None:
    today = engine.today()
    mark = engine.read(supplements.post_mark, by_post(engine, PostalItem(today, "Nguyễn Văn An", "RB123456789VN")))
    assert mark is not None
    assert (mark.posted_on, mark.sender, mark.reference) == (today, "Nguyễn Văn An", "RB123456789VN")


def test_a_post_mark_of_tomorrow_or_on_another_channel_is_refused(engine: Engine) -> None:
    today = engine.today()
    for posted, channel in ((PostalItem(today.replace(day=today.day + 1), "An"), "postal"),
                            (PostalItem(today, "An"), "direct"), (PostalItem(today, " "), "postal")):
        with pytest.raises(InvalidInput):
            by_post(engine, posted, channel)
