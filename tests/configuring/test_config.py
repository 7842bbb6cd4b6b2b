"""Where settings are found, and what is wrong with them."""

import os
from pathlib import Path

import pytest

from wheelcheck import Config, ConfigError, Limits, Severity, load_config, read_config
from wheelcheck.configuring.config import find_config
from wheelcheck.rules.registry import Profile


def written(folder: Path, text: str, name: str = "wheelcheck.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def error_of(folder: Path, text: str, name: str = "wheelcheck.toml") -> str:
    path = written(folder, text, name)
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


class TestFinding:
    def test_no_file_at_all(self, tmp_path: Path) -> None:
        # Folders above the temporary one are not the test's.
        found = find_config(tmp_path)
        assert found is None or tmp_path not in found.parents

    def test_nearest_wins(self, tmp_path: Path) -> None:
        inner = tmp_path / "a" / "b"
        inner.mkdir(parents=True)
        outer = written(tmp_path, "[tool.wheelcheck]\n", "pyproject.toml")
        assert find_config(inner) == outer.resolve()
        nearer = written(tmp_path / "a", "")
        assert find_config(inner) == nearer.resolve()

    def test_a_project_without_settings_is_passed_by(self, tmp_path: Path) -> None:
        inner = tmp_path / "a"
        inner.mkdir()
        outer = written(tmp_path, 'ignore = ["WC8"]\n')
        written(inner, "[tool.other]\nx = 1\n", "pyproject.toml")
        assert find_config(inner) == outer.resolve()
        assert load_config(inner).ignore == ("WC8",)

    def test_own_file_before_the_project(self, tmp_path: Path) -> None:
        written(tmp_path, '[tool.wheelcheck]\nprofile = "private"\n', "pyproject.toml")
        own = written(tmp_path, "")
        config = load_config(tmp_path)
        assert config.source == str(own.resolve())
        assert config.profile is Profile.PYPI

    def test_a_folder_by_the_name_of_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "wheelcheck.toml").mkdir()
        (tmp_path / "pyproject.toml").mkdir()
        found = find_config(tmp_path)
        assert found is None or tmp_path not in found.parents

    def test_a_broken_project_above_is_named(self, tmp_path: Path) -> None:
        written(tmp_path, "not toml", "pyproject.toml")
        with pytest.raises(ConfigError, match=r"pyproject\.toml is no valid TOML"):
            load_config(tmp_path)


