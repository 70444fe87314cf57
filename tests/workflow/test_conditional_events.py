from tests.workflow.running import Running


def started() -> Running:
    return Running.of("conditional_events.bpmn").start()


def test_18_a_conditional_event_sees_what_another_branch_wrote() -> None:
    run = started()
    assert run.open == ["pay", "work"]
    run.complete("pay", fee_paid=True)
    assert run.open == ["work", "after_payment"]


def test_a_variable_that_does_not_exist_yet_has_not_fulfilled_the_condition() -> None:
    assert (started().status, started().last.troubles) == ("running", ())


def test_a_conditional_boundary_event_interrupts_its_step() -> None:
    run = started().complete("pay", fee_paid=False, withdrawn=True)
    assert run.open == ["close"]


def test_a_condition_that_is_neither_true_nor_false_is_a_trouble() -> None:
    run = started().complete("pay", fee_paid="yes")
    assert (run.last.troubles[0].code, run.last.troubles[0].values) == ("not_boolean", {"fee_paid": "yes"})
    assert run.open == ["work"]
    run.variables["fee_paid"] = True
    assert run.retry("paid").open == ["work", "after_payment"]
