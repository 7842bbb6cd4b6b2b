"""Python and ABI tags: which exist, and which go together.

Source: PEP 425, 384 (abi3 since 3.2), 703 (``t`` since 3.13), 803 (abi3t since
3.15); CPython's SOABI through the ages: ``m`` until 3.7, ``u`` until 3.2.
"""

import re

from wheelcheck.expressions import expression

__all__ = ["abi_problem", "interpreter_problem", "pair_problem"]

_INTERPRETER = expression(r"(?P<name>[a-z]+?)(?P<major>\d)(?P<minor>\d*)\Z", re.ASCII)
_KNOWN = {"py", "cp", "pp", "ip", "jy", "graalpy", "pyston", "pt", "rp"}
_CPYTHON_ABI = expression(r"cp(?P<major>\d)(?P<minor>\d*)(?P<flags>[a-z]*)\Z", re.ASCII)
_OTHER_ABI = expression(r"(?:pypy\d+_\w+|graalpy\d+_\w+|jython\w*|ironpython\w*|pyston\w*)\Z")
_PYPY_ABI = expression(r"pypy(?P<digits>\d+)_", re.ASCII)
_STABLE = ("abi3", "abi3t")

_ABI3_SINCE = (3, 2)
_ABI3T_SINCE = (3, 15)
_THREADED_SINCE = (3, 13)
_PYMALLOC_UNTIL = (3, 7)
_UNICODE_UNTIL = (3, 2)
_MAJORS = (2, 3)
_LAST_OF_2 = 7

Version = tuple[int, int]


def interpreter_problem(text: str) -> str | None:  # noqa: PLR0911 - one answer a case
    """Say why a Python tag is none; None if it is fine."""
    match = _INTERPRETER.match(text)
    if match is None:
        flagged = re.match(r"(cp\d+)([a-z]+)\Z", text)
        if flagged is not None:
            return (
                f"the Python tag {text} does not exist: flags such as {flagged[2]!r} belong to the "
                f"ABI tag ({flagged[1]}-{text})"
            )
        return f"the Python tag {text} does not exist"
    if match["name"] not in _KNOWN:
        return f"the Python tag {text} names no known interpreter"
    major, minor = int(match["major"]), match["minor"]
    if major not in _MAJORS or (len(minor) > 1 and minor[0] == "0"):
        hint = _meant(match["name"], match["major"] + minor)
        return f"the Python tag {text} names no version of Python{hint}"
    if match["name"] == "cp" and not minor:
        return f"no installer looks for {text}: CPython's tag names a version, as cp{major}12"
    if major == _MAJORS[0] and minor and int(minor) > _LAST_OF_2:
        return f"the Python tag {text} names no version of Python"
    return None


def abi_problem(text: str) -> str | None:
    """Say why an ABI tag is none; None if it may be one."""
    if text == "none" or text in _STABLE:
        return None
    if (match := _CPYTHON_ABI.match(text)) is not None:
        if not match["minor"] or int(match["major"]) not in _MAJORS:
            return f"the ABI tag {text} names no version of CPython"
        version = int(match["major"]), int(match["minor"])
        odd = [flag for flag in match["flags"] if not _flag_exists(flag, version)]
        if odd or len(set(match["flags"])) < len(match["flags"]):
            name = ".".join(map(str, version))
            return f"the ABI tag {text} does not exist: CPython {name} has no such build"
        return None
    if _OTHER_ABI.match(text):
        return None
    return f"the ABI tag {text} names no known ABI"


def pair_problem(interpreter: str, abi: str) -> str | None:  # noqa: PLR0911 - one answer a case
    """Say why no installer ever looks for this pair; None if some may.

    Both must be fine by themselves.
    """
    match = _INTERPRETER.match(interpreter)
    if abi == "none" or match is None:
        return None
    name = match["name"]
    version = (int(match["major"]), int(match["minor"] or 0))
    if abi in _STABLE:
        if name != "cp":
            return f"{abi} goes with CPython tags only, not with {interpreter}"
        if version < _ABI3_SINCE:
            return f"{abi} exists since Python 3.2, so not for {interpreter}"
        if abi == "abi3t" and version < _ABI3T_SINCE:
            return f"abi3t exists since Python 3.15, so not for {interpreter}"
        return None
    if (cpython := _CPYTHON_ABI.match(abi)) is not None:
        if name != "cp" or version != (int(cpython["major"]), int(cpython["minor"])):
            return f"the ABI {abi} is not that of {interpreter}"
        return None
    if (pypy := _PYPY_ABI.match(abi)) is not None:
        digits = match["major"] + match["minor"]
        return (
            None
            if (name, digits) == ("pp", pypy["digits"])
            else (f"the ABI {abi} is not that of {interpreter}")
        )
    return None


def _flag_exists(flag: str, version: Version) -> bool:
    return (
        flag == "d"
        or (flag == "t" and version >= _THREADED_SINCE)
        or (flag == "m" and version <= _PYMALLOC_UNTIL)
        or (flag == "u" and version <= _UNICODE_UNTIL)
    )


def _meant(name: str, digits: str) -> str:
    """Guess: cp09 and cp9 are written for cp39."""
    minor = digits.lstrip("0")
    return f"; {name}3{minor} may be meant" if minor and not minor.startswith("3") else ""
