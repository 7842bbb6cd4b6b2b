"""The help must come at once: what it costs is what it imports."""

import subprocess
import sys

SLOW = {"ast", "dataclasses", "inspect", "json", "packaging", "pathlib", "pefile", "subprocess"}


def test_the_help_imports_nothing_slow() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from wheelcheck.cli import make_parser\n"
        "make_parser().format_help()\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "argparse" in imported
    assert not imported & SLOW
