"""Starting must not cost more than the work: what it costs is what is imported."""

import subprocess
import sys
from pathlib import Path

from tests.elf_builder import extension
from tests.wheels import WheelBuilder

SLOW = {"ast", "dataclasses", "inspect", "json", "packaging", "pathlib", "pefile", "subprocess"}

# What takes longer to import than to do without, where a wheel is as build backends make it.
NEVER = {
    "ast", "concurrent", "dataclasses", "datetime", "dis", "email", "email_validator", "html",
    "importlib.metadata", "inspect", "logging", "packaging", "pefile", "platform", "socket",
    "tomllib", "traceback", "urllib.request", "xml",
}  # fmt: skip
FOR_OTHER_WHEELS = (
    "wheelcheck.binary.elf", "wheelcheck.binary.header", "wheelcheck.binary.macho",
    "wheelcheck.binary.pe", "wheelcheck.patch", "wheelcheck.platforms.linux",
    "wheelcheck.platforms.macos", "wheelcheck.platforms.platform_tags",
    "wheelcheck.platforms.stable_abi", "wheelcheck.platforms.windows",
    "wheelcheck.resolving.walk", "wheelcheck.rules.abi",
    "wheelcheck.rules.dependencies", "wheelcheck.source_tree", "wheelcheck.traces.paths",
)  # fmt: skip
FOR_OTHER_SYSTEMS = (
    "wheelcheck.binary.macho", "wheelcheck.binary.pe", "wheelcheck.platforms.macos.loader",
    "wheelcheck.platforms.windows.loader", "wheelcheck.platforms.windows.supply",
    "wheelcheck.sources.loaded_names",
)  # fmt: skip
FOR_OTHER_CALLS = (
    "wheelcheck.cli.diff", "wheelcheck.cli.repair", "wheelcheck.comparing", "wheelcheck.installed",
    "wheelcheck.repairing", "wheelcheck.report.html",
    "wheelcheck.report.json", "wheelcheck.report.sarif", "wheelcheck.trying",
)  # fmt: skip
PURE = {
    "pkg/__init__.py": b"from pkg import core\nimport os\nimport requests\n",
    "pkg/core.py": b"def run():\n    return 1\n",
    "pkg/py.typed": b"",
}
FIELDS = {
    "Metadata-Version": "2.4",
    "Summary": "What it does",
    "Requires-Python": ">=3.9",
    "Requires-Dist": ["requests>=2.0,<3", "tomli; python_version < '3.11'", "rich; extra == 'x'"],
    "Provides-Extra": "x",
    "Project-URL": "Source, https://example.com",
    "License-Expression": "MIT",
    "Author": "A",
    "Author-email": None,
}


def imported(code: str, *arguments: str, folder: Path | None = None) -> set[str]:
    """Return the names of the modules that a piece of code imports."""
    first = "import sys; before = set(sys.modules)\n"
    last = "\nprint(*sorted(set(sys.modules) - before), file=sys.stderr)"
    command = [sys.executable, "-c", first + code + last, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return set(done.stderr.split())


def inspected(wheel: Path) -> set[str]:
    code = "from wheelcheck.cli import main; main(['inspect', '-q', '-q', *sys.argv[1:]])"
    return imported(code, wheel.name, folder=wheel.parent)  # where no settings are


def test_the_help_imports_nothing_slow() -> None:
    modules = imported("from wheelcheck.cli import make_parser; make_parser().format_help()")
    tops = {name.partition(".")[0] for name in modules}
    assert "argparse" in tops
    assert not tops & SLOW


def test_a_small_wheel_imports_what_it_needs(tmp_path: Path) -> None:
    modules = inspected(WheelBuilder(tag="py3-none-any", files=PURE, fields=FIELDS).write(tmp_path))
    assert "wheelcheck.rules.modules.own_imports" in modules
    assert sorted(modules & {*NEVER, *FOR_OTHER_WHEELS, *FOR_OTHER_CALLS}) == []


def test_a_wheel_for_linux_does_not_import_what_others_need(tmp_path: Path) -> None:
    files = {**PURE, "pkg/_core.abi3.so": extension("_core")}
    tag = "cp312-abi3-manylinux_2_28_x86_64"
    modules = inspected(WheelBuilder(tag=tag, files=files, fields=FIELDS).write(tmp_path))
    assert {"wheelcheck.binary.elf", "wheelcheck.resolving.walk"} <= modules
    assert sorted(modules & {*NEVER, *FOR_OTHER_CALLS, *FOR_OTHER_SYSTEMS}) == []
