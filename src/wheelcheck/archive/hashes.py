"""The hashes that can be computed."""

from typing import Final

__all__ = ["ALGORITHMS"]

ALGORITHMS: Final = frozenset(
    {
        "md5", "sha1", "sha224", "sha256", "sha384", "sha512",
        "sha3_224", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2s",
    }
)  # fmt: skip
"""Those that every Python has and whose digests have one length (not the SHAKE family)."""
