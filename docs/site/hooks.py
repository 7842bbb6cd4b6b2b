# ruff: noqa: INP001  (loaded by mkdocs)
"""What mkdocs is told besides mkdocs.yml: the pages at the root, and the rules by family."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the rules into the navigation, a section for each family."""
    [section] = [part["Rules"] for part in config.nav or [] if "Rules" in part]
    index = (ROOT / "docs/rules/index.md").read_text("utf-8")
    for title, table in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", index, re.DOTALL | re.MULTILINE):
        pages = re.findall(r"\]\((WC\d+\.md)\)", table)
        section.append({title: [f"rules/{page}" for page in pages]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root; their links lead from there."""
    for name, source in PAGES.items():
        text = (ROOT / source).read_text("utf-8")
        text = re.sub(r"\]\(docs/", "](", text)
        files.append(File.generated(config, name, content=text))
    return files
