"""Uploaded papers: stored by content, found again, and never outside their folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from engine.domain.errors import NotFound
from engine.gateways import files
from engine.gateways.files import LocalFiles


@pytest.fixture
def store(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "files")


def test_what_was_put_comes_back(store: LocalFiles) -> None:
    kept = store.put("giấy chứng sinh".encode())
    assert store.get(kept.path) == "giấy chứng sinh".encode()
    assert (kept.size, kept.sha256) == (19, hashlib.sha256("giấy chứng sinh".encode()).hexdigest())


def test_the_same_paper_twice_is_one_file(store: LocalFiles) -> None:
    assert store.put(b"paper") == store.put(b"paper")
    assert len([each for each in store.folder.rglob("*") if each.is_file()]) == 1


@pytest.mark.parametrize("path", [
    "../../etc/passwd", "/etc/passwd", "ab/../../secret", "", "ab", f"AB/{'a' * 64}", f"ab/{'a' * 64}\n",
    f"ab/{'a' * 63}", f"ab/{'a' * 64}",
])
def test_a_path_that_was_never_given_is_not_found(store: LocalFiles, path: str) -> None:
    (store.folder.parent / "secret").write_bytes(b"secret")
    with pytest.raises(NotFound):
        store.get(path)


def test_the_bytes_and_their_name_are_synced_before_put_returns(
        store: LocalFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []

    def note(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
    monkeypatch.setattr(files.os, "fsync", note)
    kept = store.put(b"paper")
    file = (store.folder / kept.path).resolve()
    assert synced == [str(file), str(file.parent), str(store.folder.resolve())]
