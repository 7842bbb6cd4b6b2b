"""The fenced blocks of README and docs.

A comment on the line above a block, which readers of the page do not see, tells how it is tested:
``<!-- test: not run, REASON -->``, or ``<!-- test: GMP -->`` for a page's commands that need a
stand-in for that library.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])

_FENCE = re.compile(
    r"(?:^<!-- test: (?P<mark>.*?) -->\n+)?"
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    language: str
    text: str
    mark: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    return [b for page in PAGES for b in _blocks(page) if b.language in languages]


def _blocks(path: Path) -> Iterator[Block]:
    text = path.read_text("utf-8")
    page = path.relative_to(ROOT).as_posix()
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start("language")) + 1
        content = re.sub(f"^{match['indent']}", "", match["text"], flags=re.MULTILINE)
        yield Block(page, line, match["language"], content, match["mark"] or "")
