# ruff: noqa: INP001  (a script, no package)
"""Write docs/json.md anew from the JSON schema.

Run it in an environment that has wheelcheck: ``python docs/generate_json.py``.
A test compares the page with the schema, so it cannot fall behind.
"""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from wheelcheck.report.schemas import load_schema

PAGE = Path(__file__).resolve().parent / "json.md"

Schema = Mapping[str, Any]

_HEAD = """# The JSON document

`wheelcheck inspect --format json` writes one document for one call. `wheelcheck schema` prints the
JSON schema (draft 2020-12) that every document satisfies; this page is made from it by
docs/generate_json.py, do not edit.

Within a `schema_version` no key goes away or changes its meaning; new keys may appear, so a reader
ignores those that it does not know, and the schema allows them. All keys are always there. Strings
are what wheels hold, with no escapes but those of JSON: whoever shows them, escapes them.

`wheelcheck tree --format json` writes `schema_version`, `wheelcheck` and `wheels`, of each wheel
only `wheel`, `path`, `error`, `binaries` and `dependencies` (`wheelcheck schema tree`).
[`wheelcheck diff`](#the-document-of-diff), [`wheelcheck test`](#the-document-of-test) and
[`wheelcheck repair`](#the-document-of-repair) have documents of their own.
"""
_DIFF = """## The document of diff

`wheelcheck diff --format json` writes one document: what `wheelcheck.diff(old, new).to_dict()`
returns, and the two versions. `wheelcheck schema diff` prints its schema."""
_TEST = """## The document of test

`wheelcheck test --format json` writes one document; of each wheel it holds what
`wheelcheck.try_wheel(path).to_dict()` returns. `wheelcheck schema test` prints its schema."""
_REPAIR = """## The document of repair

`wheelcheck repair --format json` writes one document, with `--dry-run`, too; a plan is what
`wheelcheck.plan_repair(path).to_dict()` returns. `wheelcheck schema repair` prints its schema."""
_ALIASES = {
    "strings": "list of strings",
    "optional_string": "string or null",
    "names": "object of strings",
}


def page() -> str:
    """Return the text of the page."""
    parts: list[str] = []
    told: set[str] = set()
    for command, head in (
        ("inspect", f"{_HEAD}\n## The document"),
        ("diff", _DIFF),
        ("test", _TEST),
        ("repair", _REPAIR),
    ):
        root = load_schema(command)
        parts += [head, *_object(root, root), *_parts(root, told)]
        told |= root["$defs"].keys()
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _parts(root: Schema, told: Collection[str]) -> Iterator[str]:
    """Yield what the document is made of, without what another one has shown already."""
    for name, part in root["$defs"].items():
        if name not in _ALIASES and name not in told:
            yield f"## {name}"
            yield from _object(part.get("items", part), root)


def _object(schema: Schema, root: Schema) -> Iterator[str]:
    if "description" in schema and schema is not root:
        yield schema["description"]
    rows = ["| Key | Type | Meaning |", "| --- | --- | --- |", *_rows(schema, root)]
    yield "\n".join(rows)


def _rows(schema: Schema, root: Schema, prefix: str = "") -> Iterator[str]:
    """Yield a row for each key, and for the keys of objects that have no name of their own."""
    for key, part in schema["properties"].items():
        path = f"{prefix}{key}"
        yield f"| `{path}` | {_type(part, root)} | {part['description']} |"
        inner, mark = part, ""
        while inner.get("type") == "array":
            inner, mark = inner["items"], mark + "[]"
        if "properties" in inner:
            yield from _rows(inner, root, f"{path}{mark}.")


def _type(schema: Schema, root: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        link = f"[{name}](#{name})"
        whole = root["$defs"][name]
        if isinstance(whole["type"], list):
            link = " or ".join([link, *whole["type"][1:]])
        return _ALIASES.get(name, f"list of {link}" if whole["type"] == "array" else link)
    if "oneOf" in schema:
        return " or ".join(_type(part, root) for part in schema["oneOf"])
    if "enum" in schema or "const" in schema:
        values = schema["enum"] if "enum" in schema else [schema["const"]]
        return " or ".join(f"`{value}`" for value in values)
    if schema["type"] == "array":
        return f"list of {_type(schema['items'], root)}"
    if isinstance(schema["type"], list):
        return " or ".join(schema["type"])
    more = schema.get("additionalProperties")
    return f"object of {_type(more, root)}" if more else str(schema["type"])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
