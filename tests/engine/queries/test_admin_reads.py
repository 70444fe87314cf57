"""What an admin and an analyst read is the same on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.bootstrap import Engine
from engine.commands.definitions import UploadDraft
from engine.domain.actor import Actor
from engine.domain.errors import NotFound
from engine.domain.process import InstanceStatus
from engine.queries import incidents, monitoring, studio, waiting
from engine.queries.instance import instance_page
from engine.queries.monitoring import InstanceFilter
from engine.testing import settle
from tests.engine.acts import received
from tests.engine.procedures import TWO_AGENCIES


@pytest.fixture
def dossier_id(engine: Engine, actor: Callable[[str], Actor]) -> str:
    """A dossier that two agencies have in hand."""
    key = received(engine, actor("tiepnhan"), TWO_AGENCIES.slug)
    settle(engine)
    return key


def test_the_pools_of_a_dossier_are_one_family(engine: Engine, dossier_id: str):
    main, police = engine.read(monitoring.family, dossier_id)
    assert (main.process_id, police.process_id) == ("Main", "Police")
    assert main.awaits == ("police_answered",) and police.steps == ("Verify",)


def test_one_diagram_shows_the_tokens_of_all_pools(engine: Engine, dossier_id: str):
    main, _ = engine.read(monitoring.family, dossier_id)
    page = engine.read(instance_page, main.id)
    assert set(page.tokens.active) == {"Main_Answer", "Police_Verify"}
    assert {"Main_Receive", "Main_Ask", "Police_Begin"} <= set(page.tokens.done) and page.tokens.incidents == ()
    assert {"Main_F0", "Main_F3", "Police_F0"} <= set(page.tokens.done) and "Main_F5" not in page.tokens.done
    assert [each.name for each in page.messages] == ["police_asked"]
    assert page.events_total == len(page.events) and page.events[0].seq == max(each.seq for each in page.events)


def test_the_overview_and_the_lists_agree(engine: Engine, dossier_id: str):
    overview = engine.read(monitoring.overview, engine.clock.now())
    listed = engine.read(monitoring.instances, InstanceFilter())
    assert overview.running == listed.total == 2 and overview.in_incident == overview.failed_jobs == 0
    assert {row.status for row in listed.rows} == {InstanceStatus.RUNNING}
    assert engine.read(waiting.messages, "").total == 1 and engine.read(waiting.timers).total == 0
    assert engine.read(incidents.incidents) == []


@pytest.mark.parametrize("asked", [
    InstanceFilter(slug="two-agencies"), InstanceFilter(status="running"), InstanceFilter(text=""),
])
def test_a_filter_that_fits_finds_both(engine: Engine, dossier_id: str, asked: InstanceFilter):
    assert engine.read(monitoring.instances, asked).total == 2


@pytest.mark.parametrize("asked", [
    InstanceFilter(slug="five-steps"), InstanceFilter(status="completed"), InstanceFilter(incident=True),
    InstanceFilter(text="%"), InstanceFilter(text="' or 1=1 --"),
])
def test_a_filter_that_does_not_fit_finds_nothing(engine: Engine, dossier_id: str, asked: InstanceFilter):
    assert engine.read(monitoring.instances, asked).total == 0


def test_versions_count_their_instances(engine: Engine, dossier_id: str, actor: Callable[[str], Actor]):
    (version,) = engine.read(studio.versions, TWO_AGENCIES.slug)
    assert (version.number, version.live, version.ended) == (1, 2, 0)
    assert engine.read(studio.node_counts, version.id).waiting == {"Police_Verify": 1}
    (row,) = [each for each in engine.read(studio.procedures) if each.slug == TWO_AGENCIES.slug]
    assert (row.latest, row.live, row.drafts, row.name.en) == (1, 2, 0, "Test procedure")


def test_a_draft_is_read_as_it_was_handed_in(engine: Engine, actor: Callable[[str], Actor]):
    engine.execute(UploadDraft(TWO_AGENCIES), actor("phantich"))
    (row,) = engine.read(studio.drafts, TWO_AGENCIES.slug)
    assert engine.read(studio.draft_content, row.id).package == TWO_AGENCIES
    assert row.uploaded_by != actor("phantich").id


def test_what_does_not_exist_is_not_found(engine: Engine):
    for query, key in ((instance_page, "x"), (studio.draft_content, "x"), (studio.version_content, "x"),
                       (incidents.incident_by_id, "x")):
        with pytest.raises(NotFound):
            engine.read(query, key)
