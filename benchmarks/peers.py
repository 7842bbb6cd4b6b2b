"""wheelcheck and its peers side by side on pinned published wheels, as ratios of CPU seconds.

Usage: python -m benchmarks.peers [inspect] [repair] [startup] [options]

Fetches the wheels, and makes an environment with the pinned peers unless it is told where they
are. Tools take turns, so that another machine or a busy one gives about the same ratios. Prints
tables in Markdown; wheelcheck is the one that runs under this Python.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import tools
from benchmarks.processes import Cost, environment, run, total
from benchmarks.ratios import Spread, ratios, sums, table
from benchmarks.setting import setting
from testdata.fetch import DEFAULT_CACHE, fetch, pins

OURS = (sys.executable, "-m", "wheelcheck")
_WHEELS = Path(__file__).parent / "wheels.json"
_FOLDERS = ("numpy", "cryptography")
_PARTS = ("inspect", "repair", "startup")
_MILLISECONDS = 1000


@dataclass(frozen=True)
class Bench:
    """Where everything is."""

    work: Path
    cache: Path
    peers: Path
    runs: int
    each: bool

    def wheels(self, name: str) -> list[Path]:
        """Return the wheels of one of the listed sets, fetched if need be."""
        listed = json.loads(_WHEELS.read_text(encoding="utf-8"))["sets"][name]
        return [fetch(pin, self.cache) for pin in pins(listed).values()]

    def ours(self, *arguments: str) -> Cost:
        """Run wheelcheck."""
        return run([*OURS, *arguments], self.work, environment())

    def theirs(self, command: Sequence[str], *programs: Path, **settings: str) -> Cost:
        """Run a peer."""
        variables = environment(self.peers, *programs) | settings
        variables.pop("PYTHONPATH", None)
        program = shutil.which(command[0], path=variables["PATH"])
        if program is None:
            raise SystemExit(f"{command[0]} is neither in {self.peers} nor on PATH")
        return run([program, *command[1:]], self.work, variables)


def inspect(bench: Bench) -> Iterator[str]:
    """Compare on folders of wheels."""
    with tools.apple_tools(environment(bench.peers)["PATH"]) as (apple, said):
        for title in _FOLDERS:
            with _folder(bench, title) as wheels:
                yield from _inspect(bench, title, wheels, apple)
    yield f'delocate-listdeps: {said}. "not 0": calls that ended with another status than 0.'


@contextmanager
def _folder(bench: Bench, name: str) -> Iterator[list[Path]]:
    with TemporaryDirectory(dir=bench.work) as folder:
        wheels = []
        for wheel in bench.wheels(name):
            wheels.append(Path(folder) / wheel.name)
            wheels[-1].symlink_to(wheel.absolute())
        yield wheels


def _inspect(bench: Bench, title: str, wheels: Sequence[Path], apple: Path | None) -> Iterator[str]:
    peers = [
        (tool, suited)
        for tool in (*tools.INSPECTORS, tools.PYDISTCHECK)
        if (suited := [wheel for wheel in wheels if tool.suits(wheel.name)])
        and (apple or tool.name != "delocate-listdeps")
    ]

    def peer(tool: tools.Tool, chosen: Sequence[Path]) -> Cost:
        programs = [apple] if apple and tool.name == "delocate-listdeps" else []
        return total(bench.theirs(c, *programs) for c in tool.calls(chosen, each=bench.each))

    bench.ours("inspect", "--isolated", str(min(wheels, key=lambda wheel: wheel.stat().st_size)))
    for tool, suited in peers:  # so that bytecode is there
        peer(tool, suited[:1])
    ours: list[Cost] = []
    theirs: dict[str, list[Cost]] = {tool.title: [] for tool, _ in peers}
    for number in _rounds(bench, title):
        ours.append(bench.ours("inspect", "--isolated", str(wheels[0].parent)))
        for tool, suited in peers:
            _tell(f"{title}, run {number}: {tool.title}")
            theirs[tool.title].append(peer(tool, suited))
    rows = [_row("wheelcheck inspect", len(wheels), 1, ours, ours)]
    for tool, suited in peers:
        calls = len(list(tool.calls(suited, each=bench.each)))
        rows.append(_row(tool.title, len(suited), calls, theirs[tool.title], ours))
    cpu = {name: [cost.cpu for cost in costs] for name, costs in theirs.items()}
    all_of_them = sums(list(cpu.values()))
    last = cpu.pop(tools.PYDISTCHECK.title)
    without = [whole - part for whole, part in zip(all_of_them, last, strict=True)]
    mine = [cost.cpu for cost in ours]
    for name, sum_ in (("sum without pydistcheck", without), ("sum of all", all_of_them)):
        rows.append([name, "", "", "", *_figures(sum_, mine), ""])
    size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
    yield f"### inspect: {title}, {len(wheels)} wheels, {size:.0f} MB"
    head = ["tool", "wheels", "calls", "not 0", "CPU s", "times wheelcheck", "peak MiB"]
    yield table(head, rows)


def _row(
    name: str, wheels: int, calls: int, costs: Sequence[Cost], ours: Sequence[Cost]
) -> list[str]:
    figures = _figures([cost.cpu for cost in costs], [cost.cpu for cost in ours])
    counts = [str(wheels), str(calls), str(max(cost.failed for cost in costs))]
    return [name, *counts, *figures, _mebibytes(costs)]


def _figures(theirs: Sequence[float], ours: Sequence[float]) -> list[str]:
    return [f"{Spread.of(theirs).median:.2f}", f"{ratios(theirs, ours):.1f}"]


def _mebibytes(costs: Sequence[Cost]) -> str:
    return str(round(max(cost.peak for cost in costs) / 2**20))


def repair(bench: Bench) -> Iterator[str]:
    """Compare on wheels whose libraries were taken out."""
    rows = []
    for wheel in bench.wheels("repair"):
        with TemporaryDirectory(dir=bench.work) as name:
            rows += _repair(bench, wheel, Path(name))
    yield "### repair, libraries taken out before"
    yield table(["wheel", "tool", "CPU s", "times wheelcheck", "peak MiB"], rows)


def _repair(bench: Bench, wheel: Path, folder: Path) -> list[list[str]]:
    libraries, out = folder / "libraries", folder / "out"
    # In a process of its own: what this one ever held counts as its children's memory, too.
    taken = ["--to", str(folder / "in"), "--libraries", str(libraries)]
    own_tool = [sys.executable, "-m", "benchmarks.takeout", str(wheel.absolute()), *taken]
    subprocess.run(own_tool, check=True, stdout=subprocess.DEVNULL)
    bare = folder / "in" / wheel.name
    own = ["repair", "--isolated", "--add-path", str(libraries), "-w", str(out), str(bare)]
    peers = tools.repairers(bare, libraries, out)
    costs: dict[str, list[Cost]] = {name: [] for name in ("wheelcheck", *peers)}
    for number in (0, *_rounds(bench, wheel.name)):  # run 0 is for bytecode
        for name, measured in costs.items():
            shutil.rmtree(out, ignore_errors=True)
            if name == "wheelcheck":
                cost = bench.ours(*own)
            else:
                command, settings = peers[name]
                _tell(f"{wheel.name}, run {number}: {name}")
                cost = bench.theirs(command, **settings)
            if cost.failed or not list(out.glob("*.whl")):
                raise SystemExit(f"{name} did not repair {wheel.name}")
            if number:
                measured.append(cost)
    ours = [cost.cpu for cost in costs["wheelcheck"]]
    short = "-".join(wheel.name.split("-")[:2]) + " " + wheel.stem.rpartition(".")[2].split("-")[-1]
    return [
        [short, name, *_figures([cost.cpu for cost in found], ours), _mebibytes(found)]
        for name, found in costs.items()
    ]


def startup(bench: Bench) -> Iterator[str]:
    """Show what the least costs: help, version, one small wheel; in milliseconds."""
    small = bench.wheels("small")
    own = [["--help"], ["--version"], *(["inspect", "--isolated", str(wheel)] for wheel in small)]
    titles = [f"wheelcheck {' '.join(a for a in map(_short, c) if a != '--isolated')}" for c in own]
    measured: dict[str, list[Cost]] = {title: [] for title in titles}
    measured |= {f"{name} --help": [] for name in tools.STARTING}
    for number in range(3 * bench.runs + 1):
        _tell(f"start-up, run {number}")
        costs = [bench.ours(*command) for command in own]
        costs += [bench.theirs([name, "--help"]) for name in tools.STARTING]
        if number:  # run 0 is for bytecode
            for found, cost in zip(measured.values(), costs, strict=True):
                found.append(cost)
    rows = [
        [title, f"{Spread.of([c.cpu * _MILLISECONDS for c in costs]):.0f}", _mebibytes(costs)]
        for title, costs in measured.items()
    ]
    yield "### start-up"
    yield table(["command", "CPU ms", "peak MiB"], rows)


def _short(argument: str) -> str:
    if not argument.endswith(".whl"):
        return argument
    name, *_, tags = Path(argument).stem.split("-")
    return f"{name} ({tags.split('.')[0]})"


def _rounds(bench: Bench, title: str) -> Iterator[int]:
    for number in range(1, bench.runs + 1):
        _tell(f"{title}, run {number}: wheelcheck")
        yield number


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _way(bench: Bench) -> str:
    calls = "a process for each wheel" if bench.each else "one call for all wheels where it can"
    return (
        f"CPU seconds of user and system, with all children: medians of {bench.runs} runs in "
        f"turn; in brackets the least and the most of the ratios. A peer gets {calls}."
    )


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(_PARTS)}")
    parser.add_argument("--runs", type=int, default=3, help="of each tool (default: 3)")
    parser.add_argument("--each", action="store_true", help="give peers one wheel a call")
    parser.add_argument(
        "--peers", type=Path, metavar="DIR", help="where their programs are (default: made)"
    )
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, metavar="DIR")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(_PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    peers = given.peers or tools.make_peers(DEFAULT_CACHE.parent / "peers")
    with TemporaryDirectory(prefix="benchmark-") as work:
        bench = Bench(Path(work), given.cache, peers.absolute(), given.runs, given.each)
        print(setting(tools.versions(bench.peers)), flush=True)
        print(f"\n{_way(bench)}", flush=True)
        for part in given.parts or _PARTS:
            for text in {"inspect": inspect, "repair": repair, "startup": startup}[part](bench):
                print(f"\n{text}", flush=True)


if __name__ == "__main__":
    main()
