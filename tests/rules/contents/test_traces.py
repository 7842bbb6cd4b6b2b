"""WC825, WC826, WC830, WC850, WC851, WC870, WC871: what the bytes of files show."""

import json
from pathlib import Path

import pytest

from tests.linux.inputs import edited
from tests.native import SYSTEM, X86_64
from tests.pe_builder import Pe
from tests.rules.judged import report_of
from tests.traces.made_up import SECRETS
from tests.wheels import WheelBuilder
from wheelcheck import Finding

CODES = ("WC821", "WC825", "WC826", "WC830", "WC850", "WC851", "WC870", "WC871")
ANY = "py3-none-any"
SBOMS = "demo-1.0.dist-info/sboms"
CYCLONEDX = b'{"bomFormat": "CycloneDX", "specVersion": "1.6"}'


def findings(
    folder: Path, files: dict[str, bytes], tag: str = ANY, profile: str = "pypi"
) -> list[Finding]:
    builder = WheelBuilder(tag=tag, files={"demo/__init__.py": b"", **files})
    report = report_of(folder, builder, profile)
    assert report.error is None
    return [f for f in report.findings if f.code in CODES]


def verdict(
    folder: Path, files: dict[str, bytes], tag: str = ANY, profile: str = "pypi"
) -> list[str]:
    return [f"{f.code} {f.severity}" for f in findings(folder, files, tag, profile)]


class TestSecretFiles:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("demo/.env", "WC825 warning"),
            ("demo/.pypirc", "WC825 warning"),
            ("demo/keys/id_ed25519", "WC825 warning"),
            ("demo/.aws/credentials", "WC825 warning"),
            ("demo/store.p12", "WC825 warning"),
            ("demo/tests/.env", "WC825 note"),
            ("demo/examples/.netrc", "WC825 note"),
        ],
    )
    def test_names(self, tmp_path: Path, name: str, expected: str) -> None:
        assert verdict(tmp_path, {name: b"x"}) == [expected]

    @pytest.mark.parametrize(
        "name", ["demo/.env.example", "demo/id_rsa.pub", "demo/credentials", "demo/ca.pem"]
    )
    def test_other_names(self, tmp_path: Path, name: str) -> None:
        assert verdict(tmp_path, {name: b"x"}) == []

    def test_an_empty_file_holds_nothing(self, tmp_path: Path) -> None:
        assert verdict(tmp_path, {"demo/.env": b""}) == []


class TestSecrets:
    @pytest.mark.parametrize(
        ("name", "secret", "expected"),
        [
            ("demo/core.py", "pypi", ["WC826 error"]),
            ("demo/core.py", "github", ["WC826 error"]),
            ("demo/config.toml", "slack", ["WC826 error"]),
            ("demo/Makefile", "stripe", ["WC826 error"]),
            ("demo-1.0.data/scripts/tool", "aws", ["WC826 error"]),
            ("demo/core.py", "rsa", ["WC826 warning"]),
            ("demo/server.pem", "pkcs8", ["WC826 warning"]),
            ("demo/tests/server.pem", "pkcs8", ["WC826 note"]),
            ("demo/docs/server.md", "pkcs8", ["WC826 note"]),
            ("demo/tests/test_core.py", "pypi", ["WC826 error"]),
            ("demo/tests/config.toml", "pypi", ["WC826 warning"]),
            ("demo/examples/config.toml", "slack", ["WC826 warning"]),
            ("demo/tests/test_core.py", "slack", []),
            ("demo/data.csv", "slack", []),
        ],
    )
    def test_where(self, tmp_path: Path, name: str, secret: str, expected: list[str]) -> None:
        text = SECRETS[secret][0]
        found = findings(tmp_path, {name: f"\nx = '{text}'\n".encode()})
        assert [f"{f.code} {f.severity}" for f in found] == expected
        for finding in found:
            assert text not in str(finding)
            assert finding.evidence["line"] == ("2",)

    def test_what_only_pypi_refuses(self, tmp_path: Path) -> None:
        files = {"demo/tests/test_core.py": SECRETS["pypi"][0].encode()}
        assert verdict(tmp_path, files, profile="private") == ["WC826 warning"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("demo.pth", "import demo._patch\n", ["WC830 warning"]),
        ("demo.pth", "\ufeffimport\tdemo\n", ["WC830 warning"]),
        ("demo-1.0.data/purelib/demo.pth", "import demo\n", ["WC830 warning"]),
        ("distutils-precedence.pth", "import os\n", ["WC830 note"]),
        ("demo.pth", "# import x\n\ndemo/lib\nimportant\n", []),
        ("demo.pth", "/home/ada/src\n", ["WC830 error"]),
        ("demo.pth", "C:\\src\\demo\n", ["WC830 error"]),
        ("__editable__.demo-1.0.pth", "import x\n", ["WC830 error"]),
        ("__editable___demo_1_0_finder.py", "", ["WC830 error"]),
        ("demo/inner.pth", "import x\n", []),
        ("demo.start", "demo.core:main\n", ["WC830 note"]),
        ("demo.start", "import demo\n", ["WC830 warning"]),
    ],
)
def test_startup(tmp_path: Path, name: str, text: str, expected: list[str]) -> None:
    assert verdict(tmp_path, {name: text.encode()}) == expected


