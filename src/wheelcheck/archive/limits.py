"""How much an archive may ask for. The only place with such numbers."""

from wheelcheck.records import record

__all__ = ["Limits"]

_MIB = 1024 * 1024
_GIB = 1024 * _MIB


@record
class Limits:
    """Bounds on an archive, all in bytes unless they count something.

    Members, sizes and the ratio are checked against what the central directory
    claims, before anything is inflated; a member that turns out larger than it
    claims is not inflated further. So the claims bound the work.
    """

    members: int = 100_000
    """Entries of the central directory. The largest wheels on PyPI have some 30,000."""
    member_size: int = 4 * _GIB
    """One member, inflated."""
    total_size: int = 16 * _GIB
    """All members, inflated."""
    ratio: int = 50
    """Inflated total over size of the archive: PyPI's rule (warehouse, ``_is_valid_dist_file``)."""
    ratio_exempt: int = 64 * _MIB
    """Below this inflated total the ratio does not matter; PyPI's number, too."""
    directory_size: int = 32 * _MIB
    """The central directory: 335 bytes for each of 100,000 members."""
    spill: int = 64 * _MIB
    """A larger member goes through an unnamed temporary file instead of memory."""
    name_size: int = 4096
    """The name of a member: the longest path that Linux takes (PATH_MAX)."""
    record_size: int = 32 * _MIB
    """RECORD itself: 335 bytes for each of 100,000 members."""
    record_rows: int = 250_000
    """Rows of RECORD that are read: more than two for each member that may exist."""
    natives: int = 10_000
    """Native objects; each costs about half a millisecond, however small it is."""
    imports: int = 200_000
    """Libraries that all native objects together import."""
    symbols: int = 2_000_000
    """Functions and variables that all native objects together import or export."""
    faults_of_a_kind: int = 500
    """So many faults of one kind are told one by one; the rest is counted."""
