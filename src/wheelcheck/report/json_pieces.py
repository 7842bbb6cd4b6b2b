"""JSON written piece by piece, for documents that would fill the memory as one text."""

import json
from collections.abc import Iterator
from typing import Any

__all__ = ["json_pieces"]


def json_pieces(document: Any) -> Iterator[str]:  # noqa: ANN401 (any JSON value)
    """Yield what ``json.dumps(document, indent=2)`` returns, and a line end.

    Lists may be iterators, as values of a mapping that is the document, or an item of another such
    list; each item is made when it is written.
    """
    yield from _pieces(document, "")
    yield "\n"


def _pieces(value: Any, margin: str) -> Iterator[str]:  # noqa: ANN401 (see above)
    inner = f"{margin}  "
    if isinstance(value, Iterator):
        lead = "[\n"
        for item in value:
            yield lead + inner
            yield from _pieces(item, inner)
            lead = ",\n"
        yield "[]" if lead == "[\n" else f"\n{margin}]"
    elif isinstance(value, dict) and any(isinstance(part, Iterator) for part in value.values()):
        lead = "{\n"
        for key, part in value.items():
            yield f"{lead}{inner}{json.dumps(key)}: "
            yield from _pieces(part, inner)
            lead = ",\n"
        yield f"\n{margin}}}"
    else:
        # Line ends inside of strings are escapes.
        yield json.dumps(value, indent=2, ensure_ascii=True).replace("\n", f"\n{margin}")
