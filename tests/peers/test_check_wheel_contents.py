"""What check-wheel-contents finds, wheelcheck finds; each difference is explained here.

Differences that are meant:

W002 also counts __init__.py and other files of some bytes, and licences; WC840 does not.
W004 tells of every .py file below a folder that no import can spell. Such files are often run
     rather than imported (hooks, templates, data of tests); WC834 tells of the top level.
W003 also tells of stubs (.pyi) of a module at the top level, which belong there.
W009 tells of any second top-level name, ``<name>.libs`` and a module of type stubs included;
     WC836 tells of more than three that are public.
W010 also tells of ``<name>.libs`` and of folders with native code.
W007 and W008 tell of wheels with nothing but data, scripts or headers; WC835 of those with nothing.

pydistcheck was compared by hand (it starts a dozen tools of the system): on the published wheels
WC824 and WC844 tell of all its files and blanks, and WC802 of all its debug symbols but those of
Mach-O images, whose debug map (stabs) only says where the data was on the build machine.
"""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import wheelcheck
from testdata.fetch import DEFAULT_CACHE, corpus, fetch
from tests.rules.judged import pure

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(
        find_spec("check_wheel_contents") is None, reason="check-wheel-contents is not installed"
    ),
]

MEANT = {
    "W001": {"WC822"},
    "W002": {"WC840"},
    "W003": {"WC833"},
    "W004": {"WC834"},
    "W005": {"WC831", "WC820"},
    "W006": {"WC832"},
    "W007": {"WC835"},
    "W008": {"WC835"},
    "W009": {"WC836"},
    "W010": {"WC833", "WC831"},
}
WIDER = {"W002", "W003", "W004", "W007", "W009", "W010"}
"""Those whose differences are explained above."""
BIG = b"0123456789abcdef" * 512


def by_peer(wheel: Path) -> set[str]:
    command = [sys.executable, "-m", "check_wheel_contents", "--no-config", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(re.findall(r": (W\d{3}): ", done.stdout))


def by_wheelcheck(wheel: Path) -> set[str]:
    return {f.code for f in wheelcheck.inspect(wheel).findings}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"demo/__pycache__/a.cpython-312.pyc": b"x"}, "W001"),
        ({"demo/a.pyc": b"x"}, "W001"),
        ({"demo/a.bin": BIG, "demo/b.bin": BIG}, "W002"),
        ({"README.md": b"x"}, "W003"),
        ({"my-demo/__init__.py": b"x"}, "W004"),
        *(
            ({f"{name}/__init__.py": b"x"}, "W005")
            for name in (
                "build", "cli", "data", "dist", "doc", "docs", "example", "examples", "lib",
                "scripts", "src", "test", "tests",
            )
        ),
        ({".tox/a.py": b"x"}, "W005"),
        ({"__init__.py": b""}, "W006"),
        ({"alpha.py": b"", "beta.py": b"1", "gamma.py": b"2"}, "W009"),
        ({"assets/a.png": b"x"}, "W010"),
        ({"docs/a.md": b"x"}, "W010"),
    ],
)  # fmt: skip
def test_made_wheels(tmp_path: Path, files: dict[str, bytes], told: str) -> None:
    wheel = pure(files={"demo/__init__.py": b"A = 1\n", **files}).write(tmp_path)
    assert told in by_peer(wheel)
    assert MEANT[told] & by_wheelcheck(wheel)


def test_a_wheel_with_nothing_in_it(tmp_path: Path) -> None:
    wheel = pure(files={}).write(tmp_path)
    assert by_peer(wheel) & {"W007", "W008"}
    assert "WC835" in by_wheelcheck(wheel)


@pytest.mark.parametrize("name", sorted(name for name in corpus() if name.endswith(".whl")))
def test_published_wheels(name: str) -> None:
    if not (DEFAULT_CACHE / name).exists():
        pytest.skip("not fetched (nox -s corpus)")
    wheel = fetch(corpus()[name], DEFAULT_CACHE)
    found = by_wheelcheck(wheel)
    for code in by_peer(wheel) - WIDER:
        assert MEANT[code] & found, code
