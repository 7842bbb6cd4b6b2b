"""Which modules run, and which somebody may import, asked of as few sources as will do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wheelcheck.importing import reach
from wheelcheck.importing.reach import Reach
from wheelcheck.importing.tree import Module, ModuleTree, TooMuchError
from wheelcheck.sources.facts import SourceFacts

NAMES = (
    "p", "p.a", "p.b", "p.sub", "p.sub.c", "p.sub.d", "p.tests", "p.tests.t", "p.sub.tests",
    "p.sub.tests.u", "_q",
)  # fmt: skip
PACKAGES = {"p", "p.sub", "p.tests", "p.sub.tests"}
IMPORT = st.sampled_from(
    [
        *(f"import {name}" for name in NAMES),
        *(f"    import {name}" for name in NAMES),
        "from . import a", "from . import c, d", "from .. import sub", "from ..sub import c",
        "from .a import x", "from .tests import t", "from .. import x", "from . import x",
        "def f():", "try:", "import os",
    ]
)  # fmt: skip
TREES = st.dictionaries(st.sampled_from(NAMES), st.lists(IMPORT, max_size=4).map("\n".join))


def tree_of(sources: dict[str, str]) -> ModuleTree:
    modules: dict[str, Module] = {}
    for name, text in sources.items():
        install = name.replace(".", "/") + ("/__init__.py" if name in PACKAGES else ".py")
        facts = SourceFacts(text.encode())
        modules[name] = Module(name, install, install, name in PACKAGES, facts)
        for folder in ("p", "p.sub", "p.tests", "p.sub.tests"):
            if name.startswith(f"{folder}.") and folder not in modules and folder not in sources:
                modules[folder] = Module(folder, "", folder.replace(".", "/"), True, None)
    return ModuleTree(modules, {}, "p")


def usable(tree: ModuleTree) -> set[str]:
    """All that may be imported, with every source read: what the module should come to."""
    runs = {
        module.name: [
            (found, set(reach.targets(tree, tree.absolute(module, found), found)))
            for found in module.facts.imports
        ]
        for module in tree.sources
        if module.facts is not None
    }
    taken = {
        name
        for importer, found in runs.items()
        for _, names in found
        for name in names
        if name != importer
    }
    public = {m.name for m in tree.sources if m.name not in taken and not tree.is_aside(m)}
    seen = public | set(reach._roots(tree))
    left = list(seen)
    while left:
        for found, names in runs.get(left.pop(), []):
            left += names - seen if found.sure else ()
            seen |= names if found.sure else set()
    return seen


@pytest.mark.parametrize("most", [0, 2, 100])
def test_what_is_usable(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_MOST_ASKED", most)

    @settings(max_examples=200)
    @given(TREES)
    def same_as_with_every_source_read(sources: dict[str, str]) -> None:
        expected = usable(tree_of(sources))
        tree = tree_of(sources)
        asked = Reach(tree, ())
        assert {name for name in sorted(tree.modules) if asked.is_usable(name)} == expected
        assert expected <= asked.at_most

    same_as_with_every_source_read()


def test_tests_are_not_read_for_what_a_package_imports() -> None:
    sources = {"p": "from .a import x", "p.a": "", "p.tests.t": "import p.b", "p.b": ""}
    tree = tree_of(sources)
    asked = Reach(tree, ())
    assert asked.is_usable("p.a")
    assert asked.parents == {"p": None, "p.a": "p"}
    facts = tree.modules["p.tests.t"].facts
    assert facts is not None
    assert facts.work == 0
    assert not asked.is_usable("p.b")  # it is there for the tests
    assert facts.work > 0


def test_what_is_asked_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wheelcheck.importing.tree._MOST_WORK", 3)
    asked = Reach(tree_of({"p": "import p.a\nimport p.a\nimport p.a\nimport p.a\n"}), ())
    for _ in range(2):
        with pytest.raises(TooMuchError):
            _ = asked.parents
