"""Documents held against their schemas."""

from collections.abc import Mapping
from typing import Any

import jsonschema

from wheelcheck.report.schemas import load_schema


def check(document: object, command: str = "inspect") -> None:
    """Hold a document against the schema of a command, and against one without room to grow.

    The schema itself allows keys that it does not name, for readers of later versions. What this
    version writes has a description, each key of it.
    """
    schema = load_schema(command)
    jsonschema.validate(document, schema)
    jsonschema.validate(document, closed(schema))


def closed(schema: Any) -> Any:
    """Return a schema that allows no key but those that it names."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    parts = {key: closed(part) for key, part in schema.items()}
    return {"additionalProperties": False, **parts} if "properties" in schema else parts
