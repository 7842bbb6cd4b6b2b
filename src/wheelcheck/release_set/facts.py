"""What is kept of a wheel so that it can be judged beside the others of its release."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from wheelcheck.distinfo.names import normal_name

if TYPE_CHECKING:
    from wheelcheck.distinfo.metadata import CoreMetadata
    from wheelcheck.wheel import Wheel

__all__ = ["content_digest", "shared_metadata"]

# What resolvers and lock files take from one wheel for all of them.
_WORDED = ("Requires-Dist", "Requires-Python", "Provides-Extra")
_OTHERS = (
    "Requires-External",
    "Summary",
    "Keywords",
    "License",
    "License-Expression",
    "Classifier",
    "Author",
    "Author-Email",
    "Maintainer",
    "Maintainer-Email",
    "Home-Page",
    "Download-URL",
    "Project-URL",
    "Description-Content-Type",
    "Import-Name",
    "Import-Namespace",
)
_LONGEST = 200
_MOST_VALUES = 100


def content_digest(wheel: "Wheel") -> str | None:
    """Return a digest over the members outside of dist-info, by where they are installed.

    None if there are none, or one could not be read.
    """
    folder = f"{wheel.dist_info}/"
    files = [file for file in wheel.files if not file.member.name.startswith(folder)]
    if not files or any(file.problem is not None for file in files):
        return None
    digest = hashlib.sha256()
    for name, content in sorted((file.install, file.digests["sha256"]) for file in files):
        digest.update(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest() + content)
    return digest.hexdigest()


def shared_metadata(metadata: "CoreMetadata | None") -> Mapping[str, tuple[str, ...]]:
    """Return the fields that all wheels of a release should share.

    Requirements and extras are in their normal form and sorted. Of other
    fields, and of what is long, there is a digest.
    """
    if metadata is None or metadata.problem is not None:
        return {}
    worded = {name: _shortened(_normal(metadata, name)) for name in _WORDED}
    others = {name: sorted(set(metadata.all(name))) for name in _OTHERS}
    # Builders differ in how they end lines.
    others["Description"] = [line.rstrip() for line in metadata.description.strip().splitlines()]
    digests = {name: (_digest("\n".join(values)),) for name, values in others.items() if values}
    return {name: values for name, values in worded.items() if values} | digests


def _normal(metadata: "CoreMetadata", name: str) -> tuple[str, ...]:
    if name == "Requires-Dist":
        requirements = metadata.requires_dist
        if requirements.faults:
            return metadata.all(name)
        return tuple(normal_name(r.name) + str(r)[len(r.name) :] for r in requirements.valid)
    if name == "Provides-Extra":
        return tuple(map(normal_name, metadata.all(name)))
    if metadata.requires_python is not None:
        return (",".join(sorted(map(str, metadata.requires_python))),)
    return metadata.all(name)


def _shortened(values: tuple[str, ...]) -> tuple[str, ...]:
    values = tuple(sorted(set(values)))
    if len(values) > _MOST_VALUES:
        return (_digest("\0".join(values)),)
    return tuple(value if len(value) <= _LONGEST else _digest(value) for value in values)


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
