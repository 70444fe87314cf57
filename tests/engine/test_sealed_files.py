"""Files at rest: sealed or not, on a disk or in a bucket; what opens them, and what does not."""

from __future__ import annotations

from pathlib import Path

import obstore
import pytest
from obstore.store import MemoryStore

from engine.domain.errors import NotFound
from engine.domain.file_rules import FileDamaged, WrongFileKey
from engine.gateways.envelopes import MARK, Envelopes, MasterKeys, read_keys
from engine.gateways.files import BucketFiles, LocalFiles
from engine.gateways.storage import StorageSettings, open_files, open_scanner

OLD, NEW = bytes(32), b"\1" * 32
PAPER = "giấy khai sinh".encode()


@pytest.fixture
def sealed(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "files", Envelopes(MasterKeys({"old": OLD}, "old")))


def test_a_sealed_file_comes_back_and_cannot_be_read_on_the_disk(sealed: LocalFiles):
    kept = sealed.put(PAPER)
    on_disk = (sealed.folder / kept.path).read_bytes()
    assert sealed.get(kept.path) == PAPER
    assert on_disk.startswith(MARK) and PAPER not in on_disk
    assert kept.path.endswith(kept.sha256), "the name is the hash of what was handed in, sealed or not"


def test_every_file_has_a_key_of_its_own(sealed: LocalFiles):
    first, second = (Envelopes(MasterKeys({"k": OLD}, "k")).seal(PAPER, "ab/x") for _ in range(2))
    assert first != second and first[-len(PAPER):] != second[-len(PAPER):]


def test_a_new_master_key_seals_new_files_and_the_old_one_still_opens_old_ones(sealed: LocalFiles):
    before = sealed.put(PAPER)
    rotated = LocalFiles(sealed.folder, Envelopes(MasterKeys({"old": OLD, "new": NEW}, "new")))
    after = rotated.put(b"another paper")
    assert rotated.get(before.path) == PAPER
    assert (sealed.folder / after.path).read_bytes()[5:8] == b"new"
    with pytest.raises(WrongFileKey, match="new"):
        sealed.get(after.path)


def test_a_key_of_the_right_name_and_the_wrong_value_is_told_apart_from_damage(sealed: LocalFiles):
    kept = sealed.put(PAPER)
    stranger = LocalFiles(sealed.folder, Envelopes(MasterKeys({"old": NEW}, "old")))
    with pytest.raises(WrongFileKey):
        stranger.get(kept.path)


def test_files_from_before_the_sealing_are_read_as_they_are(tmp_path: Path):
    kept = LocalFiles(tmp_path / "files").put(PAPER)
    assert LocalFiles(tmp_path / "files", Envelopes(MasterKeys({"k": OLD}, "k"))).get(kept.path) == PAPER


@pytest.mark.parametrize("where", [4, 5, 12, 30, 60, 90, -1])
def test_a_changed_byte_never_gives_another_paper(sealed: LocalFiles, where: int):
    file = sealed.folder / sealed.put(PAPER).path
    content = bytearray(file.read_bytes())
    content[where] ^= 1
    file.chmod(0o600)
    file.write_bytes(bytes(content))
    with pytest.raises((FileDamaged, WrongFileKey)):
        sealed.get(str(file.relative_to(sealed.folder)))


@pytest.mark.parametrize("cut", [0, 3, 4, 5, 20, 60, 100])
def test_half_a_file_is_damage_and_nothing_else(sealed: LocalFiles, cut: int):
    file = sealed.folder / sealed.put(PAPER).path
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises((FileDamaged, WrongFileKey)):
        sealed.get(str(file.relative_to(sealed.folder)))


def test_a_sealed_file_put_under_another_name_does_not_open(sealed: LocalFiles):
    first, second = sealed.put(PAPER), sealed.put(b"another paper")
    (sealed.folder / second.path).write_bytes((sealed.folder / first.path).read_bytes())
    with pytest.raises((FileDamaged, WrongFileKey)):
        sealed.get(second.path)


def test_an_unsealed_file_that_was_changed_is_found_out(tmp_path: Path):
    store = LocalFiles(tmp_path / "files")
    kept = store.put(PAPER)
    (store.folder / kept.path).write_bytes(b"another paper")
    with pytest.raises(FileDamaged):
        store.get(kept.path)


@pytest.mark.parametrize("envelopes", [None, Envelopes(MasterKeys({"k": OLD}, "k"))], ids=["plain", "sealed"])
def test_a_bucket_keeps_files_as_a_folder_does(envelopes):
    store = BucketFiles(MemoryStore(), envelopes)
    kept = store.put(PAPER)
    assert store.put(PAPER) == kept and store.get(kept.path) == PAPER
    assert [each["path"] for batch in obstore.list(store.store) for each in batch] == [kept.path]
    with pytest.raises(NotFound):
        store.get(f"ab/{'a' * 64}")
    with pytest.raises(NotFound):
        store.get("../../etc/passwd")


# ------------------------------------------------------------------ settings
def keys_file(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    file = tmp_path / "keys"
    file.write_text(text, encoding="ascii")
    file.chmod(mode)
    return file


def test_the_last_key_of_the_file_seals(tmp_path: Path):
    keys = read_keys(keys_file(tmp_path, f"2025 {'0' * 64}\n\n2026 {'1' * 64}\n"))
    assert keys.current == "2026" and set(keys.keys) == {"2025", "2026"}


@pytest.mark.parametrize("text", [
    "", "k", f"k {'0' * 63}", f"k {'0' * 62}", f"k {'x' * 64}", f"k {'0' * 64}\nk {'1' * 64}", f"{'n' * 33} {'0' * 64}",
])
def test_a_file_of_keys_that_cannot_be_used_is_refused_before_anything_starts(tmp_path: Path, text: str):
    with pytest.raises(ValueError, match=r"hexadecimal|ids"):
        StorageSettings(master_keys=str(keys_file(tmp_path, text))).check()


def test_keys_that_others_may_read_are_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="chmod 600"):
        read_keys(keys_file(tmp_path, f"k {'0' * 64}", 0o640))


@pytest.mark.parametrize("settings", [
    StorageSettings(files_url="ftp://x/y"), StorageSettings(files_url="nowhere"), StorageSettings(clamd="x"),
    StorageSettings(master_keys="/nowhere/keys"),
])
def test_a_setting_that_cannot_be_used_is_refused_before_anything_starts(settings: StorageSettings):
    with pytest.raises(ValueError, match=r"\S"):
        settings.check()


def test_a_bucket_is_opened_by_its_address(tmp_path: Path):
    settings = StorageSettings(files_url="s3://papers/motcua", files_endpoint="https://s3.example.vn",
                               files_region="vn-1", files_key_id="id", files_secret="secret")
    settings.check()
    assert type(open_files(settings, tmp_path)) is BucketFiles
    assert type(open_files(StorageSettings(), tmp_path)) is LocalFiles
    assert not open_scanner(StorageSettings()).active
