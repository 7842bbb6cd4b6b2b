"""WC820, WC821, WC824: files of editors, systems, builds and repositories."""

from collections.abc import Iterator

from wheelcheck.expressions import expression
from wheelcheck.findings import Confidence, Severity
from wheelcheck.installation import install_path
from wheelcheck.quantities import plural, size_text
from wheelcheck.rules.contents.places import in_folders
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.wheel import WheelFile

__all__ = ["BUILD_LEFTOVER", "LITTER", "REPOSITORY_FILE"]

_LITTER = {
    ".ds_store": "macOS keeps the look of a folder in it",
    "thumbs.db": "Windows keeps previews in it",
    "ehthumbs.db": "Windows keeps previews in it",
    "desktop.ini": "Windows keeps the look of a folder in it",
    ".directory": "KDE keeps the look of a folder in it",
    ".coverage": "coverage.py wrote it",
    "pip-log.txt": "pip wrote it",
    "nohup.out": "nohup wrote it",
}
_LITTER_FORMS = (
    (expression(r"\._.+"), "macOS keeps attributes of another file in it"),
    (expression(r".+~"), "an editor's backup"),
    (expression(r"#.+#|\.#.+"), "Emacs keeps unsaved changes or a lock in it"),
    (expression(r"\..+\.sw[a-p]"), "Vim keeps unsaved changes in it"),
    (expression(r".+\.(?:orig|rej)"), "a merge or patch left it"),
    (expression(r".+\.py\.(?:bak|old|save)"), "a copy of a source"),
)
_LITTER_FOLDERS = {
    "__macosx": "macOS's archiver wrote it",
    ".pytest_cache": "a cache of pytest",
    ".mypy_cache": "a cache of mypy",
    ".ruff_cache": "a cache of ruff",
    ".hypothesis": "a cache of hypothesis",
    ".ipynb_checkpoints": "Jupyter's copies of notebooks",
    ".tox": "tox's environments",
    ".nox": "nox's environments",
    ".venv": "a virtual environment",
    ".eggs": "what setuptools fetched for a build",
    ".idea": "an editor's settings",
    ".vscode": "an editor's settings",
    ".vs": "an editor's settings",
}
_CORE = expression(r"(?:core(?:\.\d+)?|.+\.core|.+\.stackdump|.+\.dmp)\Z")
# So all that any of these forms fits begins or ends.
_BEGINS = (".", "#", "core")
_ENDS = ("~", ".orig", ".rej", ".bak", ".old", ".save", ".core", ".stackdump", ".dmp")

_BUILD_SUFFIXES = (".o", ".obj", ".lo", ".la", ".exp", ".ilk", ".gch", ".pch", ".gcda", ".gcno")
_BUILD_NAMES = {
    "cmakecache.txt",
    "cmake_install.cmake",
    ".ninja_deps",
    ".ninja_log",
    "compile_commands.json",
    "config.status",
    ".cargo-lock",
}
_BUILD_FOLDERS = {"cmakefiles", "meson-private", "meson-logs", "meson-info", ".deps", ".libtool"}

_REPOSITORY_FILES = {
    ".gitignore",
    ".gitattributes",
    ".gitmodules",
    ".git-blame-ignore-revs",
    ".hgignore",
    ".hgtags",
    ".hgsub",
    ".bzrignore",
    ".mailmap",
}
_CI_FILES = {
    ".travis.yml",
    ".appveyor.yml",
    "appveyor.yml",
    "azure-pipelines.yml",
    ".gitlab-ci.yml",
    ".cirrus.yml",
    ".drone.yml",
    "jenkinsfile",
    "bitbucket-pipelines.yml",
    ".readthedocs.yml",
    ".readthedocs.yaml",
    ".pre-commit-config.yaml",
    ".codecov.yml",
    "codecov.yml",
    ".coveragerc",
    ".editorconfig",
    "tox.ini",
    "noxfile.py",
}
_CI_FOLDERS = {".github", ".gitlab", ".circleci", ".azure-pipelines"}


def _check_litter(subject: Subject) -> Iterator[Hit]:
    folders = in_folders(subject, _LITTER_FOLDERS)
    for folder, files in folders.items():
        what = _LITTER_FOLDERS[folder.rpartition("/")[2].lower()]
        yield _folder_hit(folder, files, what, Severity.NOTE)
    natives = {native.name for native in subject.wheel.natives}
    for name, leaf in _others(subject, folders):
        if not (leaf in _LITTER or leaf.startswith(_BEGINS) or leaf.endswith(_ENDS)):
            continue
        origin = _LITTER.get(leaf) or next(
            (text for form, text in _LITTER_FORMS if form.fullmatch(leaf)), None
        )
        if origin is not None:
            yield Hit(f"{name} is litter: {origin}", name, severity=Severity.NOTE)
        elif _CORE.match(leaf) and (name in natives or "." in leaf):
            yield Hit(
                f"{name} looks like the memory dump of a crashed process, with all that it had "
                "in memory",
                name,
                confidence=Confidence.MEDIUM,
            )


