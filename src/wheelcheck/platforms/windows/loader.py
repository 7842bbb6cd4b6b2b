"""How Windows finds a DLL for a wheel that pip has installed.

CPython 3.8 and later loads an extension with ``LoadLibraryExW(path, NULL,
LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR)``: the
folder of the extension, the folder of ``python.exe``, the folders given to
``AddDllDirectory`` and ``System32``, for the extension and for all that it
needs in turn. ``PATH`` and the current folder do not count. A DLL that the
process has already loaded under the same base name wins over any search.

Source: Microsoft Learn, "Dynamic-link library search order" and
"LoadLibraryExW function"; CPython ``Python/dynload_win.c``.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wheelcheck.binary.model import Import
from wheelcheck.findings import Outcome, Role
from wheelcheck.installation import folder_of
from wheelcheck.platforms.loading import Found, Image
from wheelcheck.platforms.windows.folders import KnownFolders
from wheelcheck.platforms.windows.python_dlls import python_dll
from wheelcheck.platforms.windows.supply import classify, is_api_set
from wheelcheck.platforms.windows.target import WindowsTarget
from wheelcheck.records import field, record

if TYPE_CHECKING:
    from wheelcheck.platforms.base import Supplied

__all__ = ["Context", "WindowsLoader"]

_SUPPLIED = {
    "system": Outcome.SYSTEM,
    "python": Outcome.PYTHON,
    "driver": Outcome.DRIVER,
}


@record
class Context:
    """What decides where a load looks."""

    folder: str = field(compare=False)
    """The folder of the extension or program, which serves all that it needs in turn."""
    role: Role
    finds: str
    """That folder again, if a load can find anything there. Loads from folders that hold
    nothing to be found end alike, so their contexts are equal."""


class WindowsLoader:
    """Finds DLLs among the installed files of one wheel."""

    def __init__(
        self,
        installs: Iterable[str],
        imported: Iterable[str],
        known: KnownFolders,
        target: WindowsTarget,
    ) -> None:
        """Take the install paths of all PE files, the names they import, what sources add."""
        self.target = target
        self.known = known
        added = dict(known.reasons)
        if target.searches_path:
            added.update((folder, f"put on PATH by {m}") for folder, m in known.on_path.items())
        self._added = {folder: f"{_label(folder)} ({reason})" for folder, reason in added.items()}
        self._supplied: dict[str, Supplied | None] = {}
        self._folders: dict[str, dict[str, str]] = {}
        self._everywhere: dict[str, list[str]] = {}
        self._findable: set[str] = set()
        wanted = {name.lower() for name in imported}
        for install in sorted(installs):
            name = install.rpartition("/")[2].lower()
            folder = folder_of(install).lower()
            self._folders.setdefault(folder, {}).setdefault(name, install)
            self._everywhere.setdefault(name, []).append(install)
            if name in wanted or not name.endswith((".pyd", ".exe")):
                self._findable.add(folder)

    def named(self, name: str) -> Sequence[str]:
        """Return the install paths of all PE files of this name, sorted."""
        return self._everywhere.get(name.lower(), ())

    def start(self, root: Image) -> Context:
        """Return the context of a load that starts at this root."""
        return self.context(folder_of(root.install), root.role)

    def context(self, folder: str, role: Role) -> Context:
        """Return the context of a load that starts in this folder."""
        return Context(folder, role, folder if folder.lower() in self._findable else "")

    def below(self, context: Context, image: Image) -> Context:  # noqa: ARG002 (one loader's way)
        """Return the same: the root's folder serves all that it needs in turn."""
        return context

    def resolve(
        self,
        context: Context,
        importer: Image,  # noqa: ARG002 (Windows asks who started, not who imports)
        wanted: Import,
    ) -> Found:
        """Return where an import ends."""
        return self.find(context, wanted.library)

    def find(self, context: Context, library: str) -> Found:
        """Return where a DLL of this name ends for a load in this context."""
        name = library.lower()
        if name not in self._supplied:
            self._supplied[name] = classify(name, self.target)
        supplied = self._supplied[name]
        in_python = context.role is not Role.PROGRAM
        if supplied is not None and ((supplied.kind == "python" and in_python) or is_api_set(name)):
            return Found(_SUPPLIED[supplied.kind], None, supplied.reason)

        if not in_python and python_dll(name) is not None:
            reason = "Python's own DLL, which a program finds beside python.exe or on PATH"
            return Found(Outcome.PYTHON, None, reason)

        searched: list[str] = []
        for folder, label in self._places(context):
            searched.append(label)
            install = self._folders.get(folder.lower(), {}).get(name)
            if install is not None:
                return Found(Outcome.WHEEL, install, f"found in {label}", tuple(searched))
        if supplied is not None and supplied.kind != "python":
            return Found(_SUPPLIED[supplied.kind], None, supplied.reason, tuple(searched))

        if in_python:
            searched.append("Python's own folder")
        searched.append("the Windows system folder")
        elsewhere = self._everywhere.get(name, ())
        if elsewhere and context.role is Role.LIBRARY:
            # A library that nothing imports is opened by code that runs later,
            # in a process that may hold this DLL already.
            return Found(
                Outcome.WHEEL,
                elsewhere[0],
                f"found only if the process has loaded {elsewhere[0]} before",
                tuple(searched),
            )
        return Found(
            Outcome.MISSING,
            None,
            _missing(library, elsewhere),
            tuple(searched),
            tuple(elsewhere),
        )

    def _places(self, context: Context) -> Iterable[tuple[str, str]]:
        yield context.folder, _label(context.folder)
        if context.role is not Role.PROGRAM:
            for folder, label in self._added.items():
                if folder != context.folder:
                    yield folder, label


def _label(folder: str) -> str:
    """Return what a person calls a folder: one of a scheme lies outside of site-packages."""
    if not folder.startswith("{"):
        return f"{folder}/" if folder else "site-packages/"
    scheme, _, below = folder.removeprefix("{").partition("}")
    whole = "the environment" if scheme == "data" else f"the {scheme} folder"
    return f"{below.lstrip('/')}/ of {whole}" if below else whole


def _missing(library: str, elsewhere: Sequence[str]) -> str:
    if elsewhere:
        return f"{elsewhere[0]} has that name, but Windows does not look there"
    return f"no file named {library} is in a place that Windows searches"
