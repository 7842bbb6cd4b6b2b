"""The commands of console blocks, run in order and compared with what the page shows."""

import re
import shlex
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Block, blocks
from tests.native import library
from wheelcheck.binary.pe import read_pe
from wheelcheck.cli import main

CONSOLE: dict[str, list[Block]] = defaultdict(list)
for found in blocks("console"):
    CONSOLE[found.page].append(found)


def run_page(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, exact: bool
) -> None:
    """Run the commands of a page in the working folder, and compare what they print.

    Unless ``exact``, a page that needs GMP may have another hash in its place.
    """
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    # What the host's PATH holds does not matter here.
    monkeypatch.setenv("PATH", "")
    Path("testdata").symlink_to(ROOT / "testdata")
    status = 0
    for block in CONSOLE[page]:
        if block.mark.startswith("not run"):
            continue
        for command, output in runs(block):
            if command == "echo $?":
                assert output == str(status), block
                continue
            program, *arguments = shlex.split(command)
            assert program == "wheelcheck", block
            status = main(arguments)
            captured = capsys.readouterr()
            printed, shown = captured.out + captured.err, output
            if block.mark == "GMP" and not exact:
                printed, shown = (re.sub(r"-[0-9a-f]{16}", "-HASH", t) for t in (printed, shown))
            assert like(printed, shown), f"{block}: {command}\n{printed}"


def gmp_stand_in() -> bytes:
    """Return a DLL that exports what the wheel of the tutorial needs, and imports what GMP does."""
    with zipfile.ZipFile(next((ROOT / "testdata/real").glob("*-win_amd64.whl"))) as archive:
        module = read_pe(archive.read("q_kangaroo/_q_kangaroo.pyd"))
    [part] = module.slices
    [needed] = [i for i in part.imports if i.library == "libgmp-10.dll"]
    runtime = "convert filesystem heap locale private runtime stdio string"
    imports = {f"api-ms-win-crt-{part}-l1-1-0.dll": ["f"] for part in runtime.split()}
    return library(*(str(symbol) for symbol in needed.symbols), imports=imports)


def runs(block: Block) -> Iterator[tuple[str, str]]:
    """Return each command of a block with what follows it."""
    for run in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, output = run.replace("\\\n", "").partition("\n")
        yield command, output.strip("\n")


def like(printed: str, shown: str) -> bool:
    """Tell whether a text is that shown; ``...`` stands for any lines, ``…`` for any text.

    The size of archives, which depends on the host's zlib, does not matter.
    """
    lines = (re.escape(re.sub(r"^  file .*", "  file", line)) for line in shown.split("\n"))
    pattern = "\n".join(lines).replace("…", ".*").replace(r"\.\.\.", "(?s:.*)")
    printed = re.sub(r"^  file .*", "  file", printed.strip("\n"), flags=re.MULTILINE)
    return re.fullmatch(pattern, printed) is not None
