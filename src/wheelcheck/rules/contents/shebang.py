"""WC850: scripts that ask for an interpreter which users do not have."""

import re
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.platform_tags import System
from wheelcheck.rules.natives import platforms_of
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_RIGHT = re.compile(r"#!pythonw?(?=\s|$)")
_PYTHON = re.compile(r"#!\s*(?P<path>[^\s]*?)(?P<name>pythonw?[\d.]*|pypy[\d.]*)(?:\.exe)?(?=\s|$)")
_ENV = re.compile(r"#!\s*/usr/bin/env\s+(?:-S\s+)?python")
_SYSTEM = ("/usr/bin/", "/bin/", "/usr/local/bin/")


def _check(subject: Subject) -> Iterator[Hit]:
    systems = {platform.system for platform in platforms_of(subject)}
    for name, traces in subject.wheel.traces.items():
        line = traces.shebang
        # What installers rewrite may end as it likes.
        if line is None or _RIGHT.match(line):
            continue
        found = _fault(line.rstrip())
        if found is None and line.endswith("\r") and systems != {System.WINDOWS}:
            found = (
                "ends with a carriage return, which Unix takes for part of the interpreter's name",
                Severity.ERROR,
            )
        if found is not None:
            yield Hit(
                f"{name}: its first line {found[0]}",
                name,
                evidence={"line": (line.rstrip(),)},
                severity=found[1],
            )


def _fault(line: str) -> tuple[str, Severity] | None:
    if _ENV.match(line):
        return "has the first Python of PATH run it, not that of the environment", Severity.NOTE
    found = _PYTHON.match(line)
    if found is None:
        return None
    if found["path"] in _SYSTEM:
        return (
            f"has {found['path']}{found['name']} run it, which does not see the environment",
            Severity.WARNING,
        )
    return f"asks for {found['path']}{found['name']}, which users do not have", Severity.ERROR


RULE = Rule(
    code="WC850",
    name="script-shebang",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.USE,
    summary="A script in .data/scripts names a certain Python, so installers leave its line alone.",
    why=(
        "Installers replace `#!python` by the Python of the environment, and nothing else. A "
        "path of the build machine (an error) is nowhere else; /usr/bin/python3 (a warning) does "
        "not see the packages of the environment; env (a note) takes whatever is on PATH."
    ),
    example="pkg-1.0.data/scripts/tool begins with #!/home/me/venv/bin/python3.",
    fix=(
        "Begin the script with `#!python`; better, declare an entry point in "
        "`[project.scripts]`, which also works on Windows."
    ),
    since="0.1.0",
    check=_check,
    references=("PyPA: Binary distribution format, Recommended installer features",),
)
