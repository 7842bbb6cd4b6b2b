"""Which Pythons are found, and which wheels they take."""

import json
import sys
from pathlib import Path

import pytest

from wheelcheck.errors import UsageError
from wheelcheck.trying.interpreters import find_interpreters, named_interpreters

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are shell scripts here")


def put(path: Path, version: str, tag: str) -> Path:
    """Make a program that answers as a Python does."""
    told = {
        "name": "CPython",
        "version": version,
        "base": str(path),
        "tags": [tag],
        "suffixes": [".so"],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(told)}\nEND\n")
    path.chmod(0o755)
    return path


def environ(*folders: Path, root: Path) -> dict[str, str]:
    return {"PATH": ":".join(["/bin", *map(str, folders)]), "PYENV_ROOT": str(root)}


def test_path_then_pyenv_and_one_of_each_kind(tmp_path: Path) -> None:
    pyenv = tmp_path / "pyenv"
    first = put(tmp_path / "bin" / "python3.97", "3.97.1", "cp397-cp397-linux_x86_64")
    put(pyenv / "versions" / "3.97.2" / "bin" / "python3.97", "3.97.2", "cp397-cp397-linux_x86_64")
    free = put(
        pyenv / "versions" / "free" / "bin" / "python3", "3.98.0", "cp398-cp398t-linux_s390x"
    )
    put(pyenv / "shims" / "python3.96", "3.96.0", "cp396-cp396-linux_x86_64")
    put(tmp_path / "bin" / "python3.95-config", "3.95.0", "cp395-cp395-linux_x86_64")
    broken = tmp_path / "bin" / "python3.94"
    broken.write_text("#!/bin/sh\necho no json\n")
    broken.chmod(0o755)
    where = environ(tmp_path / "bin", pyenv / "shims", root=pyenv)
    found = {i.path: i for i in find_interpreters(where)}
    mine = [i for i in found.values() if i.path.startswith(str(tmp_path))]
    assert [i.path for i in mine] == [str(first), str(free)]
    assert found[str(free)].label == "CPython 3.98.0 free-threaded"
    assert sys.executable in found


def test_a_python_is_named_by_path_program_or_version(tmp_path: Path) -> None:
    usual = put(tmp_path / "bin" / "python3.97", "3.97.1", "cp397-cp397-linux_x86_64")
    free = put(tmp_path / "bin" / "python3.97t", "3.97.1", "cp397-cp397t-linux_x86_64")
    env = put(tmp_path / "env" / "bin" / "python", "3.97.1", "cp397-cp397-linux_x86_64")
    where = environ(tmp_path / "bin", root=tmp_path)
    for name, expected in {
        "3.97": usual,
        "3.97t": free,
        "python3.97t": free,
        str(usual): usual,
        str(tmp_path / "env"): env,
    }.items():
        [found] = named_interpreters([name], where)
        assert found.path == str(expected)
    for name in ("3.94", "python3.94", "3", str(tmp_path)):
        with pytest.raises(UsageError, match="there is no Python"):
            named_interpreters([name], where)


def test_a_named_python_that_cannot_be_asked_is_an_error(tmp_path: Path) -> None:
    where = environ(tmp_path, root=tmp_path)
    old = put(tmp_path / "python3.4", "3.4.0", "")
    old.write_text(old.read_text().replace('[""]', "[]"))
    with pytest.raises(UsageError, match="too old"):
        named_interpreters([str(old)], where)
    with pytest.raises(UsageError, match="does not answer"):
        named_interpreters(["/bin/true"], where)
