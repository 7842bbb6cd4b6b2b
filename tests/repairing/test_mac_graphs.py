"""Repairs of wheels whose libraries need each other at random."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.macho_builder import dylib, extension
from tests.repairing.mac_kit import libs, natives, needs, repair, wheel
from wheelcheck.findings import Outcome

COUNT = 6
NAMES = [f"lib{i}.dylib" for i in range(COUNT)]
graphs = st.lists(
    st.lists(st.sampled_from(range(COUNT)), unique=True, max_size=3),
    min_size=COUNT,
    max_size=COUNT,
)
spellings = st.sampled_from(["@rpath/{}", "@loader_path/{}", "{folder}/{}"])


@settings(max_examples=30, deadline=None)
@given(graph=graphs, first=st.sampled_from(range(COUNT)), data=st.data())
def test_every_edge_ends_at_the_library_it_named(
    graph: list[list[int]], first: int, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        tmp_path = Path(name)
        folder = tmp_path / "l"
        for i, wanted in enumerate(graph):
            asked = [_spelled(data.draw(spellings), NAMES[j], folder) for j in wanted]
            libs(folder, **{f"lib{i}": dylib(f"@rpath/lib{i}.dylib", *asked, salt=b"%d" % i)})
        module = extension("_p", f"@rpath/lib{first}.dylib", rpaths=(str(folder),))
        done = repair(wheel(tmp_path / "in", {"pkg/_p.so": module}), tmp_path / "out")
        assert done.output is not None
        assert done.report is not None
        assert {d.outcome for d in done.report.dependencies} <= {Outcome.WHEEL, Outcome.SYSTEM}
        found = natives(done.output)
        reached = _closure(graph, first)
        assert set(found) == {"pkg/_p.so", *(f"pkg/.dylibs/lib{i}.dylib" for i in reached)}
        for i in reached:
            [piece] = found[f"pkg/.dylibs/lib{i}.dylib"]
            assert needs(piece) == [f"@loader_path/lib{j}.dylib" for j in graph[i]], "in order"


def _spelled(form: str, name: str, folder: Path) -> str:
    return form.format(name, folder=folder)


def _closure(graph: list[list[int]], first: int) -> set[int]:
    reached, todo = set(), [first]
    while todo:
        node = todo.pop()
        if node not in reached:
            reached.add(node)
            todo += graph[node]
    return reached