def _check_build(subject: Subject) -> Iterator[Hit]:
    folders = in_folders(subject, _BUILD_FOLDERS)
    for folder, files in folders.items():
        yield _folder_hit(folder, files, "it is the work of a build", Severity.NOTE)
    for name, leaf in _others(subject, folders):
        if leaf in _BUILD_NAMES or leaf.endswith(_BUILD_SUFFIXES):
            yield Hit(
                f"{name} is left over from a build; nothing loads it", name, severity=Severity.NOTE
            )
    yield from _egg_infos(subject)
    for name, traces in subject.wheel.traces.items():
        if traces.generated:
            yield Hit(
                f"{name} was written by Cython for a compiler; nothing loads it",
                name,
                severity=Severity.NOTE,
            )


def _egg_infos(subject: Subject) -> Iterator[Hit]:
    """Tell of metadata that Python finds beside those of the wheel."""
    told: set[str] = set()
    for file in subject.wheel.files:
        top, slash, _ = file.install.partition("/")
        if slash and top.lower().endswith(".egg-info") and top not in told:
            told.add(top)
            yield Hit(
                f"{top}/ says of a project what another build wrote down; Python finds it beside "
                f"{subject.wheel.dist_info}",
                file.member.name,
                severity=Severity.WARNING,
            )


def _check_repository(subject: Subject) -> Iterator[Hit]:
    folders = in_folders(subject, _CI_FOLDERS)
    for folder, files in folders.items():
        yield _folder_hit(folder, files, "it is for a service that builds", _weight(folder))
    for name, leaf in _others(subject, folders):
        if leaf in _REPOSITORY_FILES:
            yield Hit(
                f"{name} is for a repository; no installed package needs it",
                name,
                severity=Severity.NOTE,
            )
        elif leaf in _CI_FILES:
            yield Hit(
                f"{name} is for developing; no installed package needs it",
                name,
                severity=_weight(install_path(name, subject.wheel.data_folder)),
            )


def _others(subject: Subject, folders: dict[str, list[WheelFile]]) -> Iterator[tuple[str, str]]:
    """Yield all other members, each with the last part of its name in lower case."""
    told = {file.member.name for files in folders.values() for file in files}
    return ((f.member.name, leaf) for leaf, f in subject.leaves if f.member.name not in told)


def _weight(path: str) -> Severity:
    """At the top of site-packages a file or folder is shared by all that is installed there."""
    return Severity.NOTE if "/" in path else Severity.WARNING


def _folder_hit(folder: str, files: list[WheelFile], what: str, severity: Severity) -> Hit:
    return Hit(
        f"{folder}/ is of no use to users: {what} "
        f"({plural(len(files), 'file')}, {size_text(sum(file.size for file in files))})",
        files[0].member.name,
        evidence={"folder": (folder,), "files": tuple(file.member.name for file in files[:20])},
        severity=severity,
    )


LITTER = Rule(
    code="WC820",
    name="litter",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="Files that an operating system, an editor or a test run left behind.",
    why=(
        "Nobody needs them, everybody downloads them, and an editor's backup may hold what was "
        "taken out of the source on purpose. A memory dump may hold passwords (a warning)."
    ),
    example="pkg/.DS_Store, pkg/core.py~, __MACOSX/pkg/._core.py.",
    fix=(
        "Delete them before the build, and exclude them where the build takes its files from "
        "(`exclude-package-data`, `tool.hatch.build.exclude`, MANIFEST.in)."
    ),
    since="0.1.0",
    check=_check_litter,
)

BUILD_LEFTOVER = Rule(
    code="WC821",
    name="build-leftover",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="Object files, the work folders of a build, C sources that Cython wrote.",
    why=(
        "No loader, linker or compiler of a user asks for them; they make the download larger (a "
        "note). An .egg-info folder of an earlier build at the top of site-packages is worse (a "
        "warning): importlib.metadata and installers may read its version and requirements "
        "instead of those of the wheel."
    ),
    example="pkg/CMakeFiles/, pkg/_core.obj, pkg.egg-info/PKG-INFO.",
    fix="Build in a folder outside the package, or list what the wheel shall hold.",
    since="0.1.0",
    check=_check_build,
)

REPOSITORY_FILE = Rule(
    code="WC824",
    name="repository-file",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="Files for version control, a CI service or developers' tools.",
    why=(
        "They are of no use once installed. At the top of site-packages (a warning) they are "
        "shared with all other distributions: the last one installed wins, and uninstalling any "
        "of them takes the file away."
    ),
    example=".github/workflows/ci.yml and tox.ini, installed into site-packages.",
    fix="List the packages that the wheel shall hold instead of taking the whole folder.",
    since="0.1.0",
    check=_check_repository,
)
