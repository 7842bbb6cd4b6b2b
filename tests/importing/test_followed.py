"""What a wheel's imports lead to is found once for wheels whose modules say the same."""

import pytest

from tests.importing.test_reach import tree_of
from wheelcheck.importing import followed
from wheelcheck.importing.followed import Followed, Follower
from wheelcheck.importing.tree import Module, ModuleTree
from wheelcheck.records import replace

SOURCES = {
    "p": "from .a import x\nfrom .gone import y\nimport other\n",
    "p.a": "x = 1\n",
    "p.b": "import p.a\n",
    "p.tests.t": "import p.b\n",
}


def extended(tree: ModuleTree, install: str, name: str = "p._e") -> ModuleTree:
    module = Module(name, install, install, is_package=False, facts=None)
    return ModuleTree({**tree.modules, name: module}, {}, "p")


def told(found: Followed) -> list[object]:
    gaps = [(gap.name, gap.importer.name, gap.found, gap.at_import) for gap in found.gaps]
    foreign = sorted((place.top, place.found, place.at_import) for place in found.foreign_imports)
    usable = [name for name in SOURCES if found.reach.is_usable(name)]
    return [gaps, foreign, usable, found.reach.parents]


def after(one: ModuleTree, two: ModuleTree, commands: tuple[str, ...] = ()) -> bool:
    """Follow one, then the other; tell whether the first was of use, and check the second."""
    follower = Follower()
    first = follower.follow(one, ())
    assert told(first)
    second = follower.follow(two, commands)
    assert told(second) == told(Follower().follow(two, commands))
    return second.reach is first.reach


@pytest.mark.parametrize("gone", ["from .gone import y\n", ""])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"p.a": "# built for another system\nx = 1\n"},
        {"p.a": "import os\nx = f(y=2)\n"},
        {"p.a": "\n\nx = 2\n", "p.b": "\nimport p.a  # why\n"},
        {"p": "# on\n# other\n# lines\nfrom .a import x\nGONEimport other\n"},
    ],
)
def test_modules_that_say_the_same(changes: dict[str, str], gone: str) -> None:
    sources = SOURCES | {"p": f"from .a import x\n{gone}import other\n"}
    other = {name: text.replace("GONE", gone) for name, text in changes.items()}
    assert after(tree_of(sources), tree_of(sources | other))


@pytest.mark.parametrize(
    "changes",
    [
        {"p.a": "y = 1\n"},
        {"p.b": "if x:\n    import p.a\n"},
        {"p.a": "x = 1\ndef __getattr__(name): ...\n"},
        {"p.a": "x = 1\n__path__.append(z)\n"},
        {"p.c": ""},
    ],
)
def test_modules_that_say_something_else(changes: dict[str, str]) -> None:
    assert not after(tree_of(SOURCES), tree_of(SOURCES | changes))


def test_extensions_may_be_named_for_other_systems() -> None:
    linux = extended(tree_of(SOURCES), "p/_e.cpython-312-x86_64-linux-gnu.so")
    assert after(linux, extended(tree_of(SOURCES), "p/_e.cp312-win_amd64.pyd"))
    assert not after(linux, extended(tree_of(SOURCES), "p/_f.so", "p._f"))
    assert not after(linux, extended(tree_of(SOURCES), "p/tests/_e.so"))


def test_what_else_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = tree_of(SOURCES)
    assert not after(tree, tree, ("p.b",))
    assert not after(tree, replace(tree, distribution="q"))
    own = tree.modules["p.a"]
    moved = {**tree.modules, "p.a": replace(own, member="x.data/purelib/p/a.py")}
    assert not after(tree, ModuleTree(moved, {}, "p"))
    folder = {**tree.modules, "p.a": replace(own, facts=None)}
    assert not after(tree, ModuleTree(folder, {}, "p"))
    monkeypatch.setattr(followed, "_MOST_WORK", 2)
    assert not after(tree, tree)


def test_too_many_other_sources_are_not_compared() -> None:
    sources = {f"p.m{number}": "" for number in range(20)} | SOURCES
    other = {name: f"# {text}" if name[2:3] == "m" else text for name, text in sources.items()}
    assert not after(tree_of(sources), tree_of(other))
