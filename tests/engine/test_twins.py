"""A dossier filed twice is noticed before it is accepted: by its owner, or by a file that came in before."""

from __future__ import annotations

import random

import pytest

from engine.bootstrap import Engine, load_package
from engine.commands.definitions import PublishPackage
from engine.commands.dossiers import SubmitDossier
from engine.commands.filing import UploadedFile
from engine.commands.tasks import CompleteTask
from engine.domain.actor import SYSTEM
from engine.domain.dossier import Party
from engine.domain.twin import TwinGround, TwinsUnseen, owner_keys, same_owner
from engine.queries import supplements
from engine.queries.task import dossier_file
from tests.conftest import actor_named
from tests.engine.acts import open_task

FAMILY, MIDDLE, GIVEN = ("Nguyễn", "Trần", "Lê", "Đỗ"), ("Văn", "Thị", "Minh"), ("An", "Bình", "Hòa", "Đức", "Lan")
PAPER = UploadedFile("paper", "don.pdf", "application/pdf", b"%PDF-1.4 mot to don")


def file_it(engine: Engine, owner: dict[str, str], slug: str = "five-steps",
            files: tuple[UploadedFile, ...] = ()) -> str:
    command = SubmitDossier(slug, "direct", "commune-centre", owner, {"subject": "thử"}, files=files)
    return str(engine.execute(command, actor_named(engine, "tiepnhan"))["dossier_id"])


def accept(engine: Engine, dossier_id: str, seen: bool = False) -> None:
    command = CompleteTask(open_task(engine, dossier_id), {"decision": "accept"}, seen_twins=seen)
    engine.execute(command, actor_named(engine, "tiepnhan"))


def twins(engine: Engine, dossier_id: str) -> list[tuple[str, TwinGround]]:
    hoa = actor_named(engine, "tiepnhan")
    it = engine.read(dossier_file, hoa, dossier_id).dossier
    return [(each.twin.dossier_id, each.twin.ground) for each in engine.read(supplements.twins_of, hoa, it)]


def test_the_second_dossier_of_the_same_owner_must_be_looked_at(engine: Engine) -> None:
    first = file_it(engine, {"name": "Nguyễn Văn An", "id_number": "012 345 678 901"})
    accept(engine, first)
    second = file_it(engine, {"name": "NGUYEN VAN AN", "id_number": "012345678901", "phone": "0912345678"})

    assert twins(engine, second) == [(first, TwinGround.OWNER)]
    with pytest.raises(TwinsUnseen) as refused:
        accept(engine, second)
    assert refused.value.facts["count"] == 1
    accept(engine, second, seen=True)


def test_another_procedure_or_a_finished_dossier_is_no_twin(engine: Engine) -> None:
    owner = {"name": "Nguyễn Văn An", "id_number": "012345678901"}
    file_it(engine, owner, "patient")
    second = file_it(engine, owner)
    assert twins(engine, second) == []
    accept(engine, second)


def test_petitions_of_one_person_are_about_different_things(engine: Engine) -> None:
    engine.execute(PublishPackage(load_package("petition")), SYSTEM)
    owner = {"name": "Nguyễn Văn An", "id_number": "012345678901"}
    told = {"petition_kind": "complaint", "about": "delay", "about_agency": "UBND xã", "content": "Quá hạn hai ngày"}
    command = SubmitDossier("petition", "direct", "commune-centre", owner, told)
    for _ in range(2):
        filed = engine.execute(command, actor_named(engine, "tiepnhan"))["dossier_id"]
    assert twins(engine, filed) == []


def test_the_same_file_in_another_dossier_is_shown_whatever_the_procedure(engine: Engine) -> None:
    first = file_it(engine, {"name": "Nguyễn Văn An"}, "patient", (PAPER,))
    second = file_it(engine, {"name": "Lê Thị Bình"}, files=(PAPER,))
    assert twins(engine, second) == [(first, TwinGround.FILE)]
    with pytest.raises(TwinsUnseen):
        accept(engine, second)


def test_an_officer_may_open_only_the_twins_of_his_units(engine: Engine) -> None:
    first = file_it(engine, {"name": "Nguyễn Văn An", "phone": "0912345678"})
    it = engine.read(dossier_file, actor_named(engine, "tiepnhan"), first).dossier
    for login, may in (("tiepnhan", True), ("congan", False)):
        (found,) = engine.read(supplements.twins_before, actor_named(engine, login), it.slug, it.owner, ())
        assert found.may_open is may


def somebody(chance: random.Random) -> Party:
    name = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"
    number = f"0{chance.randrange(10**10, 10**11)}" if chance.random() < 0.7 else ""
    return Party(name, number, f"09{chance.randrange(10**7, 10**8)}")


def written_again(chance: random.Random, it: Party) -> Party:
    """The same person as another officer types him: capitals, no diacritics, spaces, +84, sometimes no number."""
    plain = it.name.replace("Đ", "D").replace("đ", "d")
    name = chance.choice((it.name.upper(), plain, f"  {it.name} "))
    number = chance.choice((it.id_number, it.id_number[:6] + " " + it.id_number[6:] if it.id_number else "", ""))
    return Party(name, number, chance.choice((it.phone, f"+84{it.phone[1:]}", f"{it.phone[:4]} {it.phone[4:]}")))


def test_generated_twins_are_found_and_strangers_are_not() -> None:
    chance = random.Random(20260302)
    people = [somebody(chance) for _ in range(400)]
    again = [written_again(chance, each) for each in people]
    keys, other = [owner_keys(each) for each in people], [owner_keys(each) for each in again]
    found = {(n, m) for n, some in enumerate(keys) for m, others in enumerate(other) if same_owner(some, others)}
    right = {(n, n) for n in range(len(people))}

    assert len(found & right) / len(right) == 1         # recall
    assert len(found & right) / len(found) > 0.99       # precision


def test_a_name_alone_or_a_different_number_is_nobody() -> None:
    assert owner_keys(Party("Nguyễn Văn An")) == ()
    father = owner_keys(Party("Nguyễn Văn An", "012345678901", "0912345678"))
    son = owner_keys(Party("Nguyễn Văn An", "012345678902", "0912345678"))
    assert not same_owner(father, son)
    assert not same_owner((), ())
