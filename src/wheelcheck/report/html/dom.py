"""Elements of a page, as text that is escaped where it is made.

Only :class:`Html` goes into a page as it is; every other string is taken for a stranger's.
"""

import html
from collections.abc import Iterable

from wheelcheck.report.escapes import safe

__all__ = ["Html", "element", "join", "text", "with_code"]

_LONGEST = 2_000
"""Characters of a text; names in an archive can have 65,535."""
_VOID = frozenset({"br", "input", "meta", "path", "rect", "wbr"})


class Html(str):
    """Text that is part of a page."""

    __slots__ = ()


def text(value: str) -> Html:
    """Return a stranger's text: no markup, no control characters, no turned direction."""
    if len(value) > _LONGEST:
        value = value[:_LONGEST] + "..."
    return Html(html.escape("\n".join(map(safe, value.split("\n")))))


def element(
    name: str,
    /,
    *children: Html | str | Iterable[Html | str] | None,
    **attributes: str | float | bool | None,
) -> Html:
    """Return an element; children that are None or empty are left out.

    ``class_`` and ``for_`` stand for those attributes, ``_`` otherwise for ``-``. An attribute
    that is True has no value; one that is None or False is left out.
    """
    shown = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{shown}/>")  # SVG needs the slash, HTML bears it
    return Html(f"<{name}{shown}>{join(children)}</{name}>")


def join(children: Iterable[Html | str | Iterable[Html | str] | None]) -> Html:
    """Return children one after another; strings are escaped."""
    return Html("".join(map(_child, children)))


def with_code(value: str) -> Html:
    """Return text in which what stands between backticks is code."""
    parts = value.split("`")
    if len(parts) % 2 == 0:
        return text(value)
    return join(element("code", part) if i % 2 else part for i, part in enumerate(parts))


def _child(child: Html | str | Iterable[Html | str] | None) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return text(child)
    return join(child)


def _attribute(key: str, value: str | float | bool | None) -> str:  # noqa: FBT001 - HTML has them
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if name == "viewbox":
        name = "viewBox"
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'
