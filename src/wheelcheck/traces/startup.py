"""Files at the top of site-packages that Python reads when it starts.

Source: CPython's ``site`` module; PEP 829 (``.start``, and the end of code in ``.pth``).
"""

from wheelcheck.expressions import expression
from wheelcheck.records import record

__all__ = ["Startup", "read_pth", "read_start"]

_MOST = 5
_SHOWN = 120
_ABSOLUTE = expression(r"/|\\\\|[A-Za-z]:[\\/]")
_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_CALLABLE = expression(rf"{_DOTTED}:{_DOTTED}\Z")


@record
class Startup:
    """What such a file says; of each at most a few, shortened."""

    code: tuple[str, ...] = ()
    """Lines of a ``.pth`` file that are run."""
    absolute: tuple[str, ...] = ()
    """Folders outside site-packages that a ``.pth`` file adds."""
    calls: tuple[str, ...] = ()
    """What a ``.start`` file has called."""
    wrong: tuple[str, ...] = ()
    """Lines of a ``.start`` file that name nothing to call."""


def read_pth(data: bytes) -> Startup:
    """Read a ``.pth`` file, as ``site.addpackage`` does."""
    code: list[str] = []
    absolute: list[str] = []
    for line in _lines(data):
        if line.startswith(("import ", "import\t")):
            code.append(line[:_SHOWN])
        elif _ABSOLUTE.match(line):
            absolute.append(line[:_SHOWN])
    return Startup(code=tuple(code[:_MOST]), absolute=tuple(absolute[:_MOST]))


def read_start(data: bytes) -> Startup:
    """Read a ``.start`` file: a line ``module:callable`` for each call."""
    calls: list[str] = []
    wrong: list[str] = []
    for line in _lines(data):
        (calls if _CALLABLE.match(line) else wrong).append(line[:_SHOWN])
    return Startup(calls=tuple(calls[:_MOST]), wrong=tuple(wrong[:_MOST]))


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8-sig", "replace")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
