"""The bytes of members that a repair is about to use."""

import hashlib
from typing import TYPE_CHECKING

from wheelcheck.errors import RepairError

if TYPE_CHECKING:
    from wheelcheck.archive.reader import Archive
    from wheelcheck.wheel import Wheel

__all__ = ["MemberReader"]


class MemberReader:
    """Reads members that are what the archive and RECORD promise."""

    def __init__(self, archive: "Archive", wheel: "Wheel") -> None:
        self._archive = archive
        self._record = wheel.record
        self._members = {member.name: member for member in archive.members}

    def __call__(self, name: str) -> bytes:
        """Return the bytes of a member.

        Raises:
            RepairError: they are not what was promised.
        """
        content = self._archive.read(self._members[name])
        if content.problem is not None or content.data is None:
            raise RepairError(f"{name} cannot be used: {content.problem}")
        row = self._record.row(name) if self._record is not None else None
        data = bytes(content.data)
        if row is not None and row.algorithm is not None:
            actual = hashlib.new(row.algorithm, data, usedforsecurity=False).digest()
            if row.digest != actual:
                raise RepairError(
                    f"{name} is not the file that RECORD lists (its {row.algorithm} differs), so "
                    "it is not rewritten; build the wheel again"
                )
        return data
