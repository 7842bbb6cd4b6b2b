"""What a user may ask of a repair, checked once and independent of the command line."""

import os
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from wheelcheck.errors import UsageError
from wheelcheck.records import record
from wheelcheck.repair_settings import Engine, Layout, RepairKeywords

__all__ = [
    "Provider",
    "RepairOptions",
    "matches",
    "parse_options",
    "parse_provider",
    "split_paths",
]

_NO_FILE_NAME = re.compile(r'[\x00-\x1f"*/:<>?\\|]')
_NO_PATTERN = re.compile(r'[\x00-\x1f"/:<>\\|]')
_NO_SUFFIX_END = (".dist-info", ".data", " ", ".")
_MOST_LEVEL = 9
_VERSION = re.compile(r"(\d{1,3})(?:[._](\d{1,3}))?", re.ASCII)
_ARCHS = {
    "x86_64": ("x86_64",),
    "arm64": ("arm64",),
    "universal2": ("x86_64", "arm64"),
    "i386": ("i386",),
    "intel": ("i386", "x86_64"),
}
_SEPARATORS = re.compile("[;:]")
_PROVIDER = re.compile(
    r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*=\s*"
    r"(?:(?P<folder>[^=]*)/)?(?P<pattern>[^/=]*[^/=\s])\s*"
)


@record
class Provider:
    """Another distribution that brings libraries, which this wheel requires."""

    distribution: str
    folder: str | None
    """Where it installs them, relative to site-packages; None if the user did not say."""
    pattern: str
    """Their file names, in lower case."""

    def __str__(self) -> str:
        """Return it as the user wrote it."""
        place = f"{self.folder}/" if self.folder else ""
        return f"{self.distribution}={place}{self.pattern}"


