"""Windows programs run by Wine, without a screen and away from the user's own Wine."""

import contextlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

_TIMEOUT = 120
"""Seconds that a program may take; Wine itself needs up to twenty when its prefix is new."""


@dataclass(frozen=True)
class Finished:
    """What a program left behind."""

    status: int
    output: str
    """Standard output and error, with the host's line ends."""


def find_wine() -> Path | None:
    """Return Wine's 64-bit loader. Debian's lies outside PATH when only wine64 is installed."""
    found = shutil.which("wine64", path=os.pathsep.join((os.environ["PATH"], "/usr/lib/wine")))
    return Path(found) if found else None


def windows_path(path: Path) -> str:
    """Return the name under which Windows programs see a file of the host."""
    return "Z:" + str(PureWindowsPath(path.absolute()))


class Wine:
    """A Windows with a prefix (its drive C: and registry) in a folder of its own."""

    def __init__(self, loader: Path, folder: Path) -> None:
        self._loader = loader
        self._folder = folder
        self._environment = {
            **os.environ,
            "DISPLAY": "",
            "HOME": str(folder),
            "WINEPREFIX": str(folder / "prefix"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # No menus in the user's desktop, no offers to download Mono or Gecko, no debugger.
            "WINEDLLOVERRIDES": "winemenubuilder.exe,winedbg.exe,mscoree,mshtml=",
        }

    def start(self) -> None:
        """Make the prefix, which takes some seconds."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.run(["wineboot", "--init"])

    def run(self, command: list[str]) -> Finished:
        """Run a Windows program to its end.

        Its output goes into a pipe, because Windows' CPython does not start with a file there.
        Wine's services inherit that pipe and stay, so its end never comes: what the program
        has left in it is read once the program has ended. That must be less than 64 KiB.
        """
        read_end, write_end = os.pipe()
        try:
            process = subprocess.Popen(
                [self._loader, *command],
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                env=self._environment,
                cwd=self._folder,
            )
            try:
                status = process.wait(_TIMEOUT)
            finally:
                process.kill()
            # Our own write end is still open, so that an empty pipe is no end of file either.
            os.set_blocking(read_end, False)
            said = b""
            with contextlib.suppress(BlockingIOError):
                said = os.read(read_end, 1 << 16)
        finally:
            os.close(read_end)
            os.close(write_end)
        return Finished(status, said.decode(errors="replace").replace("\r\n", "\n"))

    def stop(self) -> None:
        """End the services, which would outlive the tests."""
        places = os.pathsep.join((str(self._loader.parent), os.environ["PATH"]))
        server = shutil.which("wineserver64", path=places) or shutil.which(
            "wineserver", path=places
        )
        assert server, "no wineserver beside Wine"
        subprocess.run([server, "--kill"], env=self._environment, check=False, timeout=_TIMEOUT)
