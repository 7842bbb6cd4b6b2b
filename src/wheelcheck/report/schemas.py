"""The JSON schemas (draft 2020-12) of what ``--format json`` writes, by command."""

import json
from importlib.resources import files
from typing import Any

__all__ = ["GRAPH_KEYS", "SCHEMAS", "load_schema"]

SCHEMAS = ("inspect", "tree", "diff")
GRAPH_KEYS = ("wheel", "path", "error", "binaries", "dependencies")
"""What a document of ``tree`` has of each wheel."""
_GRAPH_PARTS = ("optional_string", "strings", "binary", "dependency")


def load_schema(command: str) -> dict[str, Any]:
    """Return the schema of a command's documents.

    That of ``tree`` is a part of that of ``inspect``.
    """
    name = "schema-diff.json" if command == "diff" else "schema.json"
    text = files("wheelcheck.report").joinpath(name).read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return _of_tree(schema) if command == "tree" else schema


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
