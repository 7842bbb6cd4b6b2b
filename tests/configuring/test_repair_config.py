"""Settings of repairs: what a file may say, what is wrong in it, and what wins over what."""

from pathlib import Path

import pytest

import wheelcheck
from tests.native import extension, library
from tests.repairing.kit import libs, wheel
from wheelcheck import Config, ConfigError, Engine, Layout, RepairSettings, read_config
from wheelcheck.cli import main
from wheelcheck.configuring.repair_config import KEYS
from wheelcheck.repair_options import parse_options


def written(folder: Path, text: str) -> Path:
    path = folder / "wheelcheck.toml"
    path.write_text(text, "utf-8")
    return path


def settings(folder: Path, text: str) -> RepairSettings:
    return read_config(written(folder, text)).repair


def test_all_keys(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        """
        [repair]
        add-paths = ["libs", "/opt/a:b"]
        exclude = ["a*"]
        provided-by = ["dist=folder/lib*.so"]
        level = 9
        strip = true
        no-mangle = ["plug*"]
        no-mangle-all = false
        include = ["x.dll"]
        lib-suffix = ".so"
        [repair.windows]
        engine = "delvewheel"
        layout = "libs"
        prefixes = ["../msys"]
        namespace-packages = ["a.b"]
        with-symbols = true
        with-import-libs = true
        [repair.linux]
        plat = "manylinux_2_28"
        only-plat = true
        clear-execstack = true
        sysroot = "root"
        [repair.macos]
        require-archs = ["x86_64", "arm64"]
        target-macos = "11.0"
        """,
    )
    here = tmp_path.resolve()
    assert found.everywhere == {
        "add_paths": (here / "libs", Path("/opt/a:b")),
        "exclude": ("a*",),
        "provided_by": ("dist=folder/lib*.so",),
        "level": 9,
        "strip": True,
        "no_mangle": ("plug*",),
        "no_mangle_all": False,
        "include": ("x.dll",),
        "lib_suffix": ".so",
    }
    assert found.windows == {
        "engine": Engine.DELVEWHEEL,
        "layout": Layout.LIBS,
        "prefixes": (here / "../msys",),
        "namespace_packages": ("a.b",),
        "with_symbols": True,
        "with_import_libs": True,
    }
    assert found.linux == {
        "plat": "manylinux_2_28",
        "only_plat": True,
        "clear_execstack": True,
        "sysroot": here / "root",
    }
    assert found.macos == {"require_archs": "x86_64,arm64", "target_macos": "11.0"}
    options = parse_options(found.keywords("windows", {}))
    assert options.add_paths == (here / "libs", Path("/opt/a:b"))
    tables = (found.everywhere, found.windows, found.linux, found.macos)
    assert {key for each in tables for key in each} == {key.replace("-", "_") for key in KEYS}


def test_every_keyword_has_a_key() -> None:
    keywords = wheelcheck.RepairKeywords.__annotations__
    assert {key.replace("-", "_") for key in KEYS} == keywords.keys()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("repair = 1", "repair must be a table, not 1"),
        ("[repair]\nstripp = true", "repair: there is no key 'stripp'; did you mean 'strip'?"),
        ("[repair]\nadd-path = []", "repair: there is no key 'add-path'; did you mean 'add-paths'"),
        ("[repair]\nlib-sdir = 'x'", "did you mean 'lib-suffix'?"),
        ("[repair.linux]\nzip-level = 1", "no key 'zip-level'; did you mean 'level'"),
        ("[repair.window]\nstrip = true", "did you mean 'windows'?"),
        ("[repair]\nqqqq = 1", "no key 'qqqq'; known are windows, linux, macos, add-paths"),
        ("[repair]\nwindows = 'x'", "repair.windows must be a table, not 'x'"),
        ("[repair.windows]\nplat = 'x'", "windows.plat means nothing there; it is for linux"),
        ("[repair.macos]\nstrip = true", "macos.strip means nothing there; it is for windows and"),
        ("[repair]\nadd-paths = 'x'", "repair.add-paths must be a list of strings, not 'x'"),
        ("[repair.linux]\nsysroot = ['x']", "repair.linux.sysroot must be a string, not a list"),
        ("[repair]\nstrip = 1", "repair.strip must be true or false, not 1"),
        ("[repair]\nlevel = 10", "repair.level: there is no compression level 10"),
        ("[repair]\nlevel = -1", "repair.level must be a whole number not below 0, not -1"),
        ("[repair]\nlayout = 'x'", 'repair.layout must be one of "auto", "beside", "libs"'),
        ("[repair]\nlib-suffix = ''", "repair.lib-suffix: '' cannot end the name"),
        ("[repair]\nexclude = ['a/b']", "repair.exclude: 'a/b' is no pattern for file names"),
        ("[repair]\ninclude = ['a*']", "repair.include: 'a*' is no file name of a library"),
        ("[repair]\nprovided-by = ['x']", "repair.provided-by: 'x' is not of the form DIST="),
        ("[repair.windows]\nnamespace-packages = ['1']", "namespace-packages: '1' is no name"),
        ("[repair.macos]\nrequire-archs = ['x']", "repair.macos.require-archs: there is no arch"),
        ("[repair.macos]\ntarget-macos = 'x'", "repair.macos.target-macos: 'x' is no version"),
    ],
)  # fmt: skip
def test_mistakes_name_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_a_sysroot_of_another_machine_does_not_stop_an_inspection(tmp_path: Path) -> None:
    found = settings(tmp_path, "[repair.linux]\nsysroot = 'absent'")
    with pytest.raises(wheelcheck.UsageError, match=r"sysroot .*absent is no folder"):
        parse_options(found.keywords("linux", {}))
    assert parse_options(found.keywords("macos", {})).sysroot is None


