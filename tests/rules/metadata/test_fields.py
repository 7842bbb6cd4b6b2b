"""WC308 to WC323: the fields of METADATA."""

import sys
from pathlib import Path

import pytest

from tests.native import library
from tests.rules.judged import findings, pure, report_of, verdict
from tests.wheels import WheelBuilder

Fields = dict[str, str | list[str] | None]


@pytest.mark.parametrize(
    ("fields", "expected", "said"),
    [
        ({"Requires-Dist": ["a>=1", "b; extra == 'x'"], "Provides-Extra": "x"}, [], ""),
        ({"Requires-Dist": ["numpy >= two"]}, ["WC308 error"], "is no requirement"),
        ({"Requires-Dist": ["a b", "c d"]}, ["WC308 error", "WC308 error"], "is no requirement"),
        ({"Requires-Dist": "a" * 5000}, ["WC308 error"], "5000 characters"),
        ({"Requires-Dist": "a; " + "(" * 900 + "os_name == 'x'" + ")" * 900}, ["WC308 error"],
         "too many parentheses"),
        ({"Requires-Python": ">3,"}, [], ""),
        ({"Requires-Python": "three"}, ["WC308 error"], "Requires-Python: 'three' is invalid"),
        ({"License-Expression": "MIT-ish"}, ["WC308 error"], "License-Expression: "),
        ({"License-Expression": "(" * 500 + "MIT" + ")" * 500}, ["WC308 error"], "parentheses"),
        ({"Metadata-Version": "2.1"}, ["WC308 error"], "since Metadata-Version 2.4, not 2.1"),
        ({"Metadata-Version": "2.1", "License-Expression": None, "License-File": "LICENSE"},
         ["WC308 note"], "since Metadata-Version 2.4, not 2.1"),
        ({"Description-Content-Type": "text/html"}, ["WC308 error"], "none of text/plain"),
        ({"Dynamic": "Version"}, ["WC308 error"], "not allowed as a dynamic field"),
        ({"Dynamic": "Colour"}, ["WC308 error"], "not a valid dynamic field"),
        ({"Colour": "red"}, ["WC308 error"], "is no field"),
        ({"Summary": ["one", "two"]}, ["WC308 error"], "2 times"),
        ({"Summary": "one\n two"}, ["WC308 error"], "single line"),
        ({"Name": None}, ["WC308 error"], "Name: is missing"),
        ({"Version": "9" * 5000}, ["WC308 error"], "characters"),
        ({"Provides-Extra": "a b"}, ["WC308 error"], "invalid"),
        ({"Project-URL": ["A, https://a.org", "A, https://b.org"]}, ["WC308 error"], "repeated"),
        ({"Provides-Dist": "a b c"}, ["WC308 error"], "Provides-Dist: 'a b c' is no requirement"),
        ({"License-File": "../LICENSE"}, ["WC308 error", "WC317 error"], "parent directory"),
        ({"Metadata-Version": "2.6"}, ["WC309 error"], "does not take Metadata-Version '2.6'"),
        ({"Metadata-Version": "2.0"}, ["WC309 error"], "does not take Metadata-Version '2.0'"),
        ({"Metadata-Version": None}, ["WC309 error"], "no Metadata-Version"),
        ({"Classifier": "Programming Language :: Python :: 3"}, [], ""),
        ({"Classifier": "Programming Language :: Python :: 3.99"}, ["WC310 error"], "not exist"),
        ({"Classifier": "Natural Language :: Ukranian"}, ["WC310 error"], "deprecated"),
        ({"Classifier": "Private :: Do Not Upload"}, ["WC310 error"], "keeps the wheel from"),
        ({"Requires-Dist": "a @ https://example.org/a.whl"}, ["WC312 error"], "at a URL"),
        ({"Author-email": "Ann <ann@python.org>"}, [], ""),
        ({"Author-email": "ann at python.org"}, ["WC313 error"], "Author-email"),
        ({"Maintainer-email": "ann@localhost"}, ["WC313 error"], "Maintainer-email"),
        ({"Home-page": "UNKNOWN"}, ["WC314 error"], "no http or https URL"),
        ({"Home-page": "https://a.org/x"}, [], ""),
        ({"Project-URL": "Source, git@github.com:a/b"}, ["WC314 error"], "no http or https"),
        ({"Project-URL": "https://a.org"}, ["WC314 error"], "has no URL"),
        ({"Project-URL": ", https://a.org"}, ["WC314 error"], "no label"),
        ({"Project-URL": "x" * 33 + ", https://a.org"}, ["WC314 error"], "33 characters"),
        ({"Project-URL": "Home, https://a.org/ b"}, ["WC314 warning"], "no whole URL"),
        ({"Summary": "x" * 513}, ["WC315 error"], "513"),
        ({"Summary": "x" * 512}, [], ""),
        ({"License": "MIT"}, ["WC316 error"], "both"),
        ({"Classifier": "License :: OSI Approved :: MIT License"}, ["WC316 warning"], "classifier"),
        ({"License-File": "LICENSE"}, ["WC317 error"], "licenses/LICENSE is not in the wheel"),
        ({"License-Expression": None}, ["WC318 warning"], "no licence"),
        ({"License-Expression": None, "License": "MIT"}, [], ""),
        ({"Requires-Python": None}, ["WC319 warning"], "every Python"),
        ({"Project-URL": None}, ["WC319 note"], "no URL"),
        ({"Summary": None}, ["WC319 note"], "no Summary"),
        ({"Description-Content-Type": None}, ["WC320 note"], "reStructuredText"),
        ({"Requires-Dist": "rich; extra == 'cli'"}, ["WC321 warning"], "'cli'"),
        ({"Requires-Dist": "rich; extra == 'C_li'", "Provides-Extra": "c-li"}, [], ""),
        ({"Author": "Your Name"}, ["WC323 note"], "template"),
        ({"Author": "Yourk Nameth"}, [], ""),
        ({"Project-URL": "Source, https://github.com/yourusername/x"}, ["WC323 note"], "template"),
    ],
)  # fmt: skip
def test_fields(tmp_path: Path, fields: Fields, expected: list[str], said: str) -> None:
    found = findings(tmp_path, pure(fields=fields))
    assert [f"{f.code} {f.severity}" for f in found] == expected
    assert not said or said in found[0].message


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Classifier": "Programming Language :: Python :: 3.99"}, ["WC310 warning"]),
        ({"Classifier": "Private :: Do Not Upload"}, []),
        ({"Metadata-Version": "2.6"}, ["WC309 warning"]),
        ({"Requires-Dist": "a @ https://example.org/a.whl"}, ["WC312 warning"]),
        ({"Home-page": "UNKNOWN"}, ["WC314 warning"]),
        ({"Requires-Dist": "numpy >= two"}, ["WC308 error"]),
        ({"License-Expression": "MIT-ish"}, ["WC308 warning"]),
    ],
)
def test_an_index_of_ones_own(tmp_path: Path, fields: Fields, expected: list[str]) -> None:
    assert verdict(tmp_path, pure(fields=fields), "private") == expected


