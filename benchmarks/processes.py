"""What a process costs, with all the processes that it starts and waits for."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """The cost of one process or of several, one after another."""

    cpu: float
    """Seconds, of user and system: they vary less on a busy machine than the time by the clock."""

    peak: int
    """Bytes of memory, of the process that held most."""

    failed: int
    """How many ended with another status than 0. Most tools say so that they found something."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a command in *folder*; what it says is thrown away."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(cpu, usage.ru_maxrss * _MAXRSS_UNIT, int(process.returncode != 0))


def total(costs: Iterable[Cost]) -> Cost:
    """Add up."""
    parts = list(costs)
    return Cost(
        sum(part.cpu for part in parts),
        max(part.peak for part in parts),
        sum(part.failed for part in parts),
    )


def environment(*programs: Path) -> dict[str, str]:
    """Return the environment to measure in, with these folders of programs before others."""
    variables = dict(os.environ)
    # Bytecode is kept where users have it, too.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    variables["PATH"] = os.pathsep.join([*map(str, programs), variables.get("PATH", os.defpath)])
    return variables
