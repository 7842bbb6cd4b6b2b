"""Fresh environments, and installers that fill them."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from wheelcheck.errors import UsageError, WheelcheckError
from wheelcheck.records import record
from wheelcheck.trying.surroundings import for_installer

if TYPE_CHECKING:
    from wheelcheck.trying.interpreters import Interpreter
    from wheelcheck.trying.processes import Children

__all__ = ["Environment", "Installer", "PreparationError", "find_installer"]

_SECONDS = 1800
"""So long an installation may take; indexes and disks differ."""


class PreparationError(WheelcheckError):
    """An environment cannot be made, or filled; the message is the installer's own."""


@record
class Installer:
    """What makes environments and installs into them."""

    uv: str | None
    """The program; pip does it if there is none."""


def find_installer(name: str | None, environ: Mapping[str, str]) -> Installer:
    """Return the installer of this name, or uv if it is here, else pip.

    Raises:
        UsageError: it is not here, or there is none of that name.
    """
    if name not in {None, "uv", "pip"}:
        raise UsageError(f"there is no installer {name!r}; there are: uv, pip")
    if name == "pip":
        return Installer(None)
    beside = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=environ.get("PATH")) or shutil.which("uv", path=beside)
    if name == "uv" and uv is None:
        raise UsageError("uv is not on PATH; install it, or use --installer pip")
    return Installer(uv)


class Environment:
    """A virtual environment in a folder of its own, for one interpreter."""

    def __init__(
        self,
        folder: Path,
        interpreter: "Interpreter",
        installer: Installer,
        children: "Children",
        environ: Mapping[str, str],
    ) -> None:
        self._folder = folder
        self._interpreter = interpreter
        self._installer = installer
        self._children = children
        self._environ = for_installer(environ)
        self.root = folder / "env"
        """Where it lies."""
        self._work = folder / "work"
        self._pip: tuple[str | Path, ...] = ()

    @property
    def programs(self) -> Path:
        """The folder of its programs."""
        return self.root / ("Scripts" if sys.platform == "win32" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.programs / ("python.exe" if sys.platform == "win32" else "python")

    def make(self) -> None:
        """Make it.

        Raises:
            PreparationError: that failed.
        """
        self._work.mkdir(parents=True)
        base = self._interpreter.path
        if self._installer.uv is not None:
            options = ["--quiet", "--no-python-downloads", "--python", base]
            self._run(self._installer.uv, "venv", *options, self.root)
            return
        # A pip that runs on one Python installs for later ones, too; for older ones
        # only the Python's own is sure to.
        newer = _release(self._interpreter) >= sys.version_info[:2]
        spared = newer and find_spec("pip") is not None
        options = ["--without-pip"] if spared else []
        self._run(base, "-I", "-m", "venv", *options, self.root)
        if spared:
            self._pip = (sys.executable, "-I", "-m", "pip", "--python", self.python)
        else:
            self._pip = (self.python, "-I", "-m", "pip")

    def install(self, *arguments: str | Path, cache: bool = True) -> None:
        """Install what these arguments of pip and uv name.

        Raises:
            PreparationError: that failed.
        """
        command: list[str | Path]
        if self._installer.uv is not None:
            command = [self._installer.uv, "pip", "install", "--python", self.python]
            command += [] if cache else ["--no-cache"]
        else:
            command = [*self._pip, "install", "--no-compile", "--disable-pip-version-check"]
            command += ["--no-input", "--progress-bar", "off"]
            command += [] if cache else ["--no-cache-dir"]
        self._run(*command, *arguments)

    def _run(self, *command: str | Path) -> None:
        log = self._folder / "installer.log"
        try:
            ended = self._children.run(
                command, cwd=self._work, environ=self._environ, timeout=_SECONDS, log=log
            )
        except OSError as error:
            raise PreparationError(f"{command[0]}: {error.strerror or error}") from error
        if not ended.good:
            said = ended.stopped or ended.output or f"exit status {ended.status}"
            raise PreparationError(_last_lines(said.splitlines()))


def _release(interpreter: "Interpreter") -> tuple[int, ...]:
    return tuple(int(part) for part in interpreter.version.split(".")[:2])


def _last_lines(lines: Sequence[str]) -> str:
    return "\n".join(lines[-20:])
