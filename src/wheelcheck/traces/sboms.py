"""Bills of materials: whether they can be read, and what they give away.

Source: PEP 770; CycloneDX and SPDX, each as JSON or XML. An XML document may
declare entities that grow without end, so one that declares anything is not
read further: neither format asks for it.
"""

import json
import re
from typing import Any

from wheelcheck.records import record
from wheelcheck.traces.paths import home_paths

__all__ = ["Sbom", "read_sbom_json", "read_sbom_xml"]

_DEEPEST = 500
_SPDX_3 = "spdx.org"
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_XML_ROOTS = {"bom", "RDF", "Document"}


@record
class Sbom:
    """What was found out about one."""

    problem: str | None
    """Why it cannot be read; None if it can."""
    known: bool
    """It says that it is CycloneDX or SPDX."""
    paths: tuple[str, ...]
    """Paths into somebody's home folder."""


def read_sbom_json(data: bytes) -> Sbom:
    """Read a JSON document."""
    paths = home_paths(data)
    try:
        text = data.decode(json.detect_encoding(data))
        if _depth(text) > _DEEPEST:
            return Sbom("it nests too deeply", known=False, paths=paths)
        # Numbers say nothing here, and Python refuses long ones.
        document: Any = json.loads(text, parse_int=str, parse_float=str)
    except ValueError as error:
        return Sbom(f"it is no JSON ({_short(error)})", known=False, paths=paths)
    known = isinstance(document, dict) and (
        document.get("bomFormat") == "CycloneDX"
        or isinstance(document.get("spdxVersion"), str)
        or _SPDX_3 in str(document.get("@context"))[:1000]
    )
    return Sbom(None, known=known, paths=paths)


def read_sbom_xml(data: bytes) -> Sbom:
    """Read an XML document."""
    from xml.parsers import expat

    paths = home_paths(data)
    roots: list[str] = []
    depth = 0

    def declares(*_: object) -> None:
        raise _RefusedError("it declares a document type, which could hold entities without end")

    def opens(name: str, _: object) -> None:
        nonlocal depth
        depth += 1
        if depth == 1:
            roots.append(name.rpartition(":")[2])
        if depth > _DEEPEST:
            raise _RefusedError("it nests too deeply")

    def closes(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declares
    parser.StartElementHandler = opens
    parser.EndElementHandler = closes
    try:
        parser.Parse(data, True)
    except _RefusedError as error:
        return Sbom(str(error), known=False, paths=paths)
    except (expat.ExpatError, ValueError, LookupError) as error:
        return Sbom(f"it is no XML ({_short(error)})", known=False, paths=paths)
    return Sbom(None, known=bool(roots) and roots[0] in _XML_ROOTS, paths=paths)


def _depth(text: str) -> int:
    """Return how deep a JSON document nests; how deep the parser goes depends on the host."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return 0
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


class _RefusedError(Exception):
    """Ends the reading of a document."""


def _short(error: Exception) -> str:
    return str(error)[:100]
