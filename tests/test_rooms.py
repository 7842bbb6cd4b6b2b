"""The rooms of CONTRIBUTING.md: each imports only those that stand before it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import wheelcheck

SOURCE = Path(wheelcheck.__file__).parent
TABLE = Path(__file__).resolve().parents[1] / "CONTRIBUTING.md"
OUTSIDE = ("__init__", "__main__")
"""The public names, loaded when they are used, and what starts the command line."""
NARROW = {"source_tree": {"errors", "records", "archive"}}


def rooms() -> list[str]:
    """Return the rooms in their order."""
    rows = re.findall(r"^\| (`.*?) \|", TABLE.read_text("utf-8"), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each module of the package that a source imports, with the line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} is relative"
            if node.module == "wheelcheck":
                yield from ((node.lineno, f"wheelcheck.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, str(node.module)


def test_each_module_is_in_a_room() -> None:
    here = {room_of(path) for path in SOURCE.rglob("*.py")}
    assert sorted(rooms()) == sorted(here - set(OUTSIDE))


def test_the_rooms_are_found() -> None:
    assert rooms()[:2] == ["_version", "errors"]
    assert rooms()[-1] == "cli"


@pytest.mark.parametrize("room", rooms())
def test_imports_lead_to_rooms_before(room: str) -> None:
    order = rooms()
    allowed = NARROW.get(room, set(order[: order.index(room)])) | {room}
    for path in SOURCE.rglob("*.py"):
        if room_of(path) == room:
            for line, name in imported(path):
                top, _, rest = name.partition(".")
                found = rest.partition(".")[0]
                assert top != "wheelcheck" or found in allowed, f"{path}:{line} imports {name}"


def test_importing_the_package_imports_no_room() -> None:
    body = ast.parse((SOURCE / "__init__.py").read_text("utf-8")).body
    names = [node.module for node in body if isinstance(node, ast.ImportFrom)]
    assert [name for name in names if str(name).startswith("wheelcheck")] == ["wheelcheck._version"]
