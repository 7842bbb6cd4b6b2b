"""The JSON schemas (draft 2020-12) of what ``--format json`` writes, by command."""

import json
from importlib.resources import files
from typing import Any

__all__ = ["GRAPH_KEYS", "SCHEMAS", "load_schema"]

SCHEMAS = ("inspect", "tree", "diff", "test", "repair")
GRAPH_KEYS = ("wheel", "path", "error", "binaries", "dependencies")
"""What a document of ``tree`` has of each wheel."""
_GRAPH_PARTS = ("optional_string", "strings", "binary", "dependency")
_FINDING_PARTS = ("optional_string", "strings", "finding")


def load_schema(command: str) -> dict[str, Any]:
    """Return the schema of a command's documents.

    That of ``tree`` is a part of that of ``inspect``; those of ``test`` and ``repair`` have their
    findings from there.
    """
    if command == "inspect":
        return _read("schema.json")
    if command == "tree":
        return _of_tree(_read("schema.json"))
    schema = _read(f"schema-{command}.json")
    if command != "diff":
        shared = _read("schema.json")["$defs"]
        schema["$defs"] |= {name: shared[name] for name in _FINDING_PARTS}
    return schema


def _read(name: str) -> dict[str, Any]:
    text = files("wheelcheck.report").joinpath(name).read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _of_tree(whole: dict[str, Any]) -> dict[str, Any]:
    wheel = whole["$defs"]["wheel"]
    keys = ("schema_version", "wheelcheck", "wheels")
    return {
        **whole,
        "title": "wheelcheck tree --format json",
        "required": list(keys),
        "properties": {key: whole["properties"][key] for key in keys},
        "$defs": {
            **{name: whole["$defs"][name] for name in _GRAPH_PARTS},
            "wheel": {
                **wheel,
                "description": "The native objects of one wheel, and what they need.",
                "required": list(GRAPH_KEYS),
                "properties": {key: wheel["properties"][key] for key in GRAPH_KEYS},
            },
        },
    }
