"""`motcua review`: the publish gate on the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.cli.language import language
from engine.domain.review import Package, Problem, Severity

PUBLISHABLE, REFUSED, UNREADABLE = 0, 1, 2
SENTENCES = {
    "vi": {
        "none": "Hãy nêu ít nhất một tệp .bpmn hoặc một thư mục thủ tục.",
        "missing": "Không có tệp hoặc thư mục {path}.",
        "empty": "Thư mục {path} không có tệp .bpmn nào.",
        "unreadable": "Không đọc được {path}: {reason}.",
        "publishable": "Có thể công bố: không có lỗi, {warnings} cảnh báo.",
        "refused": "Chưa thể công bố: {errors} lỗi, {warnings} cảnh báo.",
        "error": "LỖI", "warning": "CẢNH BÁO",
    },
    "en": {
        "none": "Name at least one .bpmn file or procedure folder.",
        "missing": "There is no file or folder {path}.",
        "empty": "The folder {path} holds no .bpmn file.",
        "unreadable": "{path} cannot be read: {reason}.",
        "publishable": "Can be published: no errors, {warnings} warnings.",
        "refused": "Cannot be published yet: {errors} errors, {warnings} warnings.",
        "error": "ERROR", "warning": "WARNING",
    },
}


class _Unusable(Exception):
    """The argument cannot be reviewed; the text says why."""


def review_command(files: Sequence[str], as_json: bool, review: Callable[[Package], list[Problem]]) -> int:
    """Prints what the gate says about the files. Returns 0 when all can be published, 1 when not, 2 for bad arguments.

    A file is judged with what belongs to its procedure: `procedure.yaml`, `scenarios.yaml` and `*.dmn` beside it, and
    the forms of the same name. A file that stands alone is judged alone.
    """
    try:
        problems = [problem for path in _diagrams(files) for problem in _reviewed(path, review)]
    except _Unusable as reason:
        print(reason, file=sys.stderr)
        return UNREADABLE
    print(json.dumps({"problems": [_row(p) for p in problems]}, ensure_ascii=False, indent=1) if as_json
          else "\n".join(_lines(problems)))
    return REFUSED if any(p.severity is Severity.ERROR for p in problems) else PUBLISHABLE


def _diagrams(files: Sequence[str]) -> list[Path]:
    if not files:
        raise _Unusable(_say("none"))
    return [path for name in files for path in _found(Path(name))]


def _found(path: Path) -> Iterator[Path]:
    """The file itself; of a folder its diagrams, or those of the procedures in it."""
    if not path.exists():
        raise _Unusable(_say("missing", path=path))
    if not path.is_dir():
        yield path
        return
    inside = sorted(path.glob("*.bpmn")) or sorted(path.glob("*/*.bpmn"))
    if not inside:
        raise _Unusable(_say("empty", path=path))
    yield from inside


def _reviewed(path: Path, review: Callable[[Package], list[Problem]]) -> list[Problem]:
    folder = path.resolve().parent
    forms = sorted((folder.parent.parent / "forms" / folder.name).glob("*.json"))
    package = Package(
        slug=folder.name, diagram_name=str(path), diagram=_read(path),
        forms={form.stem: _read(form) for form in forms},
        decisions={table.stem: _read(table) for table in sorted(folder.glob("*.dmn"))},
        facts_yaml=_beside(folder, "procedure.yaml"), scenarios_yaml=_beside(folder, "scenarios.yaml"),
    )
    return review(package)


def _beside(folder: Path, name: str) -> bytes:
    path = folder / name
    return _read(path) if path.exists() else b""


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise _Unusable(_say("unreadable", path=path, reason=path.name))
    try:
        return path.read_bytes()
    except OSError as error:
        raise _Unusable(_say("unreadable", path=path, reason=error.strerror)) from None


def _row(problem: Problem) -> dict[str, Any]:
    message, remedy = _sentences(problem)
    return {"code": problem.code, "severity": problem.severity.value, "file": problem.file,
            "element": problem.element, "line": problem.line, "message": message, "remedy": remedy}


def _lines(problems: Sequence[Problem]) -> Iterator[str]:
    """`file:line element CODE message — remedy`, then the verdict."""
    for problem in problems:
        message, remedy = _sentences(problem)
        where = ":".join(str(part) for part in (problem.file, problem.line) if part)
        about = " ".join(part for part in (problem.element, _say(problem.severity.value), problem.code) if part)
        yield f"{where} {about} {message} — {remedy}"
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    yield _say("refused" if errors else "publishable", errors=errors, warnings=len(problems) - errors)


def _sentences(problem: Problem) -> tuple[str, str]:
    if language() == "en":
        return problem.message_en, problem.remedy_en
    return problem.message, problem.remedy


def _say(key: str, **words: object) -> str:
    return SENTENCES[language()][key].format(**words)