class TestReading:
    def test_all_keys(self, tmp_path: Path) -> None:
        text = """
            select = ["WC7", "WC2"]
            ignore = ["debug-data"]
            profile = "private"
            fail-on = "note"
            severity = { WC701 = "note" }
            per-wheel-ignores = { "*-win32.whl" = ["WC4"] }
            per-member-ignores = { "pkg/*" = ["WC8", "WC701"] }
            limits = { members = 5, member-size = 6 }
            [release.expected]
            pythons = ["cp313", "cp313t"]
            platforms = ["win32", "manylinux_x86_64"]
            per-platform = { win32 = ["cp312"], macosx_arm64 = ["pp311"] }
        """
        path = written(tmp_path, text)
        assert read_config(path) == Config(
            select=("WC7", "WC2"),
            ignore=("debug-data",),
            profile=Profile.PRIVATE,
            fail_on=Severity.NOTE,
            severity={"WC701": Severity.NOTE},
            per_wheel_ignores={"*-win32.whl": ("WC4",)},
            per_member_ignores={"pkg/*": ("WC8", "WC701")},
            limits=Limits(members=5, member_size=6),
            expected_grid={
                "win32": ("cp312",),
                "manylinux_x86_64": ("cp313", "cp313t"),
                "macosx_arm64": ("pp311",),
            },
            source=str(path),
        )

    def test_project_table(self, tmp_path: Path) -> None:
        text = '[tool.wheelcheck]\nignore = ["WC8"]\n[tool.wheelcheck.limits]\nratio = 9\n'
        config = read_config(written(tmp_path, text, "pyproject.toml"))
        assert (config.ignore, config.limits.ratio) == (("WC8",), 9)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("ignroe = []", "no key 'ignroe'; did you mean 'ignore'?"),
            ("per_wheel_ignores = {}", "did you mean 'per-wheel-ignores'?"),
            ("frobnicate = 1", "known are select, ignore"),
            ("limits = { member = 1 }", "limits: there is no key 'member'; did you mean"),
            ("limits = { faults-of-a-kind = 1 }", "no key 'faults-of-a-kind'"),
            ('select = "WC7"', "select must be a list of strings, not 'WC7'"),
            ("ignore = [1]", "ignore must be a list of strings, not a list"),
            ("severity = []", "severity must be a table, not a list"),
            ('severity = { WC701 = "off" }', 'severity.WC701 must be one of "note", "warning"'),
            ("per-wheel-ignores = true", "per-wheel-ignores must be a table, not true"),
            ('per-member-ignores = { "a" = "WC7" }', "per-member-ignores.a must be a list"),
            ('profile = "pip"', """profile must be one of "pypi", "private", not 'pip'"""),
            ("fail-on = {}", "fail-on must be one of"),
            ("limits = { members = 0 }", "limits.members must be a whole number above 0, not 0"),
            ("limits = { members = 1.5 }", "not 1.5"),
            ("sizes = { file = 0 }", "sizes.file must be a whole number above 0, not 0"),
            ("sizes = { files = 1 }", "sizes: there is no key 'files'; did you mean 'file'"),
            ("external-libraries = { x = 1 }", "external-libraries.x must be a string, not 1"),
            ("external-libraries = { 'a/b.so' = '' }", "'a/b.so' is no pattern for the file name"),
            ("external-libraries = { x = 'a b' }", "'a b' is no name of a distribution"),
            ("limits = { members = true }", "not true"),
            ('limits = { members = "many" }', "not 'many'"),
            ('select = ["WC999"]', "select: there is no rule 'WC999'"),
            ('ignore = ["missing-libary"]', "did you mean missing-library?"),
            ('severity = { nothing-like-it-at-all = "note" }', "severity: there is no rule"),
            ('per-wheel-ignores = { "*" = ["W7"] }', "per-wheel-ignores '*': there is no rule"),
            ('per-member-ignores = { "*" = [""] }', "per-member-ignores '*': there is no rule"),
            ("a = ", "no valid TOML"),
            ("release = 1", "release must be a table, not 1"),
            ("release = { expect = {} }", "release: there is no key 'expect'; did you mean"),
            ("release = { expected = { python = [] } }", "did you mean 'pythons'?"),
            (
                'release = { expected = { pythons = ["cp313"] } }',
                "needs both pythons and platforms",
            ),
            (
                'release = { expected = { per-platform = { win32 = ["3.13"] } } }',
                "'3.13' is no Python; write e.g. cp313",
            ),
            (
                'release = { expected = { per-platform = { manylinux_2_28_x86_64 = ["cp313"] } } }',
                "by machine and without a version; write 'manylinux_x86_64'",
            ),
            (
                'release = { expected = { per-platform = { macosx_universal2 = ["cp313"] } } }',
                "write 'macosx_x86_64' or 'macosx_arm64'",
            ),
        ],
    )
    def test_mistakes_are_named(self, tmp_path: Path, text: str, said: str) -> None:
        assert said in error_of(tmp_path, text)

    def test_mistakes_in_a_project_name_the_table(self, tmp_path: Path) -> None:
        text = "[tool.wheelcheck]\nselekt = []\n"
        assert "[tool.wheelcheck]: there is no key" in error_of(tmp_path, text, "pyproject.toml")
        text = "[tool]\nwheelcheck = 1\n"
        assert "must be a table" in error_of(tmp_path, text, "pyproject.toml")
        assert "no table" in error_of(tmp_path, "[project]\n", "pyproject.toml")
        assert "no table" in error_of(tmp_path, "tool = 1\n", "pyproject.toml")

    def test_what_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="cannot be read"):
            read_config(tmp_path / "absent.toml")
        with pytest.raises(ConfigError, match="cannot be read"):
            read_config(tmp_path)
        path = tmp_path / "wheelcheck.toml"
        path.write_bytes(b'\xff = "\xff"')
        with pytest.raises(ConfigError, match="no valid TOML"):
            read_config(path)
        path.write_text("a = " + "[" * 100_000, "utf-8")
        with pytest.raises(ConfigError, match="no valid TOML"):
            read_config(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a working folder")
def test_a_working_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert load_config() == Config()
