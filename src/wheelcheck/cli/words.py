"""What every command says in the same way."""

import sys

from wheelcheck.cli.terminal import error_look

__all__ = ["EXIT_STATUS", "say"]

EXIT_STATUS = """exit status:
  0  nothing at or above --fail-on; every repair was done
  1  findings, or a repair that was refused
  2  a file cannot be read, or the call is wrong (wins over 1)"""


def say(text: str, *, alarm: str = "error:", color: str = "auto") -> None:
    """Say something that is not the result; names in it are a stranger's.

    ``alarm`` is set off where the first line has it; ``color`` is the choice of the call.
    """
    from wheelcheck.report.styled import Style, line, lines_text

    first, *rest = text.split("\n")
    head, loud, tail = first.partition(alarm)
    spans = ((head, Style.PLAIN), (loud, Style.ERROR), (tail, Style.PLAIN))
    lines = [line(0, "wheelcheck: ", *spans, hang=4)]
    for each in rest:
        words = each.lstrip(" ")
        lines.append(line(len(each) - len(words), words))
    sys.stderr.write(lines_text(lines, error_look(color)))
