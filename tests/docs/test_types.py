"""The Python code in README and docs has the types that it claims (nox -s docs)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, blocks


@pytest.mark.docs
def test_python_blocks_are_typed(tmp_path: Path) -> None:
    for number, block in enumerate(blocks("python")):
        name = f"block_{number}_{Path(block.page).stem.replace('-', '_')}_{block.line}.py"
        (tmp_path / name).write_text(block.text, "utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", tmp_path],
        cwd=ROOT / "src",
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
