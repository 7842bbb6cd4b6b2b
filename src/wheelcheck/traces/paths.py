r"""Paths into somebody's home folder.

Homes of build services and packagers say nothing about anybody, and neither do
/root, /project or D:\a: they are left out, since nearly every compiled file
holds some and nobody is worse off.
"""

import mmap
import re
from collections.abc import Iterator
from typing import TypeAlias

__all__ = ["Data", "home_paths"]

Data: TypeAlias = bytes | mmap.mmap

_NAME = rb"([A-Za-z0-9][A-Za-z0-9._-]{0,31})"
_REST = rb"[\x21\x23-\x26\x28-\x7e]{1,120}"
# Each begins with a plain character, which is found many times faster than a choice.
_UNIX = re.compile(rb"/(?:home|Users)/" + _NAME + rb"/" + _REST)
_WINDOWS = re.compile(rb"\\Users\\{1,2}" + _NAME + rb"\\" + _REST)

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


def home_paths(data: Data, *, windows: bool) -> tuple[str, ...]:
    """Return a few paths into homes of persons, one for each person.

    ``windows`` says whether to look for those with backslashes, too.
    """
    found: dict[bytes, str] = {}
    for form in (_UNIX, _WINDOWS) if windows else (_UNIX,):
        for name, text in _matches(data, form):
            found.setdefault(name, text)
            if len(found) >= _MOST:
                return tuple(found.values())
    return tuple(found.values())


def _matches(data: Data, form: re.Pattern[bytes]) -> Iterator[tuple[bytes, str]]:
    for number, match in enumerate(form.finditer(data)):
        if number >= _MOST_HITS:
            return
        name = match[1].lower()
        start = match.start()
        if name in _OF_NOBODY or (start and data[start - 1] in _BEFORE):
            continue
        yield name, match[0].decode("ascii", "replace")
