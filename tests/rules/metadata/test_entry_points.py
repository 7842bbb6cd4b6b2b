"""WC324: entry_points.txt."""

from pathlib import Path

import pytest

from tests.rules.judged import findings, pure

SCRIPTS = "[console_scripts]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SCRIPTS + "tool = demo.cli:main\nother.tool-2 = demo:a.b [x]\n", []),
        ("; a comment\n\n[demo.plugins]\nPKG-INFO = demo.plug:In\nmodule = demo.plug\n", []),
        (SCRIPTS + "tool = demo.cli\n", ["names no function"]),
        ("[gui_scripts]\ntool = demo.cli\n", ["names no function"]),
        (SCRIPTS + "../tool = demo:main\n", ["no name for a command"]),
        (SCRIPTS + "a tool = demo:main\n", ["no name for a command"]),
        (SCRIPTS + "tool = demo-cli:main\n", ["refers to no object"]),
        (SCRIPTS + "tool = demo:main()\n", ["refers to no object"]),
        (SCRIPTS + "tool: demo:main\n", ["line 2 is no `name = value`"]),
        (SCRIPTS + "tool = demo:main\n  more\n", ["line 3 is no `name = value`"]),
        ("tool = demo:main\n", ["line 1 is no `name = value`"]),
        (SCRIPTS + "a = demo:x\na = demo:y\n", ["'a' of [console_scripts] again"]),
        (SCRIPTS + "a = demo:x\n[b]\nc = demo:x\n" + SCRIPTS + "d = demo:x\n",
         ["opens [console_scripts] again"]),
        (SCRIPTS + "\x01 = demo:x\n", ["no name for a command"]),
        ("[a]\n" + "x" * 2_000_000, ["cannot be read"]),
    ],
)  # fmt: skip
def test_forms(tmp_path: Path, text: str, said: list[str]) -> None:
    builder = pure()
    builder.files["demo-1.0.dist-info/entry_points.txt"] = text.encode()
    found = findings(tmp_path, builder)
    assert [(f.code, f.severity) for f in found] == [("WC324", "error")] * len(said)
    assert all(words in f.message for words, f in zip(said, found, strict=True))


def test_what_a_plugin_means_is_its_frameworks_affair(tmp_path: Path) -> None:
    builder = pure()
    builder.files["demo-1.0.dist-info/entry_points.txt"] = b"[odd]\nx = a-b/c\n"
    [finding] = findings(tmp_path, builder)
    assert (finding.code, finding.severity) == ("WC324", "note")


def test_other_encodings(tmp_path: Path) -> None:
    builder = pure()
    builder.files["demo-1.0.dist-info/entry_points.txt"] = b"[a]\n\xff = demo:x\n"
    [finding] = findings(tmp_path, builder)
    assert "not UTF-8" in finding.message


def test_thousands_of_faults_are_named_by_the_first(tmp_path: Path) -> None:
    builder = pure()
    lines = [f"t{i} = demo" for i in range(50_000)]
    text = SCRIPTS + "\n".join(lines)
    builder.files["demo-1.0.dist-info/entry_points.txt"] = text.encode()
    assert len(findings(tmp_path, builder)) == 20