def test_code_in_a_pth_weighs_less_beside_a_start_file(tmp_path: Path) -> None:
    files = {"demo.pth": b"import demo._patch\n", "demo.start": b"demo._patch:main\n"}
    assert verdict(tmp_path, files) == ["WC830 note", "WC830 note"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("#!python", []),
        ("#!pythonw", []),
        ("#!python\r", []),
        ("#!python -s", []),
        ("#!/bin/sh", []),
        ("#!/usr/bin/perl", []),
        ("import sys", []),
        ("#!/usr/bin/env python3", ["WC850 note"]),
        ("#!/usr/bin/python3.11", ["WC850 warning"]),
        ("#!/home/ada/venv/bin/python3", ["WC850 error"]),
        ("#!/opt/python/cp312-cp312/bin/python", ["WC850 error"]),
        ("#!C:\\Python312\\python.exe", ["WC850 error"]),
        ("#!/bin/sh\r", ["WC850 error"]),
    ],
)
def test_shebangs(tmp_path: Path, line: str, expected: list[str]) -> None:
    data = f"{line}\nprint()\n".encode()
    assert verdict(tmp_path, {"demo-1.0.data/scripts/tool": data}) == expected
    assert verdict(tmp_path, {"demo/tool": data}) == []


class TestHomePaths:
    def image(self, *texts: str) -> bytes:
        data = Pe(imports=SYSTEM, exports={"f": None}, machine=X86_64).build()
        return data + b"\0" + b"\0".join(text.encode() for text in texts) + b"\0"

    @pytest.mark.parametrize(
        "text",
        [
            "C:\\Users\\ada\\src\\core.rs",
            "/home/ada/src/core.c",
            "/Users/ada/src/core.c",
            "file:///home/ada/src/core.c",
            "C:/Users/ada/src/core.c",
        ],
    )
    def test_of_a_person(self, tmp_path: Path, text: str) -> None:
        files = {"demo/a.dll": self.image("C:\\Users\\runneradmin\\x\\y", text)}
        [finding] = findings(tmp_path, files, "py3-none-win_amd64")
        assert (finding.code, finding.severity) == ("WC851", "note")
        assert len(finding.evidence["paths"]) == 1
        assert "ada" in finding.evidence["paths"][0]

    @pytest.mark.parametrize(
        "text",
        [
            "/home/runner/work/demo/demo/core.c",
            "/Users/runner/work/core.c",
            "C:\\Users\\runneradmin\\.cargo\\registry\\x",
            "/root/.cargo/registry/src/x",
            "https://example.org/x/home/ada/core.c",
            "/home/ada",
            "/project/build/core.c",
        ],
    )
    def test_of_nobody(self, tmp_path: Path, text: str) -> None:
        assert verdict(tmp_path, {"demo/a.dll": self.image(text)}, "py3-none-win_amd64") == []

    def test_one_sample_a_person_and_few_in_all(self, tmp_path: Path) -> None:
        texts = [f"/home/{name}/{i}/core.c" for name in ("a", "b", "c", "d") for i in range(9)]
        [finding] = findings(tmp_path, {"demo/a.dll": self.image(*texts)}, "py3-none-win_amd64")
        assert len(finding.evidence["paths"]) == 3

    def test_code_of_elf_objects_is_not_searched_but_data_is(self, tmp_path: Path) -> None:
        data = edited("x86_64-gnu/libleaf.so.1") + b"\0/home/ada/src/core.c\0"
        files = {"demo/libleaf.so.1": data}
        assert verdict(tmp_path, files, "py3-none-manylinux_2_28_x86_64") == ["WC851 note"]

    def test_in_a_bill_of_materials(self, tmp_path: Path) -> None:
        text = b'{"bomFormat": "CycloneDX", "x": "path+file:///home/ada/demo#1.0"}'
        assert verdict(tmp_path, {f"{SBOMS}/demo.cdx.json": text}) == ["WC851 warning"]


