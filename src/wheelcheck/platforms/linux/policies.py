"""The policies behind manylinux, musllinux and Android tags.

They are the JSON files of the installed auditwheel, so that its upgrade brings
new ones. The package itself is not imported: that costs more time than all
else here. Source: PEP 600, 656, 738; auditwheel's ``policy`` folder.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from wheelcheck.binary.model import Arch, Libc
from wheelcheck.expressions import expression
from wheelcheck.records import record

__all__ = ["MACHINE_NAMES", "Policy", "android_level", "is_loader", "policies_for", "policy_of_tag"]

MACHINE_NAMES = {
    Arch.X86: "i686",
    Arch.X86_64: "x86_64",
    Arch.ARM: "armv7l",
    Arch.ARM64: "aarch64",
    Arch.PPC64: "ppc64",
    Arch.PPC64LE: "ppc64le",
    Arch.RISCV64: "riscv64",
    Arch.S390X: "s390x",
    Arch.LOONGARCH64: "loongarch64",
}
"""How Linux tags and the policies spell machines."""

_ANDROID_ABIS = {Arch.ARM64: "arm64_v8a", Arch.ARM: "armeabi_v7a", Arch.X86: "x86"}
_FILES = {
    Libc.GLIBC: "manylinux-policy.json",
    Libc.MUSL: "musllinux-policy.json",
    Libc.BIONIC: "android-policy.json",
}
# Alpine's musl bears the machine's name; the policies say libc.so.
_MUSL = expression(r"libc\.musl-[a-z0-9_]+\.so\.1")
_LOADER = expression(r"ld-linux[-\w]*\.so\.\d+|ld64\.so\.\d|ld-musl-\w+\.so\.1|ld\.so\.1")
_ANDROID = expression(r"android_(\d+)_(\w+)", re.ASCII)


@record
class Policy:
    """What every system that one platform tag is for has."""

    tag: str
    """Platform tag, e.g. ``manylinux_2_28_x86_64``."""
    aliases: tuple[str, ...]
    """Older platform tags of the same meaning."""
    libc: Libc
    symbol_versions: Mapping[str, frozenset[str]]
    """By what stands before the first ``_``: ``GLIBC`` to ``2.5``, ``2.17``, ..."""
    libraries: frozenset[str]
    """Sonames of the libraries that may be expected there."""
    blacklist: Mapping[str, frozenset[str]]
    """Library to symbols that not every one of these systems' libraries defines."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The tag and its aliases."""
        return (self.tag, *self.aliases)

    @property
    def android_api(self) -> int | None:
        """The Android API level, for Android's policies."""
        return android_level(self.tag)

    def has(self, library: str) -> bool:
        """Tell whether the systems have a library of this name."""
        if library in self.libraries or is_loader(library):
            return True
        return self.libc is Libc.MUSL and _MUSL.fullmatch(library) is not None

    def lacks_versions(self, versions: Iterable[str]) -> tuple[str, ...]:
        """Return the symbol versions that some of the systems do not have, in order.

        Versions of a family that the policy says nothing about are not judged.
        """
        lacking = []
        for version in versions:
            family, _, number = version.partition("_")
            known = self.symbol_versions.get(family)
            if known is not None and number not in known:
                lacking.append(version)
        return tuple(lacking)


def android_level(tag: str) -> int | None:
    """Return the API level that an Android platform tag names; None for other tags."""
    match = _ANDROID.fullmatch(tag)
    return None if match is None else int(match[1])


def is_loader(library: str) -> bool:
    """Tell whether a library is the loader itself, which is always there."""
    return _LOADER.fullmatch(library) is not None


@lru_cache(maxsize=64)
def policies_for(libc: Libc, machine: Arch) -> tuple[Policy, ...]:
    """Return the policies for a C library and a machine, the oldest systems' first."""
    name = MACHINE_NAMES.get(machine)
    rows = sorted(_load(_FILES[libc]), key=lambda row: -int(row["priority"]))
    return tuple(
        _policy(row, libc, machine, name)
        for row in rows
        if name is not None and name in row["symbol_versions"]
    )


def policy_of_tag(tag: str, libc: Libc, machine: Arch) -> Policy | None:
    """Return the policy of a platform tag, None if this auditwheel knows none.

    An Android tag stands for the newest policy that is not above its API level.
    """
    policies = policies_for(libc, machine)
    level = android_level(tag)
    if level is not None:
        fitting = [p for p in policies if (p.android_api or 0) <= level]
        return max(fitting, key=lambda p: p.android_api or 0, default=None)
    return next((policy for policy in policies if tag in policy.tags), None)


def _policy(row: dict[str, Any], libc: Libc, machine: Arch, name: str) -> Policy:
    suffix = _ANDROID_ABIS.get(machine, name) if libc is Libc.BIONIC else name
    return Policy(
        tag=f"{row['name']}_{suffix}",
        aliases=tuple(f"{alias}_{suffix}" for alias in row["aliases"]),
        libc=libc,
        symbol_versions={
            family: frozenset(versions) for family, versions in row["symbol_versions"][name].items()
        },
        libraries=frozenset(row["lib_whitelist"]),
        blacklist={lib: frozenset(symbols) for lib, symbols in row["blacklist"].items()},
    )


@lru_cache(maxsize=4)
def _load(filename: str) -> tuple[dict[str, Any], ...]:
    spec = find_spec("auditwheel")
    assert spec is not None, "auditwheel, which wheelcheck requires, is not installed"
    assert spec.origin is not None
    return tuple(json.loads((Path(spec.origin).parent / "policy" / filename).read_bytes()))