def test_local_versions(tmp_path: Path) -> None:
    assert verdict(tmp_path, pure(version="1.0+cu124")) == ["WC311 error"]
    assert verdict(tmp_path, pure(version="1.0+cu124"), "private") == ["WC311 warning"]


def test_a_classifier_newer_than_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test wheels are of January 2024."""
    builder = pure(fields={"Classifier": "Programming Language :: Python :: 3.99"})
    monkeypatch.setattr("importlib.metadata.version", lambda _name: "2023.7.1")
    assert verdict(tmp_path, builder) == ["WC310 error"]
    monkeypatch.setattr("importlib.metadata.version", lambda _name: "2023.6.1.2")
    assert verdict(tmp_path, builder) == ["WC310 warning"]


def test_licence_files_that_are_there(tmp_path: Path) -> None:
    builder = pure(fields={"License-File": ["LICENSE", "src/COPYING"]})
    builder.files["demo-1.0.dist-info/licenses/LICENSE"] = b"MIT"
    builder.files["demo-1.0.dist-info/licenses/src/COPYING"] = b"MIT"
    assert verdict(tmp_path, builder) == []
    unnamed = pure(fields={"License-Expression": None})
    unnamed.files["demo-1.0.dist-info/LICENSE.txt"] = b"MIT"
    assert verdict(tmp_path, unnamed) == []


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("text/markdown", "*a\n===", []),
        ("text/x-rst", "A title\n=======\n\nText.\n", []),
        ("text/x-rst", "A title\n===\n\n.. nonsense::\n   x\n\n`a <b", ["WC320 error"]),
        (None, "Title\n=====\n", ["WC320 note"]),
        ("text/markdown", "", ["WC319 warning"]),
    ],
)
def test_descriptions(tmp_path: Path, kind: str | None, text: str, expected: list[str]) -> None:
    builder = pure(fields={"Description-Content-Type": kind}, description=text)
    assert verdict(tmp_path, builder) == expected


def test_a_description_among_the_fields(tmp_path: Path) -> None:
    assert verdict(tmp_path, pure(fields={"Description": "Text."}, description="")) == []
    [finding] = findings(tmp_path, pure(fields={"Description": "Text."}))
    assert "both among the fields and after them" in finding.message


def test_a_line_that_is_no_field_ends_them(tmp_path: Path) -> None:
    data = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Python: >=3\n!\nLicense: MIT"
    found = findings(tmp_path, pure(metadata_file=data))
    assert found[0].code == "WC308"
    assert "line 5 ('!') is no field" in found[0].message


@pytest.mark.parametrize(
    ("module", "fields", "subject"),
    [
        ("email_validator", {"Author-email": "x"}, "e-mail addresses"),
        ("readme_renderer", {"Description-Content-Type": "text/x-rst"}, "the description"),
    ],
)
def test_what_an_extra_is_needed_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, fields: Fields, subject: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    report = report_of(tmp_path, pure(fields=fields))
    assert report.findings == ()
    [not_checked] = report.not_checked
    assert not_checked.subject == subject
    assert "install wheelcheck[" in not_checked.reason


@pytest.mark.parametrize(
    ("tag", "wanted", "expected"),
    [
        ("py3-none-any", ">=3.9", []),
        ("py3-none-any", "<3", ["WC322 error"]),
        ("py2.py3-none-any", "<3", []),
        ("py2-none-any", ">=3", ["WC322 error"]),
        ("py3-none-any", ">=4", ["WC322 error"]),
        ("py310-none-any", "<3.10", ["WC322 error"]),
        ("cp39-cp39-win_amd64", ">=3.10", ["WC322 error"]),
        ("cp39-cp39-win_amd64", ">=3.9.7", []),
        ("cp39-cp39-win_amd64", "==3.9.7", []),
        ("cp39-cp39-win_amd64", ">3.9.3,<3.9.5", []),
        ("cp39-cp39-win_amd64", "!=3.9.*", ["WC322 error"]),
        ("cp39.cp310-cp39.cp310-win_amd64", ">=3.10", []),
        ("cp314-cp314-win_amd64", ">=3.14.0rc1", []),
        ("cp39-abi3-win_amd64", ">=3.9", []),
        ("cp39-abi3-win_amd64", ">=3.11", []),
        ("cp39-abi3-win_amd64", "<3.9", ["WC322 error"]),
        ("cp39-abi3-win_amd64", ">=3.8", []),  # a matter of the release: WC907
        ("pp310-pypy310_pp73-win_amd64", ">=3.10", []),
        ("pp310-pypy310_pp73-win_amd64", ">=3.11", ["WC322 error"]),
    ],
)
def test_requires_python(tmp_path: Path, tag: str, wanted: str, expected: list[str]) -> None:
    files = {"demo/lib.dll": library()} if "win" in tag else {"demo.py": b""}
    builder = WheelBuilder(tag=tag, files=files, fields={"Requires-Python": wanted})
    assert verdict(tmp_path, builder) == expected


def test_a_megabyte_of_each_field_ends(tmp_path: Path) -> None:
    fields: Fields = {
        "Requires-Dist": ["a" * 90 + "[" + ",".join("x" * 9 for _ in range(50)) + "]"] * 900,
        "Classifier": [f"A :: {i}" for i in range(9000)],
        "Project-URL": [f"u{i}, https://" + "a" * 50 for i in range(2000)],
    }
    found = findings(tmp_path, pure(fields=fields))
    assert {f.code for f in found} == {"WC310"}
    assert len(found) == 20


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("".join(f"{' ' * i}* a\n\n" for i in range(400)), "the renderer broke: RecursionError"),
        ("a\n" * 60_000, "it has more than 100000 characters"),
    ],
)
def test_what_the_renderer_cannot_take(tmp_path: Path, text: str, reason: str) -> None:
    builder = pure(fields={"Description-Content-Type": "text/x-rst"}, description=text)
    report = report_of(tmp_path, builder)
    assert report.findings == ()
    assert [n.reason for n in report.not_checked] == [reason]


def test_nested_comments_in_an_address(tmp_path: Path) -> None:
    report = report_of(tmp_path, pure(fields={"Author-email": "(a" * 1000}))
    assert [n.reason for n in report.not_checked] == ["Author-email nests too many comments"]
    [finding] = report.findings
    assert (finding.code, finding.severity) == ("WC308", "error")


@pytest.mark.parametrize("field", ["Description-Content-Type", "Dynamic", "License-Expression"])
def test_nesting_that_parsers_recurse_into(tmp_path: Path, field: str) -> None:
    found = findings(tmp_path, pure(fields={field: "text/plain;a=" + "(a" * 1000}))
    assert "too many parentheses" in found[0].message
