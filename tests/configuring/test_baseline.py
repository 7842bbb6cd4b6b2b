"""Findings are known again, release after release and platform after platform."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from wheelcheck import ConfigError, Finding, Report, Severity
from wheelcheck.configuring.baseline import Baseline, make_baseline, read_baseline, write_baseline
from wheelcheck.findings import Confidence, Evidence
from wheelcheck.fingerprint import Fingerprint

ENTRY = """{"wheelcheck_baseline": 1, "findings": [
    {"distribution": "d", "code": "WC701", "member": %s, "key": %s, "count": %s}
]}"""


def finding(
    member: str | None = "demo/a.py", evidence: Evidence | None = None, code: str = "WC204"
) -> Finding:
    return Finding(
        code, "name", Severity.ERROR, Confidence.HIGH, "it is odd", "w", member, evidence or {}
    )


def report(*findings: Finding, version: str = "1.0", tag: str = "py3-none-any") -> Report:
    name = f"Demo.Pkg-{version}-{tag}.whl"
    return Report(name, name, "Demo.Pkg", version, (tag,), findings=findings)


def left(baseline: Baseline, other: Report) -> tuple[Finding, ...]:
    return baseline.apply(other).findings


def test_what_is_accepted_is_ignored() -> None:
    old = report(finding(), finding("demo/b.py"))
    accepted = make_baseline([old]).apply(old)
    assert accepted.findings == ()
    assert [(i.code, i.member, i.by) for i in accepted.ignored] == [
        ("WC204", "demo/a.py", ("baseline",)),
        ("WC204", "demo/b.py", ("baseline",)),
    ]


@pytest.mark.parametrize(
    "new",
    [
        finding("demo/c.py"),
        finding(None),
        finding(code="WC205"),
        finding(evidence={"library": ("libgmp-11.dll",)}),
    ],
)
def test_what_is_new_stays(new: Finding) -> None:
    baseline = make_baseline([report(finding(evidence={"library": ("libgmp-10.dll",)}))])
    assert left(baseline, report(new)) == (new,)


def test_another_distribution_is_not_accepted() -> None:
    baseline = make_baseline([report(finding())])
    assert left(baseline, replace(report(finding()), distribution="other")) == (finding(),)
    assert left(baseline, replace(report(finding()), distribution="demo_pkg")) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            finding("demo_pkg-1.0.dist-info/RECORD", {"path": ("demo_pkg-1.0.dist-info/X",)}),
            finding("demo_pkg-2.1rc1.dist-info/RECORD", {"path": ("demo_pkg-2.1rc1.dist-info/X",)}),
        ),
        (finding("demo_pkg-1.0.data/scripts/x"), finding("demo_pkg-2.1rc1.data/scripts/x")),
        (
            finding("demo/_p.cp312-win_amd64.pyd"),
            finding("demo/_p.cpython-313-x86_64-linux-gnu.so"),
        ),
        (finding("demo/_p.pyd"), finding("demo/_p.abi3.so")),
        (
            finding("demo.libs/libgmp-10-0c9a1f2e.dll"),
            finding("demo.libs/libgmp-10-77ab01cd99.dll"),
        ),
        (
            finding(evidence={"actual_hash": ("sha256=a",), "tags": ("py3-none-any",)}),
            finding(evidence={"actual_hash": ("sha256=b",), "tags": ("py2-none-any",)}),
        ),
        (finding(evidence={"expected": ("v1.0",)}), finding(evidence={"expected": ("v1.0",)})),
        (
            finding(evidence={"expected": ("Demo 1.0 of 2010",)}),
            finding(evidence={"expected": ("Demo 2.1rc1 of 2010",)}),
        ),
    ],
)
def test_versions_hashes_and_platforms_do_not_matter(old: Finding, new: Finding) -> None:
    baseline = make_baseline([report(old)])
    assert left(baseline, report(new, version="2.1rc1")) == ()


def test_versions_of_others_do_matter() -> None:
    baseline = make_baseline([report(finding(evidence={"library": ("libfoo.so.1",)}))])
    assert left(baseline, report(finding(evidence={"library": ("libfoo.so.2",)})))


def test_as_many_are_accepted_as_there_were() -> None:
    baseline = make_baseline([report(finding(), finding()), report(finding())])
    assert list(baseline.counts.values()) == [2]
    assert left(baseline, report(finding(), finding(), finding())) == (finding(),)
    # Each wheel has them, so each wheel may.
    assert left(baseline, report(finding(), finding())) == ()


def test_entries_that_no_longer_occur() -> None:
    old = make_baseline([report(finding(), finding("demo/b.py"))])
    [gone] = old.gone([report(finding())])
    assert (gone.distribution, gone.code, gone.member) == ("demo-pkg", "WC204", "demo/b.py")
    assert old.gone([]) == ()
    assert old.gone([replace(report(), distribution="other")]) == ()
    # A wheel that cannot be read may well have them.
    unreadable = replace(report(), error="truncated", distribution=None)
    assert old.gone([report(finding()), unreadable]) == ()
    other = replace(unreadable, wheel="other-1.0-py3-none-any.whl")
    assert old.gone([report(finding()), other]) == (gone,)


def test_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    odd = finding("demo/\u00e9\x1b[0m\udc80.py", {"library": ("b", "a")})
    baseline = make_baseline([report(odd, finding(), finding(None, code="WC9999"))])
    write_baseline(baseline, path)
    assert read_baseline(path) == baseline
    assert list(tmp_path.iterdir()) == [path]
    document = json.loads(path.read_text("ascii"))
    assert [entry["name"] for entry in document["findings"]] == ["record-mismatch"] * 2 + [""]


def test_the_order_of_wheels_and_findings_does_not_matter(tmp_path: Path) -> None:
    a, b = report(finding(), finding("demo/b.py")), report(finding("demo/c.py"))
    write_baseline(make_baseline([a, b]), tmp_path / "1")
    turned = replace(a, findings=a.findings[::-1])
    write_baseline(make_baseline([b, turned]), tmp_path / "2")
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_an_existing_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text("old")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_baseline(Baseline(), tmp_path / "absent" / "baseline.json")
    write_baseline(Baseline({Fingerprint("d", "WC101", "", ()): 1}), path)
    assert read_baseline(path).counts
    assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no baseline"),
        ("[" * 100_000, "is no baseline"),
        ("[]", "no baseline of version 1"),
        ("{}", "no baseline of version 1"),
        ('{"wheelcheck_baseline": 2, "findings": []}', "no baseline of version 1"),
        ('{"wheelcheck_baseline": 1}', "damaged"),
        ('{"wheelcheck_baseline": 1, "findings": [1]}', "damaged"),
        ('{"wheelcheck_baseline": 1, "findings": [{"code": "WC701"}]}', "damaged"),
        (ENTRY % ("1", "[]", "1"), "damaged"),
        (ENTRY % ('""', '"k"', "1"), "damaged"),
        (ENTRY % ('""', "[]", '"many"'), "damaged"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said) as caught:
        read_baseline(path)
    assert str(path) in str(caught.value)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_baseline(tmp_path / "absent.json")
    (tmp_path / "latin.json").write_bytes(b'"\xff"')
    with pytest.raises(ConfigError, match="is no baseline"):
        read_baseline(tmp_path / "latin.json")
