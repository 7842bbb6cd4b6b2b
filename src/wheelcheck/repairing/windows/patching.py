"""Patches of a plan put into their sources."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from wheelcheck.errors import PatchError, RepairError
from wheelcheck.patch.dll_folder import dll_folder_patch
from wheelcheck.patch.python_source import insert_patch, insert_patch_at_marks
from wheelcheck.repairing.plan import SourcePatch

__all__ = ["patched_sources"]


def patched_sources(
    patches: Iterable[SourcePatch], read_member: Callable[[str], bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield each member that patches change, in their order, with its new bytes.

    Raises:
        RepairError: a source cannot be read or patched.
    """
    for member, group in groupby(patches, key=lambda patch: patch.member):
        data = read_member(member)
        for patch in group:
            data = _patched(data, patch)
        yield member, data


def _patched(data: bytes, patch: SourcePatch) -> bytes:
    try:
        body = dll_folder_patch(
            patch.levels_up, patch.folder, preload=patch.preload, old_python=patch.old_python
        )
        return insert_patch_at_marks(data, body) if patch.at_marks else insert_patch(data, body)
    except PatchError as error:
        raise RepairError(
            f"{patch.member} cannot be patched to find the bundled libraries: {error}; or bundle "
            "them beside the extensions with --layout beside"
        ) from error
