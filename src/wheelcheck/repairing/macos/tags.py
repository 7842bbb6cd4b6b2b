"""The macOS tags that the content of a wheel demands."""

from collections.abc import Iterable, Mapping, Sequence

from wheelcheck.binary.macho_slice import MachoSlice
from wheelcheck.binary.model import Arch
from wheelcheck.errors import RepairError
from wheelcheck.platforms.macos.tags import MacTag, fitting_version, read_mac_tag
from wheelcheck.platforms.platform_tags import read_platform_tag

__all__ = ["fitting_tags", "promised_archs", "refuse_lacking"]

_MOST_NAMED = 5
_BIG_SUR = 11

Labelled = Iterable[tuple[str, MachoSlice]]
"""Slices, each with the member or file that holds it."""


def promised_archs(platforms: Iterable[str]) -> frozenset[Arch]:
    """Return the machines that platform tags promise."""
    known = map(read_platform_tag, platforms)
    return frozenset().union(*(tag.machines for tag in known if tag is not None))


def fitting_tags(
    platforms: Sequence[str], images: Labelled, target: tuple[int, int] | None
) -> tuple[str, ...]:
    """Return the platform tags with versions that the content keeps.

    They are raised as far as slices demand, and lowered only to ``target``.

    Raises:
        RepairError: something needs a newer macOS than ``target``.
    """
    needs: dict[Arch, dict[str, tuple[int, int, int]]] = {}
    who: dict[Arch, list[tuple[str, str, tuple[int, int, int]]]] = {}
    for label, piece in images:
        if piece.macos is None:
            continue
        minimum = piece.macos.minimum
        of_arch = needs.setdefault(piece.arch, {})
        of_arch[piece.name] = max(minimum, of_arch.get(piece.name, minimum))
        who.setdefault(piece.arch, []).append((label, piece.name, minimum))
    result: dict[str, None] = {}
    for text in platforms:
        tag = read_mac_tag(text)
        known = read_platform_tag(text)
        if tag is None or known is None:
            result[text] = None
            continue
        minimums = {
            name: minimum
            for arch in known.machines
            for name, minimum in needs.get(arch, {}).items()
        }
        demanded = fitting_version(minimums)[0] if minimums else tag.version
        if target is not None:
            wanted = _expressible(target, tag.arch)
            if demanded > wanted:
                _refuse(
                    wanted, [row for arch in sorted(known.machines) for row in who.get(arch, ())]
                )
            version = wanted
        else:
            version = max(_expressible(tag.version, tag.arch), demanded)
        result[str(MacTag(version, tag.arch))] = None
    unchanged = tuple(result) == tuple(platforms)
    return tuple(platforms) if unchanged else tuple(sorted(result))


def refuse_lacking(archs: Iterable[str], files: Mapping[str, Iterable[MachoSlice]]) -> None:
    """Hold files against ``--require-archs``.

    Raises:
        RepairError: a file lacks one of these machines.
    """
    lacking = []
    for label, slices in sorted(files.items()):
        has = {piece.name for piece in slices} | {str(piece.arch) for piece in slices}
        absent = [arch for arch in archs if arch not in has]
        if absent:
            lacking.append(f"{label} has no code for {' and '.join(absent)}")
    if lacking:
        more = f" and {len(lacking) - _MOST_NAMED} more" if len(lacking) > _MOST_NAMED else ""
        raise RepairError(
            f"--require-archs {','.join(archs)}: {'; '.join(lacking[:_MOST_NAMED])}{more}"
        )


def _expressible(version: tuple[int, int], arch: str) -> tuple[int, int]:
    """Return the nearest version below that a tag can say."""
    if arch == "arm64":
        version = max(version, (_BIG_SUR, 0))
    return version if version[0] < _BIG_SUR else (version[0], 0)


def _refuse(wanted: tuple[int, int], rows: list[tuple[str, str, tuple[int, int, int]]]) -> None:
    above = [row for row in rows if row[2][:2] > wanted]
    listed = "; ".join(
        f"{label} ({name}) needs {'.'.join(map(str, minimum[:2]))}"
        for label, name, minimum in (above or rows)[:_MOST_NAMED]
    )
    raise RepairError(f"the wheel cannot be tagged for macOS {wanted[0]}.{wanted[1]}: {listed}")