@record(kw_only=True)
class RepairOptions:
    """How a repair is made; names and patterns are in lower case."""

    engine: Engine = Engine.WHEELCHECK
    layout: Layout = Layout.AUTO
    lib_suffix: str = ".libs"
    """What follows the distribution's name in the name of the folder."""
    add_paths: tuple[Path, ...] = ()
    prefixes: tuple[Path, ...] = ()
    include: tuple[str, ...] = ()
    """File names of libraries, as the user spelled them."""
    exclude: tuple[str, ...] = ()
    exclude_as_spelled: tuple[str, ...] = ()
    """For engines that heed case."""
    no_mangle: tuple[str, ...] = ()
    no_mangle_all: bool = False
    namespace_packages: tuple[str, ...] = ()
    """Dotted names, exact in case."""
    with_symbols: bool = False
    with_import_libs: bool = False
    strip: bool = False
    provided_by: tuple[Provider, ...] = ()
    sysroot: Path | None = None
    require_archs: tuple[str, ...] = ()
    """Names of slices, such as ``arm64``."""
    target_macos: tuple[int, int] | None = None
    plat: str | None = None
    only_plat: bool = False
    clear_execstack: bool = False
    level: int = 6

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            UsageError: a value is no name, or two contradict each other.
        """
        if not self.lib_suffix or (
            _NO_FILE_NAME.search(self.lib_suffix) or self.lib_suffix.endswith(_NO_SUFFIX_END)
        ):
            raise UsageError(f"{self.lib_suffix!r} cannot end the name of a folder of libraries")
        for name in self.include:
            if _NO_FILE_NAME.search(name):
                raise UsageError(f"{name!r} is no file name of a library")
            if matches(name, self.exclude):
                raise UsageError(f"{name} is both included and excluded")
        for pattern in (*self.exclude, *self.no_mangle):
            if _NO_PATTERN.search(pattern):
                raise UsageError(f"{pattern!r} is no pattern for file names")
        self._check_result()
        for package in self.namespace_packages:
            if not all(part.isidentifier() for part in package.split(".")):
                raise UsageError(f"{package!r} is no name of a package")

    def _check_result(self) -> None:
        if self.only_plat and self.plat in {None, "auto"}:
            raise UsageError("--only-plat needs --plat")
        if not 0 <= self.level <= _MOST_LEVEL:
            raise UsageError(f"there is no compression level {self.level}; there are 0 to 9")

    def keeps_name(self, filename: str) -> bool:
        """Tell whether a library is bundled under its own name."""
        included = (name.lower() for name in self.include)
        return (
            self.no_mangle_all or filename.lower() in included or matches(filename, self.no_mangle)
        )


def parse_options(keywords: RepairKeywords) -> RepairOptions:
    """Return the options that keywords ask for.

    Raises:
        TypeError: there is no such keyword.
        UsageError: a value is wrong.
    """
    unknown = keywords.keys() - RepairKeywords.__annotations__.keys()
    if unknown:
        raise TypeError(f"a repair has no option {min(unknown)!r}")
    layout = keywords.get("layout", Layout.AUTO)
    if layout not in tuple(Layout):
        raise UsageError(f"there is no layout {layout!r}; there are: {', '.join(Layout)}")
    engine = keywords.get("engine", Engine.WHEELCHECK)
    if engine not in tuple(Engine):
        raise UsageError(f"there is no engine {engine!r}; there are: {', '.join(Engine)}")
    exclude = _split_names(keywords.get("exclude", ()))
    return RepairOptions(
        engine=Engine(engine),
        layout=Layout(layout),
        lib_suffix=keywords.get("lib_suffix", ".libs"),
        add_paths=split_paths(keywords.get("add_paths", ())),
        prefixes=split_paths(keywords.get("prefixes", ())),
        include=_split_names(keywords.get("include", ())),
        exclude=tuple(name.lower() for name in exclude),
        exclude_as_spelled=exclude,
        no_mangle=tuple(name.lower() for name in _split_names(keywords.get("no_mangle", ()))),
        no_mangle_all=keywords.get("no_mangle_all", False),
        namespace_packages=_split_names(keywords.get("namespace_packages", ())),
        with_symbols=keywords.get("with_symbols", False),
        with_import_libs=keywords.get("with_import_libs", False),
        strip=keywords.get("strip", False),
        provided_by=tuple(map(parse_provider, keywords.get("provided_by", ()))),
        sysroot=_sysroot(keywords.get("sysroot")),
        require_archs=_archs(keywords.get("require_archs", "")),
        target_macos=_version(keywords.get("target_macos", "")),
        plat=keywords.get("plat"),
        only_plat=keywords.get("only_plat", False),
        clear_execstack=keywords.get("clear_execstack", False),
        level=keywords.get("level", 6),
    )


def _sysroot(value: str | Path | None) -> Path | None:
    if value is None or not str(value):
        return None
    if not Path(value).is_dir():
        raise UsageError(f"the sysroot {value} is no folder")
    return Path(value)


def _archs(text: str) -> tuple[str, ...]:
    """Read machines as delocate's users write them, one or several joined by commas."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in _ARCHS:
            raise UsageError(f"there is no architecture {name!r}; there are: {', '.join(_ARCHS)}")
    return tuple(dict.fromkeys(arch for name in names for arch in _ARCHS[name]))


def _version(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is no version of macOS, such as 11.0")
    return int(match[1]), int(match[2] or 0)


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name matches a pattern in lower case (``*``, ``?``, ``[...]``)."""
    return any(fnmatchcase(name.lower(), pattern) for pattern in patterns)


def _split_names(values: Iterable[str]) -> tuple[str, ...]:
    """Split values that may each be a list, as delvewheel's users write them.

    Either host's path separator will do, as neither can stand in a name.
    """
    parts = (part.strip() for value in values for part in _SEPARATORS.split(value))
    return tuple(dict.fromkeys(part for part in parts if part))


def parse_provider(text: str) -> Provider:
    """Read ``DIST=PATTERN`` or ``DIST=FOLDER/PATTERN``.

    Raises:
        UsageError: it says neither.
    """
    match = _PROVIDER.fullmatch(text)
    if match is None or {"", ".", ".."} & set((match["folder"] or "site").split("/")):
        raise UsageError(f"{text!r} is not of the form DIST=PATTERN or DIST=FOLDER/PATTERN")
    return Provider(match["name"], match["folder"], match["pattern"].lower())


def split_paths(values: Iterable[str | Path]) -> tuple[Path, ...]:
    """Split texts that may each be a list joined by this host's path separator.

    Empty parts add nothing. On Windows a part of PATH may be in quotes, which no path holds.
    """
    quotes = '"' if os.pathsep == ";" else ""
    paths: list[Path] = []
    for value in values:
        if isinstance(value, Path):
            paths.append(value)
        else:
            parts = (part.strip(quotes) if quotes else part for part in value.split(os.pathsep))
            paths += (Path(part) for part in parts if part)
    return tuple(paths)
