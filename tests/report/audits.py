"""Audits made by hand, the good and the worst."""

from wheelcheck.audit import Audit, Grid, Release, Served, Skipped
from wheelcheck.findings import (
    BinaryInfo,
    Confidence,
    Dependency,
    Finding,
    Ignored,
    NotChecked,
    Outcome,
    Report,
    Role,
    Severity,
)

WINDOWS = "demo-1.0-cp39-abi3-win_amd64.whl"
LINUX = "demo-1.0-cp39-abi3-manylinux_2_28_x86_64.whl"

HOSTILE = "</script><img src=x onerror=alert(1)>]]>&\"'`|*_[x](https://evil.example)##[error]%0A::stop\r\n\x1b[31m\u202e\u2028\ud800\uffff/x.pyd"
"""A name that every format has its own reason to fear."""


def finding(
    severity: Severity = Severity.ERROR,
    *,
    code: str = "WC701",
    name: str = "missing-library",
    message: str = "demo/_demo.pyd needs libdemo-2.dll, which is not in the wheel",
    wheel: str = WINDOWS,
    member: str | None = "demo/_demo.pyd",
    evidence: dict[str, tuple[str, ...]] | None = None,
    advice: str = "Bundle it.",
) -> Finding:
    default = {"library": ("libdemo-2.dll",), "chain": ("demo/_demo.pyd", "libdemo-2.dll")}
    evidence = default if evidence is None else evidence
    return Finding(code, name, severity, Confidence.HIGH, message, wheel, member, evidence, advice)


def edge(library: str, outcome: Outcome, importer: str = "demo/_demo.pyd") -> Dependency:
    target = f"demo/{library}" if outcome is Outcome.WHEEL else None
    return Dependency(importer, library, "regular", outcome, target, f"{library}: {outcome}")


def report(wheel: str = WINDOWS, *findings: Finding) -> Report:
    return Report(
        wheel=wheel,
        path=f"dist/{wheel}",
        distribution="demo",
        version="1.0",
        tags=(wheel.split("-", 2)[2].removesuffix(".whl"),),
        size=1_234_567,
        inflated_size=3_456_789,
        members=12,
        repaired_by=("delvewheel 1.11",),
        binaries=(
            BinaryInfo("demo/_demo.pyd", "PE", ("x86_64",), Role.MODULE, "demo._demo"),
            BinaryInfo("demo/liba.dll", "PE", ("x86_64",), Role.LIBRARY, None),
        ),
        dependencies=(
            edge("liba.dll", Outcome.WHEEL),
            edge("libdemo-2.dll", Outcome.MISSING),
            edge("KERNEL32.dll", Outcome.SYSTEM),
            edge("python3.dll", Outcome.PYTHON),
            edge("KERNEL32.dll", Outcome.SYSTEM, "demo/liba.dll"),
        ),
        findings=findings,
        not_checked=(NotChecked("demo/odd.dll", "no reader for this machine"),),
        ignored=(Ignored("WC802", "debug-data", "demo/liba.dll", ("ignore WC802",)),),
    )


def release() -> Release:
    serves = Served(WINDOWS, "cp39-abi3-win_amd64")
    grid = Grid(
        pythons=("cp312", "cp313", "cp314t"),
        platforms=("win_amd64", "manylinux_x86_64"),
        cells=(
            (serves, serves, None),
            (Served(LINUX, "cp39-abi3-manylinux_2_28_x86_64"), None, None),
        ),
        expected=((True, True, False), (True, True, False)),
    )
    gap = finding(
        code="WC901", name="missing-wheel", wheel="demo", member=None, evidence={},
        message="no wheel serves cp313 on manylinux_x86_64",
    )  # fmt: skip
    return Release("demo", ("1.0",), (WINDOWS, LINUX), grid, (gap,))


def audit() -> Audit:
    """Return one of everything."""
    note = finding(
        Severity.NOTE, code="WC802", name="debug-data", message="demo/liba.dll carries symbols",
        member="demo/liba.dll", evidence={"symbols": ("COFF",)}, advice="Strip it.",
    )  # fmt: skip
    warning = finding(
        Severity.WARNING, code="WC704", name="mixed-c-runtimes", member=None,
        message="two C runtimes meet", wheel=LINUX, evidence={"runtimes": ("a", "b")},
    )  # fmt: skip
    broken = Report(wheel="bad-1.0-py3-none-any.whl", path="dist/bad-1.0-py3-none-any.whl",
                    error="the end record is missing")  # fmt: skip
    return Audit(
        reports=(report(WINDOWS, finding(), note), report(LINUX, warning), broken),
        releases=(release(),),
        skipped=(Skipped("dist/demo-1.0.tar.gz", "a source distribution, not a wheel"),),
    )


def hostile() -> Audit:
    """Return an audit in which everything that a stranger chooses is hostile."""
    name = HOSTILE
    bad = finding(
        message=f"{name} needs {name}", wheel=f"{name}.whl", member=name,
        evidence={name: (name,), "chain": (name, name)}, advice=f"Bundle {name}",
    )  # fmt: skip
    binaries = (BinaryInfo(name, "PE", ("x86_64",), Role.MODULE, name),)
    edges = tuple(
        Dependency(name, name + outcome, "regular", outcome, None, name, (name,))
        for outcome in Outcome
    )
    one = Report(
        wheel=f"{name}.whl", path=f"dist/{name}.whl", distribution=name, version=name,
        tags=(name,), repaired_by=(name,), binaries=binaries, dependencies=edges,
        findings=(bad,), not_checked=(NotChecked(name, name),),
        ignored=(Ignored("WC802", "debug-data", name, (name,)),),
    )  # fmt: skip
    other = Report(wheel=f"{name}2.whl", path=f"dist/{name}2.whl", error=name)
    served = Served(f"{name}.whl", f"cp39-{name}-any")
    grid = Grid((name,), (name, "b"), ((served,), (None,)), ((True,), (True,)))
    releases = (Release(name, (name, "1"), (f"{name}.whl",), grid, (bad,)),)
    return Audit((one, other), releases, (Skipped(name, name),))


def many(wheels: int, findings: int) -> Audit:
    """Return an audit of this many wheels with this many findings each."""
    reports = []
    for number in range(wheels):
        wheel = f"demo-1.{number}-cp39-abi3-win_amd64.whl"
        each = (
            finding(list(Severity)[i % 3], wheel=wheel, message=f"finding {i}", member=f"m{i}.dll")
            for i in range(findings)
        )
        reports.append(report(wheel, *each))
    return Audit(tuple(reports))
