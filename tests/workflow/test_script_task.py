from tests.workflow.running import Running


def test_a_script_assigns_line_by_line_and_later_lines_see_earlier_ones() -> None:
    run = Running.of("script_task.bpmn").start().complete("ask", price=8000, pages=3)
    assert run.open == ["show"]
    assert run.last.written == {"price": 8000, "pages": 3, "total": 24000, "label": "Total 24000",
                                "received": "2026-03-02"}


def test_27_a_failed_script_leaves_nothing_written_and_can_be_retried() -> None:
    run = Running.of("script_task.bpmn").start().complete("ask", price="eight", pages=3)
    assert (run.status, run.open) == ("incident", [])
    assert "total" not in run.variables
    assert "received" not in run.variables
    run.variables["price"] = 8000
    assert run.retry("compute").variables["total"] == 24000
    assert run.open == ["show"]


def test_a_failed_script_tells_the_expression_and_the_values_it_used() -> None:
    trouble = Running.of("script_task.bpmn").start().complete("ask", price=1).last.troubles[0]
    assert trouble.code == "unknown_name"
    assert trouble.expression == "price * pages"
    assert trouble.values == {"price": 1}
