"""What every command says in the same way."""

import sys

__all__ = ["EXIT_STATUS", "say"]

EXIT_STATUS = """exit status:
  0  nothing at or above --fail-on; every repair was done
  1  findings, or a repair that was refused
  2  a file cannot be read, or the call is wrong (wins over 1)"""


def say(text: str) -> None:
    """Say something that is not the result; names in it are a stranger's."""
    from wheelcheck.report.escapes import safe

    lines = "\n".join(safe(line) for line in text.split("\n"))
    sys.stderr.write(f"wheelcheck: {lines}\n")
