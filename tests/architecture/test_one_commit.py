"""One command is one transaction, and one place ends it."""

from tests.architecture.source import name_of, python_files


def test_commit_is_called_in_one_file_of_the_product():
    committing = [name_of(path) for path in python_files("app", "engine")
                  if "commit(" in path.read_text("utf-8")]
    assert committing == ["engine/store/unit_of_work.py"], (
        f"{committing}: only the unit of work commits; write through a command instead")
