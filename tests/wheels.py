"""A small builder of wheels for tests: right by default, wrong where a test says so."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_TIME = (2024, 1, 2, 3, 4, 6)

COMPLETE = {
    "Metadata-Version": "2.4",
    "Summary": "A wheel for tests",
    "Requires-Python": ">=3.9",
    "License-Expression": "MIT",
    "Project-URL": "Source, https://github.com/pypa/packaging",
    "Description-Content-Type": "text/markdown",
}
"""Fields of METADATA with which no rule finds anything wrong; name and version are added."""


@dataclass
class WheelBuilder:
    """Build ``{name}-{version}-{tag}.whl`` with a right WHEEL, METADATA and RECORD."""

    name: str = "demo"
    version: str = "1.0"
    tag: str = "cp39-abi3-win_amd64"
    files: dict[str, bytes] = field(default_factory=dict)
    fields: Mapping[str, str | list[str] | None] = field(default_factory=dict)
    """Fields of METADATA instead of, or besides, the complete ones; None leaves one out."""
    description: str = "Only for tests.\n"
    metadata_file: bytes | None = None
    """The whole METADATA, instead of one made of the fields."""
    purelib: bool | None = None
    """By default as the tag says."""
    record: bytes | None = None
    """The whole RECORD, instead of the right one."""
    wheel_file: bytes | None = None
    left_out: frozenset[str] = frozenset()
    """Names in dist-info not to write."""

    @property
    def filename(self) -> str:
        return f"{self.name}-{self.version}-{self.tag}.whl"

    @property
    def dist_info(self) -> str:
        return f"{self.name}-{self.version}.dist-info"

    def members(self) -> dict[str, bytes]:
        """Return all members, RECORD last."""
        members = dict(self.files)
        python, abi, platform = self.tag.split("-")
        tags = [
            f"Tag: {i}-{a}-{p}\n"
            for i in python.split(".")
            for a in abi.split(".")
            for p in platform.split(".")
        ]
        purelib = platform == "any" if self.purelib is None else self.purelib
        own = {
            "METADATA": self._metadata() if self.metadata_file is None else self.metadata_file,
            "WHEEL": self.wheel_file
            if self.wheel_file is not None
            else (
                "Wheel-Version: 1.0\nGenerator: tests\n"
                f"Root-Is-Purelib: {str(purelib).lower()}\n{''.join(tags)}"
            ).encode(),
        }
        for name, data in own.items():
            if name not in self.left_out:
                members.setdefault(f"{self.dist_info}/{name}", data)
        if "RECORD" not in self.left_out:
            record = f"{self.dist_info}/RECORD"
            members[record] = self.record if self.record is not None else _record(members, record)
        return members

    def _metadata(self) -> bytes:
        name_and_version = {"Name": self.name, "Version": self.version}
        lines: list[str] = []
        for name, value in {**COMPLETE, **name_and_version, **self.fields}.items():
            values = [value] if isinstance(value, str) else value or []
            lines += [f"{name}: {text}\n" for text in values]
        return ("".join(lines) + "\n" + self.description).encode("utf-8", "surrogateescape")

    def write(self, folder: Path) -> Path:
        """Write the wheel into ``folder`` and return its path."""
        path = folder / self.filename
        path.write_bytes(zip_bytes(self.members()))
        return path


def zip_bytes(members: Mapping[str, bytes]) -> bytes:
    """Return a plain zip archive with these members in order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)
    return buffer.getvalue()


def record_row(name: str, data: bytes) -> str:
    """Return the right row of RECORD for a member."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


def _record(members: Mapping[str, bytes], record: str) -> bytes:
    rows = [record_row(name, data) for name, data in members.items()]
    return "".join([*rows, f"{record},,\n"]).encode()
