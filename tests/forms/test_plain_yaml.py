"""Hand-written YAML is read; what would cost more to read than to write is refused at once."""

from __future__ import annotations

import time

import pytest

from engine.forms import plain_yaml


def test_what_people_write_is_read() -> None:
    assert plain_yaml.read("tên: [a, {b: 1}]\n".encode()) == {"tên": ["a", {"b": 1}]}
    assert plain_yaml.read(b"a: &x {b: 1}\nc: *x") == {"a": {"b": 1}, "c": {"b": 1}}
    assert plain_yaml.read(b"") is None


@pytest.mark.parametrize("data", [
    b"[" * 100_000, b"{" * 100_000, b"- " * 50_000, b"a: &x [1]\nb: &y [*x, *x]\nc: *y",
    b"x" * (plain_yaml.LARGEST + 1), b"\xff\xfe\x00",
    b"a: &a {" + b", ".join(b"k%d: 1" % n for n in range(2000)) + b"}\nb: {<<: [" + b", ".join([b"*a"] * 2000) + b"]}",
    b"a: 1" + b":1" * 60_000, b"a: &a [1]\nb: [" + b", ".join([b"[" * 40 + b"*a" + b"]" * 40] * 9) + b"]",
    b"a: !!python/object/apply:os.system ['true']", b"a: b: c", b"\x00", b"? " * 50_000,
], ids=lambda data: repr(data[:12]))
def test_what_is_hostile_or_broken_is_refused_quickly(data: bytes) -> None:
    began = time.process_time()
    with pytest.raises(plain_yaml.UnreadableYaml):
        plain_yaml.read(data)
    assert time.process_time() - began < 1


def test_the_line_of_a_mistake_is_told() -> None:
    with pytest.raises(plain_yaml.UnreadableYaml) as refused:
        plain_yaml.read(b"a: 1\nb: [\n")
    assert refused.value.line == 3
