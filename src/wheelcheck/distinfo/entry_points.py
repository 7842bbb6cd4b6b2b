"""The entry_points.txt file. Source: PyPA "Entry points specification", "File format"."""

from wheelcheck.expressions import expression
from wheelcheck.records import record

__all__ = ["EntryPoint", "EntryPoints", "read_entry_points"]

_MOST_BYTES = 1024 * 1024
_SHOWN = 80


@record
class EntryPoint:
    """One line ``name = value`` of a group."""

    group: str
    name: str
    value: str
    line: int

    @property
    def is_script(self) -> bool:
        """Whether installers make a command of it."""
        return self.group in {"console_scripts", "gui_scripts"}


@record
class EntryPoints:
    """What the file says."""

    problem: str | None
    """Why it cannot be read at all."""
    entries: tuple[EntryPoint, ...] = ()
    """In file order."""
    duplicates: tuple[EntryPoint, ...] = ()
    """Those whose group and name were there before."""
    repeated_groups: tuple[tuple[int, str], ...] = ()
    stray: tuple[tuple[int, str], ...] = ()
    """Lines that are neither group nor entry, with their numbers; the first ten."""


_GROUP = expression(r"\[([^\]\r\n]*)\]\s*\Z")
_MOST_STRAY = 10


def read_entry_points(data: bytes) -> EntryPoints:
    """Read the file as :mod:`configparser` does with ``=`` alone as delimiter."""
    if len(data) > _MOST_BYTES:
        return EntryPoints(f"it has {len(data)} bytes; {_MOST_BYTES} are read at most")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return EntryPoints(f"it is not UTF-8 (byte {error.start} is no part of it)")
    entries: list[EntryPoint] = []
    duplicates: list[EntryPoint] = []
    groups: dict[str, set[str]] = {}
    repeated: list[tuple[int, str]] = []
    stray: list[tuple[int, str]] = []
    group: str | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        if (match := _GROUP.match(line)) is not None:
            group = match[1].strip()
            if group in groups:
                repeated.append((number, group))
            groups.setdefault(group, set())
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if group is None or not equals or not name or raw[0] in " \t":
            # An indented line continues the value before it: no entry point has such a value.
            if len(stray) < _MOST_STRAY:
                stray.append((number, line[:_SHOWN]))
            continue
        entry = EntryPoint(group, name, value, number)
        (duplicates if name in groups[group] else entries).append(entry)
        groups[group].add(name)
    return EntryPoints(None, tuple(entries), tuple(duplicates), tuple(repeated), tuple(stray))
