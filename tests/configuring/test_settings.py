"""What settings do to a report."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

import wheelcheck
from tests.wheels import WheelBuilder
from wheelcheck import Config, ConfigError, Finding, Limits, Report, Severity
from wheelcheck.findings import Confidence

WHEEL = "demo-1.0-cp39-abi3-win_amd64.whl"


def finding(code: str, member: str | None = None, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, "name", severity, Confidence.HIGH, "it is odd", WHEEL, member)


REPORT = Report(
    WHEEL,
    WHEEL,
    findings=(
        finding("WC204", "pkg/a.py"),
        finding("WC701", "pkg/_p.pyd"),
        finding("WC702", "pkg/_p.pyd", Severity.WARNING),
        finding("WC802", None, Severity.NOTE),
    ),
)


def heard(config: Config) -> list[str]:
    return [f.code for f in config.apply(REPORT).findings]


def test_without_settings_nothing_changes() -> None:
    assert Config().apply(REPORT) == REPORT


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (["WC7"], [], ["WC701", "WC702"]),
        (["wc701", "debug-data"], [], ["WC701", "WC802"]),
        (["WC"], [], ["WC204", "WC701", "WC702", "WC802"]),
        ([], ["WC7"], ["WC204", "WC802"]),
        ([], ["Missing-Library"], ["WC204", "WC702", "WC802"]),
        (["WC7"], ["WC701"], ["WC702"]),
        (["WC701"], ["WC7"], []),
    ],
)
def test_select_and_ignore(select: list[str], ignore: list[str], expected: list[str]) -> None:
    assert heard(Config(select=tuple(select), ignore=tuple(ignore))) == expected


def test_per_wheel() -> None:
    assert heard(Config(per_wheel_ignores={"*-win_*": ("WC7",)})) == ["WC204", "WC802"]
    assert heard(Config(per_wheel_ignores={"*-WIN_*": ("WC",)})) == [
        "WC204", "WC701", "WC702", "WC802",
    ]  # fmt: skip
    assert len(heard(Config(per_wheel_ignores={"demo": ("WC",)}))) == 4


def test_per_member() -> None:
    assert heard(Config(per_member_ignores={"pkg/*": ("WC7", "WC8")})) == ["WC204", "WC802"]
    # A finding on no member is under no pattern, not even that for everything.
    assert heard(Config(per_member_ignores={"*": ("WC",)})) == ["WC802"]


def test_what_is_ignored_is_told_with_all_its_causes() -> None:
    config = Config(
        ignore=("WC701",),
        per_wheel_ignores={"demo-*": ("WC7",)},
        per_member_ignores={"*.pyd": ("missing-library",)},
    )
    ignored = config.apply(REPORT).ignored
    assert [(i.code, i.member) for i in ignored] == [
        ("WC701", "pkg/_p.pyd"),
        ("WC702", "pkg/_p.pyd"),
    ]
    assert ignored[0].by == (
        "ignore WC701",
        "per-wheel-ignores 'demo-*' WC7",
        "per-member-ignores '*.pyd' missing-library",
    )
    assert ignored[1].by == ("per-wheel-ignores 'demo-*' WC7",)


def test_unused_ignores() -> None:
    config = Config(
        ignore=("WC701", "WC1"),
        per_wheel_ignores={"other-*": ("WC7",)},
        per_member_ignores={"*.py": ("WC204", "WC701")},
    )
    assert config.unused_ignores([config.apply(REPORT)]) == (
        "ignore WC1",
        "per-wheel-ignores 'other-*' WC7",
        "per-member-ignores '*.py' WC701",
    )
    other = replace(REPORT, findings=(finding("WC101"),))
    assert "ignore WC1" not in config.unused_ignores(map(config.apply, (REPORT, other)))


def test_an_ignored_rule_that_is_not_selected_is_of_no_use() -> None:
    config = Config(select=("WC2",), ignore=("WC7",))
    report = config.apply(REPORT)
    assert report.ignored == ()
    assert config.unused_ignores([report]) == ("ignore WC7",)


def test_severities_and_their_order() -> None:
    config = Config(severity={"WC204": Severity.NOTE, "WC802": Severity.ERROR})
    found = config.apply(REPORT).findings
    assert [(f.code, f.severity.value) for f in found] == [
        ("WC701", "error"),
        ("WC802", "error"),
        ("WC702", "warning"),
        ("WC204", "note"),
    ]


def test_the_closest_severity_counts() -> None:
    for levels in (
        {"WC": Severity.NOTE, "WC7": Severity.WARNING, "missing-library": Severity.ERROR},
        {"missing-library": Severity.ERROR, "WC7": Severity.WARNING, "WC": Severity.NOTE},
    ):
        found = {f.code: f.severity for f in Config(severity=levels).apply(REPORT).findings}
        assert found["WC701"] is Severity.ERROR
        assert found["WC702"] is Severity.WARNING
        assert found["WC802"] is Severity.NOTE


def test_unknown_rules_are_refused() -> None:
    with pytest.raises(ConfigError, match="select: there is no rule 'WC9999'"):
        Config(select=("WC9999",))


def test_settings_can_be_sent_to_workers() -> None:
    config = Config(ignore=("WC7",), per_wheel_ignores={"*": ("WC2",)})
    assert pickle.loads(pickle.dumps(config)).apply(REPORT) == config.apply(REPORT)  # noqa: S301


def test_inspect_takes_settings(tmp_path: Path) -> None:
    path = WheelBuilder(record=b"", tag="py3-none-any", files={"pkg/__init__.py": b""}).write(
        tmp_path
    )
    assert wheelcheck.inspect(path).findings
    [report] = wheelcheck.inspect_many([path], config=Config(select=("WC7",)))
    assert report.findings == ()
    small = Config(limits=Limits(members=2))
    assert "more than 2 members" in (wheelcheck.inspect(path, config=small).error or "")
    assert wheelcheck.inspect(path, config=small, limits=Limits()).error is None


def test_the_profile_of_the_call_comes_first(tmp_path: Path) -> None:
    path = WheelBuilder(version="1.0+local", tag="py3-none-any").write(tmp_path)
    private = wheelcheck.read_config(_private(tmp_path))
    assert not wheelcheck.inspect(path, config=private).at_least(Severity.ERROR)
    assert wheelcheck.inspect(path, config=private, profile="pypi").at_least(Severity.ERROR)


def _private(folder: Path) -> Path:
    path = folder / "wheelcheck.toml"
    path.write_text('profile = "private"\n', "utf-8")
    return path
