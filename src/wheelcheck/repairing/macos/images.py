"""The planned edits of one Mach-O file, done."""

from collections.abc import Sequence

from wheelcheck.patch.codesign import resign
from wheelcheck.patch.macho import MachoEdit, MachoPatch, rewrite
from wheelcheck.repairing.plan import ImageEdit

__all__ = ["edit_images"]


def edit_images(data: bytes, edits: Sequence[ImageEdit], *, identifier: str) -> MachoPatch:
    """Return the file with each slice edited, and all signatures right.

    Raises:
        PatchError: an edit does not fit, or a slice cannot be signed.
    """
    wanted = [
        MachoEdit(
            libraries=dict(edit.libraries),
            install_name=edit.install_name,
            rpaths=dict.fromkeys(edit.dropped_rpaths),
        )
        for edit in edits
    ]
    result = rewrite(data, wanted, identifier=identifier)
    return MachoPatch(resign(result.data, identifier), result.notes)
