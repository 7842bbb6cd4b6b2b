"""The snippets that docs/integration.md tells readers to copy."""

import tomllib
from typing import Any

from tests.docs.blocks import Block, blocks

PAGE = "docs/integration.md"


def snippets(language: str) -> list[Block]:
    return [block for block in blocks(language) if block.page == PAGE]


def snippet(language: str, holding: str) -> str:
    """Return the one snippet that holds a text."""
    [found] = [block.text for block in snippets(language) if holding in block.text]
    return found


def cibuildwheel_options() -> dict[str, Any]:
    data = tomllib.loads(snippet("toml", "[tool.cibuildwheel]"))
    options: dict[str, Any] = data["tool"]["cibuildwheel"]
    return options
