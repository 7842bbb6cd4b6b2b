"""SARIF that the official schema admits and that code scanning can follow."""

import json
import random
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.report import audits
from wheelcheck.audit import Audit
from wheelcheck.findings import Report, Severity
from wheelcheck.report.sarif import render_sarif

SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text("utf-8"))


def run_of(audit: Audit) -> dict[str, Any]:
    text = render_sarif(audit)
    assert text.isascii()
    document = json.loads(text)
    checker = jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    checker.validate(document)
    [run] = document["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("audit", [audits.audit(), audits.hostile(), Audit(())])
def test_it_fits_the_official_schema(audit: Audit) -> None:
    run = run_of(audit)
    assert run["tool"]["driver"]["name"] == "wheelcheck"
    assert len(run["results"]) == sum(1 for _ in audit.findings)


def test_the_schema_refuses_what_is_no_sarif() -> None:
    document = json.loads(render_sarif(audits.audit()))
    document["runs"][0]["results"][0]["level"] = "catastrophe"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_each_result_has_rule_level_and_place() -> None:
    run = run_of(audits.audit())
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"] == {"startLine": 1}
        artifact = place["artifactLocation"]
        assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
    first = run["results"][0]
    assert first["level"] == "error"
    assert first["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "demo/_demo.pyd"
    assert first["message"]["text"].startswith("demo/_demo.pyd needs libdemo-2.dll")
    assert [r["level"] for r in run["results"]] == ["error", "error", "warning", "note"]


def test_rules_explain_themselves() -> None:
    rules = {rule["id"]: rule for rule in run_of(audits.audit())["tool"]["driver"]["rules"]}
    missing = rules["WC701"]
    assert missing["name"] == "missing-library"
    assert missing["defaultConfiguration"] == {"level": "error"}
    assert "DLL load failed" in missing["help"]["text"]
    assert missing["help"]["markdown"].startswith("# WC701 missing-library")
    assert len(missing["fullDescription"]["text"]) <= 1024
    assert missing["properties"] == {
        "tags": ["wheel", "dependencies"],
        "precision": "high",
        "problem.severity": "error",
    }


def test_a_finding_keeps_its_fingerprint_from_build_to_build() -> None:
    def prints(audit: Audit) -> list[str]:
        results = run_of(audit)["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    def built(version: str) -> Report:
        wheel = f"demo-{version}-cp39-abi3-win_amd64.whl"
        twins = [audits.finding(wheel=wheel)] * 2
        return replace(audits.report(wheel, *twins), version=version)

    old, new = prints(Audit((built("1.0"),))), prints(Audit((built("1.1"),)))
    assert old == new
    assert len(set(old)) == 2
    other = audits.report(audits.LINUX, audits.finding(wheel=audits.LINUX))
    assert not set(prints(Audit((other,)))) & set(old)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("dist/a-1.whl", "dist/a-1.whl"),
        ("./dist/a b%.whl", "dist/a%20b%25.whl"),
        ("/srv/ä.whl", "file:///srv/%C3%A4.whl"),
        ("C:\\dist\\a.whl", "file:///C:/dist/a.whl"),
        ("a:b.whl", "a%3Ab.whl"),
    ],
)
def test_paths_become_uris(path: str, uri: str) -> None:
    place = replace(audits.report(), path=path)
    [artifact] = run_of(Audit((place,)))["artifacts"]
    assert artifact["location"]["uri"] == uri


def test_what_was_not_judged_is_a_notification() -> None:
    run = run_of(audits.audit())
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    texts = [note["message"]["text"] for note in notes]
    assert "bad-1.0-py3-none-any.whl cannot be read: the end record is missing" in texts
    assert "demo/odd.dll is not checked: no reader for this machine" in texts
    assert [note["level"] for note in notes].count("error") == 1
    [left_out] = invocation["toolConfigurationNotifications"]
    assert left_out["message"]["text"] == "2 findings left out by ignore WC802"


def test_no_link_comes_from_a_name() -> None:
    for result in run_of(audits.hostile())["results"]:
        assert "](" not in result["message"]["text"]
        assert "\x1b" not in result["message"]["text"]


def test_it_stays_within_what_code_scanning_takes() -> None:
    audit = audits.many(26, 1_000)
    text = render_sarif(audit)
    [run] = json.loads(text)["runs"]
    assert len(run["results"]) == 25_000
    assert len(zlib.compress(text.encode())) < 10_000_000
    left_out = run["invocations"][0]["toolExecutionNotifications"][-1]
    assert left_out["message"]["text"] == "1000 findings left out, the least severe"
    assert run["results"][0]["level"] == "error"
    levels = [Severity(result["level"]).rank for result in run["results"]]
    assert levels == sorted(levels, reverse=True)


def test_names_that_do_not_compress_stay_within_it_too() -> None:
    source = random.Random(1)  # noqa: S311 (the same each time is what is wanted)
    reports = []
    for number in range(12):
        wheel = f"w{number}-1-py3-none-any.whl"
        each = (
            audits.finding(wheel=wheel, message=source.randbytes(500).hex(), member=None)
            for _ in range(2_000)
        )
        reports.append(audits.report(wheel, *each))
    text = render_sarif(Audit(tuple(reports)))
    assert len(zlib.compress(text.encode())) < 10_000_000
    assert "left out, the least severe" in text
