"""Regular expressions that are compiled when they are first used.

A call meets some seventy expressions that the wheel at hand has no use for; to compile them took
a twentieth of its time.
"""

import re
from typing import Any, AnyStr, cast

__all__ = ["expression"]

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")


def expression(form: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as :func:`re.compile` would make it, once it is used."""
    return cast("re.Pattern[AnyStr]", _Expression(form, flags))


class _Expression:
    def __init__(self, form: Any, flags: int) -> None:  # noqa: ANN401 (text or bytes)
        self._form = form
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        compiled = re.compile(self._form, self._flags)
        # From now on they are found without asking here, as quickly as those of the expression.
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
