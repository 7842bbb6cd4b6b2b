"""Tags, and compressed tag sets, expanded with a bound.

Source: PEP 425, "Compressed Tag Sets".
"""

from wheelcheck.records import record

__all__ = ["MOST_TAGS", "Tag", "expand"]

_PARTS = 3
MOST_TAGS = 1_000
"""Far more than any wheel needs; a file name has room for tens of thousands."""


@record
class Tag:
    """A Python, its ABI and a platform, in lower case."""

    interpreter: str
    abi: str
    platform: str

    def __str__(self) -> str:
        """Return it as it stands in file names."""
        return f"{self.interpreter}-{self.abi}-{self.platform}"


def expand(text: str) -> frozenset[Tag]:
    """Return the single tags of a set such as ``py2.py3-none-any``.

    Raises:
        ValueError: it has not three parts, one is empty, or it stands for more
            than :data:`MOST_TAGS` tags.

    """
    parts = [part.split(".") for part in text.lower().split("-")]
    if len(parts) != _PARTS:
        raise ValueError(f"a tag has three parts, not {len(parts)}")
    if not all(word for part in parts for word in part):
        raise ValueError("a part of the tag is empty")
    python, abi, platform = parts
    if len(python) * len(abi) * len(platform) > MOST_TAGS:
        raise ValueError(f"it stands for more than {MOST_TAGS} tags")
    return frozenset(Tag(i, a, p) for i in python for a in abi for p in platform)
