import pytest

from wheelcheck.binary.model import Format
from wheelcheck.platforms.stable_abi import StableAbi, load_stable_abi


@pytest.fixture(scope="module")
def abi() -> StableAbi:
    return load_stable_abi()


@pytest.mark.parametrize(
    ("name", "since"),
    [
        ("PyModule_Create2", (3, 2)),
        ("PyType_GetModule", (3, 10)),
        ("PyObject_GetBuffer", (3, 11)),
        ("PyExc_ValueError", (3, 2)),
        ("_Py_Dealloc", (3, 2)),
        ("PyModule_FromSlotsAndSpec", (3, 15)),
        # The manifest says 3.2; no CPython before 3.8 has it.
        ("PyThread_get_thread_native_id", (3, 8)),
        ("_PyLong_AsInt", None),
        ("PyRun_String", None),
        ("", None),
    ],
)
def test_since(abi: StableAbi, name: str, since: tuple[int, int] | None) -> None:
    assert abi.since(name) == since


def test_functions_and_data(abi: StableAbi) -> None:
    assert "PyExc_ValueError" in abi.data
    assert "PyModule_Create2" not in abi.data
    assert not abi.functions.keys() & abi.data.keys()
    assert len(abi.functions) > 800
    assert len(abi.data) > 140


@pytest.mark.parametrize(
    ("name", "formats"),
    [
        ("PyErr_SetFromWindowsErr", {Format.PE}),
        ("PyOS_CheckStack", {Format.PE}),
        ("PyOS_AfterFork_Child", {Format.ELF, Format.MACHO}),
        ("PyThread_get_thread_native_id", {Format.PE, Format.ELF, Format.MACHO}),
        ("_Py_RefTotal", set()),  # debug builds only
        ("PyModule_Create2", {Format.PE, Format.ELF, Format.MACHO}),
    ],
)
def test_some_names_are_not_on_every_system(
    abi: StableAbi, name: str, formats: set[Format]
) -> None:
    where = {f for f in (Format.PE, Format.ELF, Format.MACHO) if abi.since(name, f) is not None}
    assert where == formats


def test_what_interpreters_had_before(abi: StableAbi) -> None:
    assert abi.offered_by("PyObject_GetBuffer", (3, 7))
    assert abi.offered_by("PyObject_GetBuffer", (3, 2))  # older than anything looked into
    assert not abi.offered_by("PyType_GetModule", (3, 8))
    assert abi.offered_by("PyType_GetModule", (3, 9))
    assert abi.offered_by("PyType_GetModule", (3, 14))
    # There until 3.8, and again from 3.11 on.
    assert not abi.offered_by("PyStructSequence_UnnamedField", (3, 7))
    assert not abi.offered_by("PyFoo_Bar", (3, 14))


def test_abi3t(abi: StableAbi) -> None:
    assert abi.abi3t_since == (3, 15)
    assert "PyModuleDef_Init" in abi.unusable_in_abi3t
    assert all(abi.since(name) for name in abi.unusable_in_abi3t)
