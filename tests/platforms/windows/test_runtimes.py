import pytest

from wheelcheck.platforms.windows.runtimes import crt_family, is_debug_runtime, is_msvc_runtime


@pytest.mark.parametrize(
    "name",
    [
        "msvcp140.dll", "MSVCP140_1.dll", "msvcp140_2.dll", "msvcp140_atomic_wait.dll",
        "msvcp140_codecvt_ids.dll", "vcruntime140.dll", "VCRUNTIME140_1.dll",
        "vcruntime140_threads.dll", "vcomp140.dll", "concrt140.dll", "vccorlib140.dll",
        "mfc140.dll", "mfc140u.dll", "mfcm140u.dll", "mfc140deu.dll", "vcamp140.dll",
        "msvcr120.dll", "msvcp120.dll", "msvcr110.dll", "msvcr100.dll", "msvcr90.dll",
        "msvcr71.dll", "atl90.dll",
    ],
)  # fmt: skip
def test_what_a_redistributable_brings(name: str) -> None:
    assert is_msvc_runtime(name)
    assert not is_debug_runtime(name)


@pytest.mark.parametrize(
    "name",
    [
        "msvcrt.dll", "msvcp60.dll", "msvcirt.dll", "msvcp_win.dll", "msvcp110_win.dll",
        "mfc42.dll", "mfc42u.dll", "atl.dll", "ucrtbase.dll", "ucrtbase_enclave.dll",
        "msvcp140_clr0400.dll", "vcruntime140_clr0400.dll", "vcruntime140_1_clr0400.dll",
        "msvcr120_clr0400.dll", "libgcc_s_seh-1.dll", "libvcruntime140.dll", "msvcp140.dll.bak",
        "kernel32.dll",
    ],
)  # fmt: skip
def test_near_names_are_not_of_a_redistributable(name: str) -> None:
    assert not is_msvc_runtime(name)
    assert not is_debug_runtime(name)


@pytest.mark.parametrize(
    "name",
    [
        "msvcp140d.dll", "msvcp140_1d.dll", "msvcp140d_atomic_wait.dll", "vcruntime140d.dll",
        "VCRUNTIME140_1D.dll", "concrt140d.dll", "vccorlib140d.dll", "vcomp140d.dll",
        "mfc140d.dll", "mfc140ud.dll", "mfcm140ud.dll", "ucrtbased.dll", "msvcr120d.dll",
        "msvcrtd.dll", "python312_d.dll", "python3_d.dll",
    ],
)  # fmt: skip
def test_debug_runtimes_are_only_on_machines_of_developers(name: str) -> None:
    assert is_debug_runtime(name)
    assert not is_msvc_runtime(name)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("api-ms-win-crt-heap-l1-1-0.dll", "ucrt"),
        ("API-MS-WIN-CRT-STDIO-L1-1-0.DLL", "ucrt"),
        ("ucrtbase.dll", "ucrt"),
        ("ucrtbased.dll", "ucrtd"),
        ("msvcrt.dll", "msvcrt"),
        ("MSVCR120.dll", "msvcr120"),
        ("msvcr100.dll", "msvcr100"),
        ("msvcr90d.dll", "msvcr90d"),
        ("crtdll.dll", "crtdll"),
        ("vcruntime140.dll", None),
        ("msvcp140.dll", None),
        ("api-ms-win-core-file-l1-1-0.dll", None),
        ("kernel32.dll", None),
    ],
)
def test_families_of_c_runtimes(name: str, family: str | None) -> None:
    assert crt_family(name) == family
