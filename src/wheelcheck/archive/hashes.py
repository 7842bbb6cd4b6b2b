"""The hashes that can be computed."""

import hashlib
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["ALGORITHMS", "started"]

ALGORITHMS: Final = frozenset(
    {
        "md5", "sha1", "sha224", "sha256", "sha384", "sha512",
        "sha3_224", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2s",
    }
)  # fmt: skip
"""Those that every Python has and whose digests have one length (not the SHAKE family)."""
# For small members, to look one up by name takes as long as to compute it.
_MAKERS = {name: getattr(hashlib, name) for name in ALGORITHMS}


def started(algorithms: Collection[str], data: bytes = b"") -> "dict[str, _Hash]":
    """Return a hash for each algorithm that is known, over what there is so far."""
    return {
        name: _MAKERS[name](data, usedforsecurity=False) for name in algorithms if name in _MAKERS
    }
