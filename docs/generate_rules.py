# ruff: noqa: INP001  (a script, no package)
"""Write docs/rules/ anew: a page for each rule, from the rule itself, and an index.

Run it in an environment that has wheelcheck: ``python docs/generate_rules.py``.
A test compares the pages with the rules, so they cannot fall behind.
"""

from collections.abc import Mapping
from pathlib import Path

from wheelcheck.report.rule import render_rule
from wheelcheck.rules import all_rules
from wheelcheck.rules.registry import Effect, Family

FOLDER = Path(__file__).resolve().parent / "rules"

HEAD = """\
# Rules

The severity is that of a rule's gravest violation; some weigh less. The same is shown by
`wheelcheck rule CODE`.

The effect tells who meets what a rule finds. Errors whose effect is among the first three are met
by users: of such a wheel the text says `WILL BREAK`, of others `has errors`.

"""
EFFECTS = {
    Effect.INSTALL: "no installer takes the wheel, or none that it is meant for",
    Effect.IMPORT: "it is installed, and cannot be imported, in full or in part",
    Effect.USE: "it is imported, and a command, a file or a feature does not work",
    Effect.OTHERS: "programs and distributions of the same environment are disturbed",
    Effect.INDEX: "it cannot be published there, and works where it is had otherwise",
    Effect.TOOLS: "checkers, auditors or editors refuse it, or show what is not so",
    Effect.EXPOSURE: "it tells what it must not, or makes attacks easier",
    Effect.UNTIDY: "it is larger, vaguer or less useful than it could be",
}
TABLE = (
    "| Code | Name | Severity | Effect | What it looks for |",
    "| --- | --- | --- | --- | --- |",
)
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
    rules = sorted(all_rules(), key=lambda rule: rule.code)
    text = HEAD + "".join(f"- *{effect}*: {words}\n" for effect, words in EFFECTS.items())
    for family, title in FAMILIES.items():
        found = [r for r in rules if r.family is family]
        rows = [
            f"| [{r.code}]({r.code}.md) | {r.name} | {r.severity} | {r.effect} | {r.summary} |"
            for r in found
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
