"""WC831 to WC836: what a wheel puts at the top of site-packages."""

import keyword
from collections.abc import Iterator, Sequence

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.contents.places import named
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.wheel import WheelFile

__all__ = ["COMMON", "EMPTY", "MANY", "NOT_IMPORTABLE", "ROOT_INIT", "STRAY"]

_COMMON = {
    "app",
    "benchmark",
    "benchmarks",
    "build",
    "cli",
    "conftest",
    "data",
    "dist",
    "doc",
    "docs",
    "example",
    "examples",
    "lib",
    "noxfile",
    "samples",
    "scripts",
    "setup",
    "src",
    "test",
    "testing",
    "tests",
    "tools",
    "utils",
    "venv",
}
_TESTS = {"test", "tests"}
_MODULE_SUFFIXES = (".py", ".pyi", ".pyx", ".pxd")
_FOR_SITE = (".pth", ".start")
_OF_ANOTHER_RULE = (".pyc", ".pyo")
_FOLDER_SUFFIXES = (".libs", "-stubs", ".dylibs")
_MOST_PUBLIC = 3


def _check_common(subject: Subject) -> Iterator[Hit]:
    own = _own_name(subject)
    for top, files in subject.top_level.items():
        # A folder of data collides as well as one of modules.
        name = _module_name(top, files) if _is_file(top, files) else top
        if name is not None and name.lower() in _COMMON and name.lower() != own:
            yield Hit(
                f"{top}{'' if _is_file(top, files) else '/'} is installed at the top of "
                f"site-packages, where every distribution may have a {name!r}",
                files[0].member.name,
                evidence={"files": tuple(file.member.name for file in files[:20])},
                # So many distributions ship these two by mistake that they do meet.
                severity=None if name.lower() in _TESTS else Severity.WARNING,
            )


def _check_root_init(subject: Subject) -> Iterator[Hit]:
    for file in subject.installed:
        if file.install == "__init__.py":
            yield Hit(
                f"{file.member.name} is installed into site-packages itself, not into a package",
                file.member.name,
            )


def _check_stray(subject: Subject) -> Iterator[Hit]:
    natives = {native.name for native in subject.wheel.natives}
    for top, files in subject.top_level.items():
        file = files[0]
        expected = (*_MODULE_SUFFIXES, *_FOR_SITE, *_OF_ANOTHER_RULE)
        if not _is_file(top, files):
            if not _belongs(subject, top, files):
                yield Hit(
                    f"{top}/ is installed into site-packages itself, and holds neither modules nor "
                    "native code",
                    file.member.name,
                    evidence={"files": tuple(f.member.name for f in files[:20])},
                )
            continue
        if top.lower().endswith(expected):
            continue
        if file.member.name not in natives and not top.startswith("."):
            yield Hit(
                f"{file.member.name} is installed into site-packages itself, and is no module",
                file.member.name,
            )


def _check_importable(subject: Subject) -> Iterator[Hit]:
    for top, files in subject.top_level.items():
        name = _module_name(top, files)
        if name is None or top.endswith(_FOLDER_SUFFIXES) or top.startswith("."):
            continue
        if name.isidentifier() and not keyword.iskeyword(name):
            continue
        why = "a keyword of Python" if keyword.iskeyword(name) else "no name in Python"
        yield Hit(
            f"{top}{'' if _is_file(top, files) else '/'} cannot be imported: {name!r} is {why}",
            files[0].member.name,
        )