def deep(count: int) -> bytes:
    return b"<bom>" + b"<a>" * count + b"</a>" * count + b"</bom>"


class TestSboms:
    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("a.cdx.json", CYCLONEDX),
            ("a.spdx.json", b'{"spdxVersion": "SPDX-2.3"}'),
            ("a.spdx3.json", b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}'),
            ("a.cdx.xml", b'<bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>'),
            ("a.rdf.xml", b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'),
            ("README.txt", b"not judged"),
            ("long.json", b'{"bomFormat": "CycloneDX", "x": ' + b"1" * 5000 + b"}"),
            ("wide.json", b'{"bomFormat": "CycloneDX", "x": ["[["' + b", []" * 5000 + b"]}"),
            ("utf-16.json", '{"bomFormat": "CycloneDX"}'.encode("utf-16")),
        ],
    )
    def test_right_ones(self, tmp_path: Path, name: str, data: bytes) -> None:
        assert verdict(tmp_path, {f"{SBOMS}/{name}": data}) == []

    @pytest.mark.parametrize(
        ("name", "data", "said"),
        [
            ("a.json", CYCLONEDX[:-1], "it is no JSON"),
            ("a.json", b"", "it is no JSON"),
            ("a.json", b"\xff\xfe\xfd", "it is no JSON"),
            ("a.json", b"[" * 100_000, "nests too deeply"),
            ("a.json", b"[" * 600 + b"]" * 600, "nests too deeply"),
            ("a.json", b"[]", "says nowhere"),
            ("a.json", json.dumps({"bomFormat": "x"}).encode(), "says nowhere"),
            ("a.xml", b"<bom>", "it is no XML"),
            ("a.xml", b"<html/>", "says nowhere"),
            ("a.xml", b'<?xml version="1.0" encoding="no-such"?><bom/>', "it is no XML"),
            ("a.xml", b'<!DOCTYPE b [<!ENTITY a "x">]><bom>&a;</bom>', "declares a document type"),
            ("a.xml", deep(1000), "nests too deeply"),
        ],
    )
    def test_wrong_ones(self, tmp_path: Path, name: str, data: bytes, said: str) -> None:
        [finding] = findings(tmp_path, {f"{SBOMS}/{name}": data})
        assert (finding.code, finding.severity) == ("WC870", "warning")
        assert said in finding.message

    def test_what_is_too_large_is_not_passed_over_in_silence(self, tmp_path: Path) -> None:
        names = [f"{SBOMS}/{name}.cdx.json" for name in ("large", "a", "b", "c")]
        sizes = (8_500_000, 8_000_000, 8_000_000, 8_000_000)
        files = {n: CYCLONEDX + b" " * size for n, size in zip(names, sizes, strict=True)}
        report = report_of(tmp_path, WheelBuilder(tag=ANY, files=files))
        assert [n.subject for n in report.not_checked if "too large" in n.reason] == [
            names[0],
            names[3],
        ]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("demo/a.py", b"__pyarmor__(__name__, __file__, b'x')", ["WC871 error"]),
        ("demo/a.py", b"__pyarmor_enter__()", ["WC871 error"]),
        ("demo/a.pye", b"---BEGIN PYE FILE---\nx\n---END PYE FILE---\n", ["WC871 error"]),
        ("demo/a.py", b"print('__pyarmor_')", []),
        ("demo/a.py", b"'---BEGIN PYE FILE---'", []),
        ("demo/a.txt", b"__pyarmor_enter__()", []),
    ],
)
def test_encrypted_sources(tmp_path: Path, name: str, data: bytes, expected: list[str]) -> None:
    assert verdict(tmp_path, {name: data}) == expected
    private = [text.replace("error", "warning") for text in expected]
    assert verdict(tmp_path, {name: data}, profile="private") == private


def test_sources_that_cython_wrote(tmp_path: Path) -> None:
    files = {"demo/a.cpp": b"/* Generated by Cython 3.1.2 */\n", "demo/b.c": b"int main;\n"}
    [finding] = findings(tmp_path, files)
    assert (finding.code, finding.severity, finding.member) == ("WC821", "note", "demo/a.cpp")
