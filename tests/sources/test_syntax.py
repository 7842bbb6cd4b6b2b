"""Syntax, whatever Python runs the tests."""

import json
import os
import sys
from pathlib import Path

import pytest

from wheelcheck.sources import SyntaxCheck, SyntaxFacts
from wheelcheck.sources.encoding import as_utf8


def checked(sources: dict[str, bytes]) -> SyntaxFacts:
    with SyntaxCheck() as check:
        for name, source in sources.items():
            check.add(name, source)
        return check.finish()


@pytest.mark.parametrize(
    "source",
    [
        b"", b"x = 1\n", b"\xef\xbb\xbfx = 1\n", b"x = 1\r\n", b"if x:\n\ty\n",
        b"async def f(): await g()\n",
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        b"#!/bin/sh\n# vim: set fileencoding=cp1252 :\nx = '\x80'",
    ],
)  # fmt: skip
def test_fine(source: bytes) -> None:
    assert checked({"a.py": source}) == SyntaxFacts({})


@pytest.mark.parametrize(
    "source",
    [
        b"print 'x'\n", b"exec 'x'\n", b"raise E, 'x'\n", b"x = 0777\n", b"`x`\n", b"a <> b\n",
        b"import {{ name }}\n", b"<<<<<<< HEAD\n", b"def f(:\n", b"x = (\n", b"x = '\n", b"\x00\n",
        b"x = '\xe9'\n", b"# coding: ascii\nx = '\xe9'\n", b"# noqa\nprint 'x' # noqa\n",
        b"# ruff: noqa\nprint 'x'\n", b"async = 1\n",
    ],
)  # fmt: skip
def test_no_python(source: bytes) -> None:
    faults = checked({"a.py": source, "b.py": b"x = 1"}).faults
    assert list(faults) == ["a.py"]
    assert None in [fault.since for fault in faults["a.py"]]


@pytest.mark.parametrize(
    ("source", "since"),
    [
        (b"(x := 1)", (3, 8)),
        (b"def f(a, /): ...", (3, 8)),
        (b"match x:\n    case 1: ...", (3, 10)),
        (b"try: ...\nexcept* E: ...", (3, 11)),
        (b"type X = int", (3, 12)),
        (b"class A[T]: ...", (3, 12)),
        (b"f'{'a'}'", (3, 12)),
        (b"try: ...\nexcept A, B: ...", (3, 14)),
        (b"t'{x}'", (3, 14)),
    ],
)
def test_dated(source: bytes, since: tuple[int, int]) -> None:
    [fault] = checked({"a.py": b"\n" + source + b"\n"}).faults["a.py"]
    assert fault.since == since
    assert "3.7" not in fault.message
    assert fault.line in {2, 3}


def test_names_need_not_be_those_of_files() -> None:
    names = ["a/b.py", "../c.py", "\n.py", "a" * 5000, "é.py"]
    faults = checked(dict.fromkeys(names, b"x x\n")).faults
    assert sorted(faults) == sorted(names)


def test_what_cannot_be_checked_is_named() -> None:
    facts = checked({"a.py": b"# coding: rot13\nk = 1", "b.py": b"x = 1\n" * 1_000_000})
    assert facts.unchecked == ("a.py", "b.py")
    assert facts.reason is not None


def test_without_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = str(Path("/nowhere/ruff"))
    monkeypatch.setattr("wheelcheck.sources.syntax.find_program", lambda: nowhere)
    facts = checked({"a.py": b"x x"})
    assert (facts.faults, facts.unchecked) == ({}, ("a.py",))
    assert facts.reason is not None
    assert "cannot be run" in facts.reason


def test_no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("extend-exclude = ['*']\n", "utf-8")
    monkeypatch.setattr("wheelcheck.sources.syntax._MEMORY", str(tmp_path))
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "full")
    assert list(checked({"a.py": b"x x"}).faults) == ["a.py"]
    assert [path.name for path in tmp_path.iterdir()] == ["ruff.toml"]


@pytest.mark.parametrize(
    "unit",
    [b"(", b"-", b"a.b", b"a()", b"x;", b"f'{", b"not ", b"lambda:", b"'' ",
     b"\x00", b"x x\n"]
)  # fmt: skip
def test_hostile_sources_end(unit: bytes) -> None:
    facts = checked({"a.py": unit * (50_000 // len(unit))})
    assert facts.faults or facts.unchecked or unit in {b"a()", b"x;", b"'' "}


def test_encodings() -> None:
    assert as_utf8(b"# coding: latin-1\n\xe9") == "# coding: latin-1\n\u00e9".encode()
    assert as_utf8(b"x\n# coding: latin-1\n") == b"x\n# coding: latin-1\n"
    assert as_utf8(b"# coding: idna\n") is None
    with pytest.raises(ValueError, match="not utf-8"):
        as_utf8(b"\xe9")


def test_a_full_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    real_open, real_write = os.open, os.write
    paths: list[Path] = []

    def opened(path: str, flags: int, mode: int) -> int:
        paths.append(Path(path))
        return real_open(path, flags, mode)

    def once_full(file: int, data: bytes) -> int:
        return real_write(file, data[:1] if len(paths) == 2 else data)

    monkeypatch.setattr("wheelcheck.sources.syntax.os", Replaced(open=opened, write=once_full))
    assert list(checked({"a.py": b"x x", "b.py": b"y y", "c.py": b"z z"}).faults) == [
        "a.py",
        "b.py",
        "c.py",
    ]
    assert len({path.parent for path in paths}) == 2


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wheelcheck.sources.syntax.os", Replaced(write=full))
    facts = checked({"a.py": b"x x", "b.py": b"y y"})
    assert (facts.faults, facts.unchecked) == ({}, ("a.py", "b.py"))


class Replaced:
    """The module os with some functions replaced."""

    def __init__(self, **functions: object) -> None:
        self.__dict__ = vars(os) | functions


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for the parser")
def test_a_source_on_which_the_parser_breaks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = {"filename": "0.py", "location": None, "message": "Panicked"}
    wrong = {"filename": "1.py", "location": {"row": 3}, "message": "Expected an indented block"}
    program = tmp_path / "ruff"
    lines = "\n".join(map(json.dumps, (broken, wrong)))
    program.write_text(f"#!{sys.executable}\nprint({lines!r})\n")
    program.chmod(0o755)
    monkeypatch.setattr("wheelcheck.sources.syntax.find_program", lambda: str(program))
    with SyntaxCheck() as check:
        check.add("a", b"(")
        check.add("b", b"if x:")
        facts = check.finish()
    assert facts.unchecked == ("a",)
    assert "cannot cope" in (facts.reason or "")
    assert [fault.line for fault in facts.faults["b"]] == [3]
