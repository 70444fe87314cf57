from tests.workflow.running import Running


def test_a_loop_activity_repeats_while_its_condition_holds_and_at_most_as_often_as_it_says() -> None:
    run = Running.of("standard_loop.bpmn").start(more=False)
    assert run.open == ["dictate"]
    for _ in range(3):
        run.complete("dictate", more=True)
        assert run.open == ["dictate"]
    run.complete("dictate", more=False)
    assert run.open == ["sign"]
    run = Running.of("standard_loop.bpmn").start(more=True)
    for _ in range(5):
        assert run.open == ["dictate"]
        run.complete("dictate")
    assert run.open == ["maybe"]


def test_9_a_loop_of_a_thousand_rounds_neither_hangs_nor_grows() -> None:
    run = Running.of("loop.bpmn").start().complete("submit")
    sizes = set()
    for _ in range(1_000):
        run.complete("review", need_more=True).complete("supplement")
        sizes.add(len(run.last.state))
        run.history.clear()
    assert max(sizes) <= min(sizes) + 12, "only the digits of the last token id grow"
    assert run.complete("review", need_more=False).complete("approve").status == "completed"


def test_8_a_join_inside_a_loop_waits_in_every_round_whichever_branch_is_first() -> None:
    run = Running.of("parallel_in_a_loop.bpmn").start()
    for first, second in (("left", "right"), ("right", "left"), ("right", "left"), ("left", "right")):
        run.complete(first)
        assert run.open == [second]
        run.complete(second)
        assert run.open == ["decide"]
        run.complete("decide", once_more=True)
    run.complete("left").complete("right").complete("decide", once_more=False)
    assert run.status == "completed"


def test_9_a_long_automatic_loop_runs_through_in_one_step() -> None:
    run = Running.of("automatic_loop.bpmn").start(n=0, limit=1_500)
    assert (run.open, run.variables["n"]) == (["after"], 1_500)


def test_an_automatic_loop_without_end_is_a_trouble_and_not_a_hanging_server() -> None:
    run = Running.of("automatic_loop.bpmn").start(n=0, limit=10**9)
    assert (run.status, run.last.troubles[0].code) == ("incident", "runaway")
