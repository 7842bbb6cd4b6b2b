"""CPython's stable ABI: which names belong to it, and since which version.

Source: ``data/stable-abi.json``, which names its own; PEP 384, 652, 803.
"""

from collections.abc import Mapping

from wheelcheck.binary.model import Format
from wheelcheck.platforms.base import load_data
from wheelcheck.platforms.promises import Version
from wheelcheck.records import record

__all__ = ["StableAbi", "load_stable_abi"]


@record
class StableAbi:
    """The names of the stable ABI, those that only binaries may use included."""

    functions: Mapping[str, Version]
    """Name to the version that it was added in."""
    data: Mapping[str, Version]
    """Likewise, of objects such as ``PyExc_ValueError``."""
    formats: Mapping[str, frozenset[str]]
    """Names that are not everywhere, and the formats of the systems where they are."""
    earlier: Mapping[str, Version]
    """Names that interpreters had before these were added: from this version on."""
    oldest_seen: Version
    """The oldest of those interpreters."""
    abi3t_since: Version
    unusable_in_abi3t: frozenset[str]
    """They are there, but nothing valid can be given to them (PEP 803)."""

    def since(self, name: str, format_: Format | None = None) -> Version | None:
        """Return the version that a name was added in; None if the ABI has it not.

        With a format, only what release builds for its systems have counts.
        """
        found = self.functions.get(name) or self.data.get(name)
        if format_ is not None and name in self.formats and format_ not in self.formats[name]:
            return None
        return found

    def offered_by(self, name: str, version: Version) -> bool:
        """Tell whether this CPython has the name, as part of the stable ABI or not yet.

        What was there before the oldest interpreter that was looked into is not
        known; the name gets the benefit of the doubt. On Windows it means nothing:
        python3.dll has what belongs to the ABI, and no more.
        """
        since = self.since(name)
        if since is not None and since <= version:
            return True
        first = self.earlier.get(name)
        return first is not None and first <= max(version, self.oldest_seen)


def load_stable_abi() -> StableAbi:
    """Read the data file."""
    content = load_data("stable-abi.json")
    earlier, abi3t = content["earlier"], content["abi3t"]
    return StableAbi(
        functions=_versions(content["functions"]),
        data=_versions(content["data"]),
        formats={
            name: frozenset(feature["formats"])
            for feature in content["features"].values()
            for name in feature["names"]
        },
        earlier=_versions(earlier["names"]),
        oldest_seen=_version(earlier["oldest"]),
        abi3t_since=_version(abi3t["since"]),
        unusable_in_abi3t=frozenset(abi3t["unusable"]),
    )


def _versions(texts: Mapping[str, str]) -> dict[str, Version]:
    known = {text: _version(text) for text in set(texts.values())}
    return {name: known[text] for name, text in texts.items()}


def _version(text: str) -> Version:
    major, _, minor = text.partition(".")
    return int(major), int(minor)
