# ruff: noqa: INP001  (a script, no package)
"""Write src/wheelcheck/platforms/data/stable-abi.json anew.

Run it in an environment that has abi3info, which publishes CPython's own list:
``python docs/data/regenerate_stable_abi.py [PYTHON ...]``. Interpreters for Linux
may be given, from the oldest that can be had to the newest; they show which
functions could be called before they became part of the stable ABI. Without any,
what the file says of that is kept.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "src/wheelcheck/platforms/data/stable-abi.json"

# Where what a feature macro of the list guards is there, in release builds. Source: the macros'
# descriptions in the list; pyconfig.h of Windows and configure.ac; the exports of python3.dll.
_FORMATS = {
    "MS_WINDOWS": ("PE",),
    "USE_STACKCHECK": ("PE",),
    "HAVE_FORK": ("ELF", "Mach-O"),
    "PY_HAVE_THREAD_NATIVE_ID": ("PE", "ELF", "Mach-O"),
    "Py_REF_DEBUG": (),
}

# The list says 3.2, but the documentation "New in version 3.8", and no older CPython has it.
_CORRECTED = {"PyThread_get_thread_native_id": "3.8"}

_ABI3T = {
    "source": (
        "PEP 803: abi3t begins with Python 3.15 and has all names of the stable ABI, but PyObject"
        " and PyModuleDef are opaque there, so that no extension can make valid input for these"
        " functions; modules export PyModExport_ (PEP 793) instead"
    ),
    "since": "3.15",
    "unusable": ["PyModuleDef_Init", "PyModule_Create2", "PyModule_FromDefAndSpec2"],
}

Version = tuple[int, int]


def build(earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of the data file; ``earlier`` is what interpreters showed."""
    abi3info = importlib.import_module("abi3info")
    release = version("abi3info")
    functions, data = _added(abi3info.FUNCTIONS), _added(abi3info.DATAS)
    guarded: dict[str, list[str]] = {}
    for item in (*abi3info.FUNCTIONS.values(), *abi3info.DATAS.values()):
        if item.ifdef is not None:
            guarded.setdefault(item.ifdef.name, []).append(item.symbol.name)
    return {
        "source": (
            f"CPython, Misc/stable_abi.toml, as published by abi3info {release} (MIT, William"
            " Woodruff): names and the versions that they were added in. Corrected here:"
            f" {', '.join(sorted(_CORRECTED))}"
        ),
        "date": "-".join(f"{int(part):02}" for part in release.split(".")[:3]),
        "functions": functions,
        "data": data,
        "features": {
            macro: {"formats": list(_FORMATS[macro]), "names": sorted(names)}
            for macro, names in guarded.items()
        },
        "earlier": dict(earlier),
        "abi3t": _ABI3T,
    }


def _added(items: Mapping[Any, Any]) -> dict[str, str]:
    found = {item.symbol.name: str(item.added) for item in items.values()}
    return {name: _CORRECTED.get(name, added) for name, added in found.items()}


def look_into(interpreters: Iterable[Path], added: Mapping[str, str]) -> dict[str, Any]:
    """Return which names interpreters offered before these became part of the stable ABI."""
    seen = {}
    for interpreter in interpreters:
        release, names = _exports(interpreter)
        seen[tuple(map(int, release.split(".")[:2]))] = (release, names)
    first: dict[str, str] = {}
    for name, text in sorted(added.items()):
        since = tuple(map(int, text.split(".")))
        for minor in sorted((m for m in seen if m < since), reverse=True):
            if name not in seen[minor][1]:
                break
            first[name] = ".".join(map(str, minor))
    releases = [seen[minor][0] for minor in sorted(seen)]
    return {
        "source": (
            "dynamic symbols of CPython built from source for Linux: from this version on each had"
            f" the name, up to the one that it was added in; looked at {', '.join(releases)}"
        ),
        "oldest": ".".join(map(str, min(seen))),
        "names": first,
    }


def _exports(interpreter: Path) -> tuple[str, frozenset[str]]:
    from wheelcheck.binary.elf import read_elf

    code = (
        "import platform, sysconfig; v = sysconfig.get_config_vars();"
        "print(platform.python_version(), v['LIBDIR'], v['INSTSONAME'], sep='\\n')"
    )
    told = subprocess.run(  # noqa: S603 - an interpreter that the caller names
        [interpreter, "-c", code], check=True, capture_output=True, text=True
    )
    release, folder, library = told.stdout.splitlines()
    shared = Path(folder, library)
    files = [interpreter.resolve(), *([shared.resolve()] if ".so" in library else [])]
    names: set[str] = set()
    for file in files:
        names |= read_elf(file.read_bytes()).slices[0].exports.names
    return release, frozenset(names)


def render(data: Mapping[str, Any]) -> str:
    """Return it as JSON with one name per line, so that a change shows as one."""
    return json.dumps(data, indent=0, sort_keys=True) + "\n"


def main(interpreters: list[str]) -> None:
    """Write the file."""
    if interpreters:
        plain = build({})
        earlier = look_into(map(Path, interpreters), {**plain["functions"], **plain["data"]})
    else:
        earlier = json.loads(TARGET.read_text("utf-8"))["earlier"]
    TARGET.write_text(render(build(earlier)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
