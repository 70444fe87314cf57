import pytest

from tests.workflow.running import Running

AGENCIES = ["police", "tax", "land", "fire"]


def answer(run: Running, agency: str, **answers: object) -> None:
    token = next(t.token_id for t in run.tasks.values() if t.local.get("agency") == agency)
    run._take(run.adapter.complete(run.loaded, token, answers, run.at))


def consulted() -> Running:
    return Running.of("multi_instance_parallel.bpmn").start(agencies=AGENCIES)


def test_every_agency_gets_its_own_step_with_its_own_item_and_unit() -> None:
    run = consulted()
    assert [(t.unit, t.local) for t in run.tasks.values()] == [(f"agency:{a}", {"agency": a}) for a in AGENCIES]


def test_answers_stand_in_the_output_in_the_order_of_the_items_and_nowhere_else() -> None:
    run = consulted()
    answer(run, "land", verdict="yes", note="l")
    answer(run, "police", verdict="yes", note="p")
    assert run.variables["opinions"] == [{"verdict": "yes", "note": "p"}, {"verdict": "yes", "note": "l"}]
    assert set(run.variables) == {"agencies", "opinions"}


def test_17_the_completion_condition_sees_the_results_and_the_counters() -> None:
    run = consulted()
    answer(run, "land", verdict="no")
    assert run.open == ["sum_up"]
    assert run.passed("cancelled").count("consult") == 3
    run = consulted()
    for agency in ("tax", "fire", "police"):
        assert run.open != ["sum_up"]
        answer(run, agency, verdict="yes")
    assert run.open == ["sum_up"]


def test_17_an_output_left_over_from_an_earlier_round_starts_empty() -> None:
    run = Running.of("multi_instance_parallel.bpmn").start(agencies=["police"], opinions=["old"])
    answer(run, "police", verdict="yes")
    assert run.variables["opinions"] == [{"verdict": "yes"}]


def test_no_items_means_no_instances() -> None:
    run = Running.of("multi_instance_parallel.bpmn").start(agencies=[])
    assert (run.open, run.variables["opinions"]) == (["sum_up"], [])


def test_a_collection_that_is_none_is_a_trouble() -> None:
    run = Running.of("multi_instance_parallel.bpmn").start(agencies="police")
    assert (run.last.troubles[0].code, run.last.troubles[0].node_id) == ("not_a_list", "consult")
    run.variables["agencies"] = ["police"]
    assert run.retry("consult").open == ["consult"]


def test_a_completion_condition_that_fails_is_a_trouble_of_the_whole_and_is_asked_again() -> None:
    run = consulted()
    answer(run, "land", wrong="field")
    assert run.status == "incident"
    answer(run, "tax", verdict="yes")
    run.variables["opinions"] = [{"verdict": "yes"}, {"verdict": "no"}]
    trouble = next(p for p in run.history if p.phase.value == "failed")
    run._take(run.adapter.retry(run.loaded, trouble.token_id, run.at))
    assert (run.status, run.open) == ("running", ["sum_up"])


def test_sequential_instances_come_one_after_the_other() -> None:
    run = Running.of("multi_instance_sequential.bpmn").start(signers=["An", "Bình", "Chi"])
    for signer in ("An", "Bình", "Chi"):
        assert [t.local for t in run.tasks.values()] == [{"signer": signer}]
        run.complete("sign", signature=signer.upper())
    assert (run.open, run.variables["signatures"]) == (["seal"], ["AN", "BÌNH", "CHI"])


def test_the_items_are_fixed_when_the_round_begins() -> None:
    run = Running.of("multi_instance_sequential.bpmn").start(signers=["An", "Bình"])
    run.complete("sign", signature="x")
    run.variables["signers"] = []
    assert run.complete("sign", signature="y").open == ["seal"]


def test_each_agency_may_run_a_subprocess_whose_results_stay_its_own() -> None:
    run = Running.of("multi_instance_subprocess.bpmn").start(agencies=["police", "tax"])
    assert [t.local for t in run.tasks.values()] == [{"agency": "police"}, {"agency": "tax"}]
    answer(run, "tax", verdict="no")
    answer(run, "police", verdict="yes")
    assert run.open == ["sum_up"]
    assert run.variables["answers"] == ["police: yes", "tax: no"]
    assert "answer" not in run.variables


def test_a_boundary_timer_cancels_all_instances_with_what_is_inside() -> None:
    run = Running.of("multi_instance_subprocess.bpmn").start(agencies=["police", "tax"]).fire("too_late")
    assert (run.open, run.passed("cancelled").count("expert")) == (["without"], 2)
    assert run.complete("without").status == "completed"


@pytest.mark.parametrize("copies", [0, 1, 3])
def test_a_number_of_instances_may_be_given_instead_of_items(copies: int) -> None:
    run = Running.of("multi_instance_cardinality.bpmn").start(copies=copies)
    assert run.open == (["copy"] * copies or ["bind"])


def test_instances_without_an_output_write_variables_and_their_disagreement_is_told() -> None:
    run = Running.of("multi_instance_cardinality.bpmn").start(copies=2)
    run.complete("copy", stamp="red").complete("copy", stamp="blue")
    assert run.variables["stamp"] == "blue"
    told = [p.detail["conflict"] for p in run.history if "conflict" in p.detail]
    assert told == [{"stamp": {"replaced": "red", "kept": "blue"}}]


@pytest.mark.parametrize(("copies", "code"), [(10**9, "bad_value"), (1.5, "not_a_list"), (-1, "not_a_list"),
                                              (True, "not_a_list"), ("two", "not_a_list")])
def test_a_number_of_instances_that_makes_no_sense_is_a_trouble(copies: object, code: str) -> None:
    run = Running.of("multi_instance_cardinality.bpmn").start(copies=copies)
    assert (run.last.troubles[0].code, run.open) == (code, [])
    run.variables["copies"] = 1
    assert run.retry("copy").open == ["copy"]
