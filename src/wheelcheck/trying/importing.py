"""One module, imported by the interpreter of a fresh environment."""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wheelcheck.installed.run import inspect_installed
from wheelcheck.records import record
from wheelcheck.trying.endings import ending
from wheelcheck.trying.explaining import explain
from wheelcheck.trying.model import ModuleStatus, ModuleTrial

if TYPE_CHECKING:
    from wheelcheck.findings import Finding, Report
    from wheelcheck.trying.environments import Environment
    from wheelcheck.trying.processes import Children
    from wheelcheck.trying.targets import Target
    from wheelcheck.wheel import Wheel

__all__ = ["ImportRun"]

_LARGEST_RESULT = 1024 * 1024
_CHILD = str(Path(__file__).with_name("child.py"))
_OURS = re.compile(
    rf'  File "(?:<frozen importlib|{re.escape(_CHILD)}"|[^"]*importlib.__init__\.py")'
)
"""Frames of the import machinery in what faulthandler writes."""


@record(caches=True)
class ImportRun:
    """All that the imports of one wheel on one interpreter share."""

    wheel: "Wheel"
    report: "Report"
    environment: "Environment"
    children: "Children"
    environ: Mapping[str, str]
    folder: Path
    """Where each import gets a folder of its own."""
    timeout: float

    def try_import(self, number: int, target: "Target") -> ModuleTrial:
        """Import a module in a process of its own; ``number`` tells it from the others."""
        work = self.folder / str(number)
        work.mkdir(parents=True)
        result = self.folder / f"{number}.json"
        isolated = ("-I", "-X", "faulthandler")
        ended = self.children.run(
            [self.environment.python, *isolated, _CHILD, target.module, target.attribute, result],
            cwd=work,
            environ=self.environ,
            timeout=self.timeout,
            log=self.folder / f"{number}.log",
        )
        if ended.stopped is not None:
            return ModuleTrial(
                target.title, ModuleStatus.STOPPED, ended.stopped, output=self._output(ended.output)
            )
        told = _read(result)
        if told is None or (not told and ended.status != 0):
            when = "" if told is None else " after the import, when the process ended"
            said = ending(ended.status or 0)
            members = [b.member for b in self.report.binaries if b.module == target.module]
            findings = self._explain(members[0], "") if members else ()
            return ModuleTrial(
                target.title,
                ModuleStatus.CRASHED,
                f"{said}{when}",
                output=self._output(ended.output),
                findings=findings,
            )
        if not told:
            return ModuleTrial(target.title, ModuleStatus.IMPORTED)
        return self._raised(target, told)

    def _raised(self, target: "Target", told: Mapping[str, Any]) -> ModuleTrial:
        kind, message = str(told.get("type")), str(told.get("message"))
        if target.optional and kind == "ModuleNotFoundError" and self._is_foreign(told.get("name")):
            return ModuleTrial(target.title, ModuleStatus.SKIPPED, f"{kind}: {message}")
        member = self._member(told.get("path"))
        loading = kind == "ImportError"
        return ModuleTrial(
            target.title,
            ModuleStatus.RAISED,
            self._shown(f"{kind}: {message}"),
            where=self._shown(str(told.get("where") or "")),
            member=member,
            findings=self._explain(member, message) if loading else (),
        )

    def _explain(self, member: str | None, message: str) -> "tuple[Finding, ...]":
        """Return what the wheel itself shows, and where that is nothing, what this host does."""
        found = explain(self.report, member, message)
        return found or explain(self._installed, member, message)

    @cached_property
    def _installed(self) -> "Report":
        """The same wheel as it is installed here, where libraries of the host are missed, too."""
        assert self.wheel.name is not None
        return inspect_installed(
            self.wheel.name.distribution, python=self.environment.root, environ=self.environ
        )

    def _is_foreign(self, name: object) -> bool:
        """Tell whether a module is of another distribution."""
        top = str(name).partition(".")[0]
        starts = (f"{top}/", f"{top}.")
        return not any(file.install.startswith(starts) for file in self.wheel.files)

    def _member(self, path: object) -> str | None:
        """Return the member that was installed as this file."""
        inside = self._inside(path) if isinstance(path, str) else None
        installs = {native.install: native.name for native in self.wheel.natives}
        return None if inside is None else installs.get(inside)

    def _shown(self, text: str) -> str:
        """Take the place of the environment, which is gone when this is read, out of a text."""
        return self._site.sub("", text)

    def _output(self, text: str) -> str:
        """Return what a process wrote, without our own part in its stack."""
        lines = text.splitlines()
        return self._shown("\n".join(line for line in lines if not _OURS.match(line)))

    @cached_property
    def _site(self) -> re.Pattern[str]:
        root = re.escape(str(self.environment.root))
        return re.compile(rf"{root}[/\\][^\n\"']*?[/\\]site-packages[/\\]", re.IGNORECASE)

    def _inside(self, path: str) -> str | None:
        """Return the part of a path below site-packages."""
        match = self._site.match(path)
        return None if match is None else path[match.end() :].replace("\\", "/")


def _read(result: Path) -> dict[str, Any] | None:
    """Return what the child wrote, which may be forged by what it imported."""
    try:
        if result.stat().st_size > _LARGEST_RESULT:
            return None
        told = json.loads(result.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