def _check_empty(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    inside = tuple(f"{folder}/" for folder in wheel.dist_infos)
    if wheel.dist_info is None or any(not f.install.startswith(inside) for f in wheel.files):
        return
    metadata = subject.metadata
    meta = metadata is not None and bool(metadata.requires_dist.valid)
    does = "only requires others" if meta else "requires nothing, either"
    yield Hit(
        f"the wheel installs nothing; it {does}",
        severity=Severity.NOTE if meta else Severity.WARNING,
    )


def _check_many(subject: Subject) -> Iterator[Hit]:
    public = {
        name: files[0].member.name
        for top, files in subject.top_level.items()
        if (name := _module_name(top, files)) is not None
        and not name.startswith("_")
        and not top.endswith(_FOLDER_SUFFIXES)
    }
    if len(public) > _MOST_PUBLIC:
        yield Hit(
            f"the wheel brings {len(public)} top-level modules: {named(list(public))}",
            next(iter(public.values())),
            evidence={"names": tuple(public)},
        )


def _is_file(top: str, files: Sequence[WheelFile]) -> bool:
    return files[0].install == top


def _module_name(top: str, files: Sequence[WheelFile]) -> str | None:
    """Return the name by which ``import`` would ask for it; None if it holds no Python source."""
    if _is_file(top, files):
        return top.removesuffix(".py") if top.endswith(".py") else None
    return top if any(file.install.endswith(_MODULE_SUFFIXES) for file in files) else None


def _belongs(subject: Subject, top: str, files: Sequence[WheelFile]) -> bool:
    """Tell whether a folder is a package, or of another rule's business."""
    natives = {native.name for native in subject.wheel.natives}
    modules = (*_MODULE_SUFFIXES, *_OF_ANOTHER_RULE)
    return (
        top.startswith((".", "__MACOSX"))
        or top.endswith(_FOLDER_SUFFIXES)
        or top.lower() in _COMMON
        or top.lower() == _own_name(subject)
        or any(f.install.lower().endswith(modules) or f.member.name in natives for f in files)
    )


def _own_name(subject: Subject) -> str:
    name = subject.wheel.name
    return "" if name is None else name.distribution.lower().replace("-", "_")


COMMON = Rule(
    code="WC831",
    name="common-top-level-name",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.OTHERS,
    summary="A package such as tests, docs or src is installed at the top of site-packages.",
    why=(
        "All distributions share that folder. Two that bring `tests` overwrite each other's files "
        "without a word, `import tests` finds the wrong one, also in users' own projects, and "
        "uninstalling one breaks the other. It is an error for `tests` and `test`, a warning for "
        "the others."
    ),
    example="pkg-1.0-py3-none-any.whl installs pkg/ and tests/.",
    fix=(
        'Name the packages: `[tool.setuptools.packages.find] include = ["pkg*"]`, '
        "`[tool.hatch.build.targets.wheel] packages`; or move them into the package."
    ),
    since="0.1.0",
    check=_check_common,
    references=("setuptools: Package Discovery", "check-wheel-contents: W005"),
)

ROOT_INIT = Rule(
    code="WC832",
    name="root-init",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.OTHERS,
    summary="An __init__.py at the top of site-packages.",
    why=(
        "It makes site-packages itself look like a package: pytest and other tools take the "
        "folders above for package names, and every distribution with the same fault overwrites "
        "it. It never runs as anybody meant it to."
    ),
    example="`package_dir` points into the package, so its files land at the top.",
    fix="Point the build to the folder above the package.",
    since="0.1.0",
    check=_check_root_init,
    references=("check-wheel-contents: W006 (__init__.py at top level)",),
)

STRAY = Rule(
    code="WC833",
    name="stray-root-file",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.OTHERS,
    summary="A file that is no module, or a folder of data, lies at the top of site-packages.",
    why=(
        "All distributions share that folder: README.md or LICENSE of the next one replaces it, "
        "and uninstalling one takes away the file of the other."
    ),
    example="README.md and pyproject.toml beside the package.",
    fix=(
        "Put data into the package, licences into dist-info (`license-files`), and leave the "
        "rest out."
    ),
    since="0.1.0",
    check=_check_stray,
    references=("check-wheel-contents: W003, W010",),
)

NOT_IMPORTABLE = Rule(
    code="WC834",
    name="not-importable-name",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.UNTIDY,
    summary="A top-level package or module has a name that no import statement can spell.",
    why="`import my-pkg` is a syntax error: nobody can use what was installed under that name.",
    example="my-pkg/__init__.py, or class.py.",
    fix="Rename the folder, with `_` for `-`; the distribution may keep its name.",
    since="0.1.0",
    check=_check_importable,
)

EMPTY = Rule(
    code="WC835",
    name="nothing-installed",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="The wheel holds nothing but its dist-info folder.",
    why=(
        "The build found no package, for example because the folder is not named as the project "
        "or lies in src/. A wheel that only requires others is meant to be so (a note)."
    ),
    example="A project `my-pkg` with the folder `lib/mypkg`, built without any configuration.",
    fix="Tell the build backend where the packages are, and look into the wheel again.",
    since="0.1.0",
    check=_check_empty,
    references=("check-wheel-contents: W007, W008",),
)

MANY = Rule(
    code="WC836",
    name="many-top-level-names",
    family=Family.CONTENTS,
    severity=Severity.NOTE,
    confidence=Confidence.MEDIUM,
    effect=Effect.OTHERS,
    summary=f"The wheel brings more than {_MOST_PUBLIC} public top-level modules.",
    why=(
        "Each name at the top of site-packages can collide with one of another distribution, and "
        "often the build took more folders than it should. Names with a leading underscore and "
        "folders of bundled libraries do not count."
    ),
    example="pkg, helpers, notebooks, migrations and scratch in one wheel.",
    fix="Move them into one package, or name the packages that are meant.",
    since="0.1.0",
    check=_check_many,
    references=("check-wheel-contents: W009",),
)
