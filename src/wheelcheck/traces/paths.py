r"""Paths into somebody's home folder.

Homes of build services and packagers say nothing about anybody, and neither do
/root, /project or D:\a: they are left out, since nearly every compiled file
holds some and nobody is worse off.
"""

import mmap
import re
from collections.abc import Iterator
from typing import TypeAlias

from wheelcheck.binary.model import Binary, Format
from wheelcheck.expressions import expression

__all__ = ["Data", "home_paths", "native_home_paths"]

Data: TypeAlias = bytes | bytearray | mmap.mmap

_NAME = rb"([A-Za-z0-9][A-Za-z0-9._-]{0,31})"
_REST = rb"[\x21\x23-\x26\x28-\x7e]{1,120}"
# Each begins with a plain character, which is found many times faster than a choice.
_UNIX = expression(rb"/(?:home|Users)/" + _NAME + rb"/" + _REST)
_WINDOWS = expression(rb"\\Users\\{1,2}" + _NAME + rb"\\" + _REST)

_OF_NOBODY = frozenset({
    b"administrator", b"appveyor", b"azureuser", b"build", b"builder", b"buildozer", b"ci",
    b"circleci", b"cirrus", b"codespace", b"conda", b"containeradministrator", b"containeruser",
    b"distiller", b"docker", b"gitlab-runner", b"gitpod", b"homebrew", b"jenkins", b"linuxbrew",
    b"nixbld", b"packager", b"public", b"qt", b"root", b"runner", b"runneradmin", b"semaphore",
    b"travis", b"ubuntu", b"user", b"username", b"vagrant", b"vcap", b"vscode",
    b"vssadministrator", b"vsts", b"your_name", b"yourname",
})  # fmt: skip
"""Accounts of build services, packagers and examples, in lower case."""
_BEFORE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-~")
_MOST_HITS = 5_000
_MOST = 3


def home_paths(data: bytes) -> tuple[str, ...]:
    """Return a few paths into homes of persons that a text holds, one for each person."""
    return _home_paths(data, [(0, len(data))], (_UNIX, _WINDOWS))


def native_home_paths(data: Data, binary: Binary) -> tuple[str, ...]:
    """Return a few paths into homes of persons that a native object holds, one for each person.

    Code that has sections or segments of its own is not searched: it is most of
    a large object, and holds no text.
    """
    code = [span for piece in binary.slices for span in piece.code]
    forms = (_UNIX, _WINDOWS) if binary.format is Format.PE else (_UNIX,)
    return _home_paths(data, _without(len(data), code), forms)


def _without(size: int, code: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return start and end of what lies around the code."""
    rest: list[tuple[int, int]] = []
    at = 0
    for start, length in sorted(code):
        if start > at:
            rest.append((at, min(start, size)))
        at = max(at, start + length)
    if at < size:
        rest.append((at, size))
    return rest


def _home_paths(
    data: Data, ranges: list[tuple[int, int]], forms: tuple[re.Pattern[bytes], ...]
) -> tuple[str, ...]:
    found: dict[bytes, str] = {}
    for form in forms:
        for start, end in ranges:
            for name, text in _matches(data, form, start, end):
                found.setdefault(name, text)
                if len(found) >= _MOST:
                    return tuple(found.values())
    return tuple(found.values())


def _matches(
    data: Data, form: re.Pattern[bytes], begin: int, end: int
) -> Iterator[tuple[bytes, str]]:
    for number, match in enumerate(form.finditer(data, begin, end)):
        if number >= _MOST_HITS:
            return
        name = match[1].lower()
        start = match.start()
        if name in _OF_NOBODY or (start and data[start - 1] in _BEFORE):
            continue
        yield name, match[0].decode("ascii", "replace")