def test_lists_add_up_and_the_rest_is_replaced() -> None:
    given = RepairSettings(
        everywhere={"exclude": ["all"], "level": 1, "lib_suffix": ".all"},
        windows={"exclude": ["own"], "level": 2},
        linux={"exclude": ["other"]},
    )
    assert given.keywords("windows", {"exclude": ["call"]}) == {
        "exclude": ["call", "own", "all"],
        "level": 2,
        "lib_suffix": ".all",
    }
    assert given.keywords("windows", {"level": 3})["level"] == 3
    assert given.keywords(None, {}) == {"exclude": ["all"], "level": 1, "lib_suffix": ".all"}


@pytest.fixture
def needy(tmp_path: Path) -> Path:
    libs(tmp_path / "libs", liba=library("a"))
    files = {"pkg/__init__.py": b"", "pkg/_p.pyd": extension("_p", {"liba.dll": ["a"]})}
    return wheel(tmp_path / "dist", files)


def test_in_the_library_they_are_given(needy: Path, tmp_path: Path) -> None:
    config = Config(repair=settings(tmp_path, "[repair.windows]\nadd-paths = ['libs']"))
    plan = wheelcheck.plan_repair(needy, environ={}, config=config)
    assert [b.library for b in plan.bundles] == ["liba.dll"]
    done = wheelcheck.repair(needy, tmp_path / "out", environ={}, config=config, no_mangle_all=True)
    assert [b.member for b in done.plan.bundles] == ["pkg/liba.dll"]
    with pytest.raises(wheelcheck.RepairError):
        wheelcheck.repair(needy, tmp_path / "out2", environ={})


def test_limits_of_the_settings_hold(needy: Path, tmp_path: Path) -> None:
    config = read_config(written(tmp_path, "[limits]\nmembers = 2"))
    with pytest.raises(wheelcheck.UnreadableError, match="members"):
        wheelcheck.plan_repair(needy, config=config)


def test_on_the_command_line(
    needy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Paths start at the file, wherever the command is called; options come before it."""
    text = "[tool.wheelcheck.repair]\nadd-paths = ['libs']\nlayout = 'libs'\nno-mangle-all = true"
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path / "dist")
    call = ["repair", str(needy), "--dry-run"]
    assert main(call) == 0
    assert "demo.libs/liba.dll" in capsys.readouterr().out
    assert main([*call, "--layout", "beside"]) == 0
    assert "pkg/liba.dll" in capsys.readouterr().out
    assert main([*call, "--isolated"]) == 1
    assert "liba.dll" in capsys.readouterr().err
    other = written(tmp_path, "[repair]\nexclude = ['lib*']")
    assert main([*call, "--config", str(other)]) == 0
    assert "liba" not in capsys.readouterr().out.partition("exclude")[0]
    written(tmp_path, "[repair]\nexclud = []")
    assert main([*call, "--config", str(other)]) == 2
    assert "did you mean 'exclude'?" in capsys.readouterr().err
