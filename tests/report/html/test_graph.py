"""The picture of a wheel's dependencies: what is drawn, and that it can be read."""

from dataclasses import replace
from itertools import combinations

import pytest

from tests.report import audits
from wheelcheck.findings import BinaryInfo, Dependency, Outcome, Report, Role
from wheelcheck.report.html.drawing import dependencies
from wheelcheck.report.html.graph import Graph, Line, Node, graph_of
from wheelcheck.report.html.layout import BOX_HEIGHT, Layout, lay_out


def wheel(modules: int, needs: dict[str, list[str]], missing: dict[str, list[str]]) -> Report:
    """Return a report of modules ``m0``... and the libraries that ``needs`` names."""
    libraries = dict.fromkeys([*needs, *(n for names in needs.values() for n in names)])
    objects = [BinaryInfo(f"m{i}", "PE", (), Role.MODULE, f"m{i}") for i in range(modules)]
    objects += [
        BinaryInfo(name, "PE", (), Role.LIBRARY, None)
        for name in libraries
        if not name.startswith("m")
    ]
    edges = [
        Dependency(source, target, "regular", Outcome.WHEEL, target, "")
        for source, targets in needs.items()
        for target in targets
    ]
    edges += [
        Dependency(source, name, "regular", Outcome.MISSING, None, "")
        for source, names in missing.items()
        for name in names
    ]
    edges += [
        Dependency(b.member, "libc.so.6", "regular", Outcome.SYSTEM, None, "") for b in objects
    ]
    return replace(audits.report(), binaries=tuple(objects), dependencies=tuple(edges))


def drawn(report: Report) -> tuple[Graph, Layout]:
    graph = graph_of(report)
    assert graph is not None
    return graph, lay_out(graph)


def test_modules_are_left_then_libraries_then_what_is_supplied() -> None:
    graph, layout = drawn(audits.report())
    assert [(n.label, n.note, n.kind) for n in graph.nodes] == [
        ("demo._demo", "_demo.pyd", "module"),
        ("liba.dll", "library", "library"),
        ("libdemo-2.dll", "missing", "missing"),
        ("system", "1 library", "supplied"),
        ("Python", "1 library", "supplied"),
    ]
    left = [box.x for box in layout.boxes]
    assert left[0] < left[1] == left[2] < left[3] == left[4]
    assert Line(0, 2, "missing") in graph.lines


def test_a_wheel_that_imports_nothing_has_no_picture() -> None:
    assert graph_of(replace(audits.report(), dependencies=())) is None


def test_objects_that_need_the_same_are_one_box_where_there_are_many() -> None:
    needs = {f"m{i}": ["liba"] for i in range(30)}
    graph, _ = drawn(wheel(50, needs, {"m49": ["gone"]}))
    assert [(n.label, n.note) for n in graph.nodes[:4]] == [
        ("30 modules", "need the same"),
        ("19 modules", "need only the system"),
        ("m49", "m49"),
        ("liba", "library"),
    ]
    assert len(graph.nodes[0].names) == 30
    assert graph.left_out == 0


def test_a_graph_of_hundreds_is_cut_and_says_so() -> None:
    needs = {f"m{i}": [f"lib{i}"] for i in range(300)}
    report = wheel(300, needs, {"m250": [f"gone{i}" for i in range(20)]})
    graph, _ = drawn(report)
    assert graph.left_out == 560
    assert any(node.label == "m250" for node in graph.nodes)
    assert [n.label for n in graph.nodes if n.kind == "missing"][-1] == "8 more"
    picture = dependencies(report, 1)
    assert picture is not None
    assert "560 objects more than can be drawn." in picture
    assert "20 missing libraries" in picture


CYCLE = {"m0": ["a"], "a": ["b"], "b": ["c", "a"], "c": ["a"]}
LONG = {"m0": ["a", "b", "c", "d"], "a": ["b"], "b": ["c"], "c": ["d"]}
WIDE = {f"m{i}": [f"lib{j}" for j in range(i + 1)] for i in range(9)}


@pytest.mark.parametrize("needs", [CYCLE, LONG, WIDE, {"m0": []}])
def test_boxes_never_overlap_and_lines_join_them(needs: dict[str, list[str]]) -> None:
    modules = sum(name.startswith("m") for name in needs)
    graph, layout = drawn(wheel(modules, needs, {"m0": ["gone"]}))
    for a, b in combinations(layout.boxes, 2):
        assert (
            a.x + a.width <= b.x
            or b.x + b.width <= a.x
            or a.y + BOX_HEIGHT <= b.y
            or b.y + BOX_HEIGHT <= a.y
        )
    for box in layout.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= layout.width
        assert box.y + BOX_HEIGHT <= layout.height
    assert len(layout.paths) == len(graph.lines)
    for path in layout.paths:
        ends = {layout.boxes[path.line.source], layout.boxes[path.line.target]}
        for x, y in (path.points[0], path.points[-1]):
            assert any(
                x in {box.x, box.x + box.width} and box.y <= y <= box.y + BOX_HEIGHT for box in ends
            )


def test_a_long_line_passes_beside_the_boxes() -> None:
    graph, layout = drawn(wheel(1, LONG, {}))
    [path] = [p for p in layout.paths if graph.nodes[p.line.target].label == "d"
              and graph.nodes[p.line.source].label == "m0"]  # fmt: skip
    for (x, y), (to_x, to_y) in zip(path.points[1::2], path.points[2::2], strict=False):
        assert y == to_y
        for box in layout.boxes:
            inside = box.y < y < box.y + BOX_HEIGHT
            assert not (inside and x < box.x + box.width and box.x < to_x)


def test_two_of_a_column_that_need_each_other() -> None:
    nodes = tuple(Node(name, "", "library", (name,)) for name in "ab")
    layout = lay_out(Graph(nodes, (Line(0, 1, "wheel"), Line(1, 0, "wheel")), 0))
    assert layout.boxes[0].x != layout.boxes[1].x


def test_the_table_tells_why_the_missing_first() -> None:
    picture = dependencies(audits.report(), 7)
    assert picture is not None
    assert 'aria-labelledby="graph-7-title graph-7-desc"' in picture
    rows = picture.split("<tbody>")[1].split("<tr>")[1:]
    assert "libdemo-2.dll: missing" in rows[0]
    assert len(rows) == 5
