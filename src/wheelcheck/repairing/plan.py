"""What a repair will do: pure data that can be printed and compared."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Bundle", "Missing", "Plan", "Rewrite", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a library is taken from."""

    place: str
    """Why it was looked at, e.g. ``--add-path`` or ``PATH``."""
    path: Path | None
    """The file, or None if it is a member of the wheel itself."""
    member: str | None
    sha256: str
    """Hex digest of its content, before any rewrite."""

    def __str__(self) -> str:
        """Return the file or member, for a person."""
        return str(self.path) if self.path is not None else f"{self.member} in the wheel"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A library that is put into the wheel."""

    library: str
    """Its own file name."""
    member: str
    """The new member."""
    source: Source
    renames: tuple[tuple[str, str], ...]
    """Imports rewritten in it, old name to new."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A member whose imports are renamed."""

    member: str
    renames: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A library that is needed and was not found."""

    library: str
    importers: tuple[str, ...]
    searched: tuple[str, ...]
    rejected: tuple[str, ...]
    """Files of that name that were not taken, each with the reason."""
    hint: str | None
    """Where such a library usually comes from."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A repair, before it is done."""

    wheel: str
    """File name of the input."""
    output: str
    """File name of the result."""
    platform: str
    """The platform whose rules were applied: ``windows``, or ``any``."""
    bundles: tuple[Bundle, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    dropped: tuple[str, ...] = ()
    """Members left out because the change makes them invalid."""
    missing: tuple[Missing, ...] = ()
    excluded: tuple[str, ...] = ()
    """Libraries that the user said are supplied otherwise."""
    notes: tuple[str, ...] = ()
    """What a person should know: choices made between several files, and the like."""

    @property
    def changes(self) -> bool:
        """Whether the result differs from the input."""
        return bool(self.bundles or self.rewrites or self.output != self.wheel)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "wheel": self.wheel,
            "output": self.output,
            "platform": self.platform,
            "bundles": [
                {
                    "library": b.library,
                    "member": b.member,
                    "source": str(b.source),
                    "place": b.source.place,
                    "sha256": b.source.sha256,
                    "renames": dict(b.renames),
                }
                for b in self.bundles
            ],
            "rewrites": [{"member": r.member, "renames": dict(r.renames)} for r in self.rewrites],
            "dropped": list(self.dropped),
            "missing": [
                {
                    "library": m.library,
                    "importers": list(m.importers),
                    "searched": list(m.searched),
                    "rejected": list(m.rejected),
                    "hint": m.hint,
                }
                for m in self.missing
            ],
            "excluded": list(self.excluded),
            "notes": list(self.notes),
        }
