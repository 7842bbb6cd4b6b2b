# ruff: noqa: INP001  (a script, no package)
"""Write docs/rules/ anew: a page for each rule, from the rule itself, and an index.

Run it in an environment that has wheelcheck: ``python docs/generate_rules.py``.
A test compares the pages with the rules, so they cannot fall behind.
"""

from collections.abc import Mapping
from pathlib import Path

from wheelcheck.report.rule import render_rule
from wheelcheck.rules import RULES
from wheelcheck.rules.registry import Family

FOLDER = Path(__file__).resolve().parent / "rules"

HEAD = """\
# Rules

The severity is that of a rule's gravest violation; some weigh less. The same is shown by
`wheelcheck rule CODE`.
"""
TABLE = ("| Code | Name | Severity | What it looks for |", "| --- | --- | --- | --- |")
FAMILIES = {
    Family.ARCHIVE: "WC1: the archive",
    Family.RECORD: "WC2: RECORD",
    Family.METADATA: "WC3: metadata",
    Family.TAGS: "WC4: tags",
    Family.ABI: "WC5: the stable ABI",
    Family.MODULES: "WC6: modules",
    Family.DEPENDENCIES: "WC7: libraries",
    Family.CONTENTS: "WC8: contents",
    Family.RELEASE: "WC9: releases",
    Family.INSTALLED: "WC0: installed distributions",
}


def pages() -> Mapping[str, str]:
    """Return the text of each page, by its file name."""
    rules = sorted(RULES, key=lambda rule: rule.code)
    text = HEAD
    for family, title in FAMILIES.items():
        found = [r for r in rules if r.family is family]
        rows = [
            f"| [{r.code}]({r.code}.md) | {r.name} | {r.severity} | {r.summary} |" for r in found
        ]
        text += "\n".join(["", f"## {title}", "", *TABLE, *rows, ""])
    text += "\n<!-- Written by docs/generate_rules.py; do not edit. -->\n"
    return {"index.md": text, **{f"{rule.code}.md": render_rule(rule) for rule in rules}}


def main() -> None:
    """Write the pages, and remove those of rules that are gone."""
    FOLDER.mkdir(exist_ok=True)
    written = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
