"""Which test keeps us from which mistake of another product, where it stands with its neighbours instead of here."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import ROOT

ELSEWHERE = {
    # 5. OpenCPS ActionOverdueScheduler: a flag for a lock, so two ticks told everybody twice; errors at debug level
    "tests/engine/test_watch.py": ["test_two_sweeps_that_overlap_give_one_apology_and_one_notice"],
    "tests/engine/test_timers.py": [
        "test_two_workers_at_once_fire_each_timer_once",
        "test_a_timer_that_cannot_be_fired_becomes_an_incident_that_a_person_may_retry"],
    # 7. OpenCPS #980: a repeated key of a payment sent the dossier to a technical state
    "tests/engine/test_payments.py": ["test_7_a_duplicate_never_moves_a_dossier_twice_nor_sends_it_anywhere"],
    # 9. Tân Dân: asking for papers made an overdue dossier punctual again
    "tests/domain/test_clock_ledger.py": ["test_an_overdue_dossier_does_not_become_punctual_by_asking_for_papers"],
    # 14. Flowable and Camunda #1203: a lock error shown to whoever clicked second
    "tests/app/test_worklist.py": [
        "test_a_double_click_is_one_completion",
        "test_of_two_at_the_same_instant_one_succeeds_and_the_other_is_told_who_did"],
    # 16. Camunda #1626: the button that closes a task's form loses what was written
    "tests/app/test_half_written.py": ["test_what_was_begun_stands_in_the_form_again", "test_it_goes_with_the_task"],
    # 18. Camunda #27542: a public form with file fields cannot be used
    "tests/app/test_applying.py": ["test_the_public_form_with_files_needs_no_script"],
}


@pytest.mark.parametrize(("path", "names"), ELSEWHERE.items())
def test_the_tests_named_here_are_there(path: str, names: list[str]) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert set(names) <= there
