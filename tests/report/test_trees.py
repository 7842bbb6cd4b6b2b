"""Dependency graphs as trees."""

from itertools import pairwise

from wheelcheck.findings import BinaryInfo, Dependency, Outcome, Report, Role
from wheelcheck.report.edges import make_graph
from wheelcheck.report.look import Look
from wheelcheck.report.styled import lines_text
from wheelcheck.report.trees import Drawing, draw


def library(member: str, *arch: str) -> BinaryInfo:
    return BinaryInfo(member, "PE", arch or ("x86_64",), Role.LIBRARY, None)


def edge(
    importer: str,
    name: str,
    target: str | None = None,
    *,
    outcome: Outcome | None = None,
    arch: str = "x86_64",
    kind: str = "regular",
) -> Dependency:
    end = outcome or (Outcome.MISSING if target is None else Outcome.WHEEL)
    return Dependency(importer, name, kind, end, target, f"why {end}", ("here/",), arch)


def drawn(report: Report, drawing: Drawing) -> str:
    return lines_text(draw(make_graph(report), report.binaries, drawing), Look())


def test_slices_that_need_the_same_are_one_line() -> None:
    two = ("arm64", "x86_64")
    report = Report(
        "w.whl",
        "w.whl",
        binaries=(library("a", *two),),
        dependencies=(
            edge("a", "both", arch="arm64"),
            edge("a", "both", arch="x86_64"),
            edge("a", "one", arch="arm64", kind="weak"),
        ),
    )
    assert drawn(report, Drawing()) == (
        "a\n├─ both: MISSING\n└─ one [weak] (arm64 only): MISSING\n"
    )


def test_each_edge_says_why_it_ends_where_it_does() -> None:
    module = BinaryInfo("m.pyd", "PE", ("x86_64",), Role.MODULE, "m")
    report = Report(
        "w.whl",
        "w.whl",
        binaries=(module, library("a"), library("idle")),
        dependencies=(
            edge("m.pyd", "a", "a"),
            edge("m.pyd", "gone"),
            edge("m.pyd", "k", outcome=Outcome.SYSTEM),
            edge("m.pyd", "api-ms-win-x", outcome=Outcome.SYSTEM),
            edge("m.pyd", "cuda", outcome=Outcome.DRIVER),
            edge("a", "x", outcome=Outcome.EXCLUDED),
        ),
    )
    assert drawn(report, Drawing(unicode=False, reasons=True)) == (
        "m.pyd (module m, PE, x86_64)\n"
        "|- a: a; why wheel\n"
        "|  `- excluded: x; why excluded\n"
        "|- gone: MISSING; why missing\n"
        "|- system: k, 1 API set; why system\n"
        "`- driver: cuda; why driver\n"
        "idle (library, PE, x86_64): needs no library\n"
    )
    text = drawn(report, Drawing(reasons=True, everything=True))
    assert "├─ gone: MISSING; why missing\n│     searched: here/\n" in text
    assert "system: k, api-ms-win-x; why system" in text


def test_rings_that_nothing_leads_to_are_drawn() -> None:
    report = Report(
        "w.whl",
        "w.whl",
        binaries=(library("a"), library("b")),
        dependencies=(edge("a", "b", "b"), edge("b", "a", "a")),
    )
    assert drawn(report, Drawing()) == "a\n└─ b: b\n   └─ a: a (shown above)\n"


def test_a_very_deep_graph_stays_narrow_and_complete() -> None:
    names = [f"l{n}" for n in range(2000)]
    report = Report(
        "w.whl",
        "w.whl",
        binaries=tuple(map(library, names)),
        dependencies=tuple(edge(a, b, b) for a, b in pairwise(names)),
    )
    lines = drawn(report, Drawing()).splitlines()
    assert max(map(len, lines)) < 120
    assert {line.split()[-1] for line in lines if "shown" not in line} >= set(names[1:-1:100])
    assert (
        sum("shown below" in line for line in lines)
        == sum(line.startswith("l") for line in lines) - 1
    )


def test_what_leads_to_something_missing() -> None:
    report = Report(
        "w.whl",
        "w.whl",
        binaries=tuple(map(library, "abc")),
        dependencies=(edge("a", "b", "b"), edge("b", "gone"), edge("c", "b2", "a")),
    )
    graph = make_graph(report)
    assert graph.leading_to(Outcome.MISSING) == {"a", "b", "c"}
    assert graph.leading_to(Outcome.DRIVER) == frozenset()
