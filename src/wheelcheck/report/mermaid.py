"""Dependency graphs in the language of Mermaid, which GitHub and GitLab draw in Markdown."""

import re
from collections.abc import Iterator, Sequence

from wheelcheck.findings import Outcome, Report
from wheelcheck.report.escapes import safe
from wheelcheck.report.picture import Arrow, Box, make_pictures

__all__ = ["render_mermaid"]

# What Mermaid draws by default: maxEdges 500, maxTextSize 50,000.
_MOST_ARROWS = 300
_MOST_TEXT = 45_000
_LONGEST = 200
"""Characters of a label; what is longer makes the picture useless."""
# Mermaid's labels know markup, entities and lists; a point inside a name is harmless.
_SPECIAL = re.compile(r"[^A-Za-z0-9 _/.]|\.(?![A-Za-z0-9_])|(?<=[0-9])\.(?= )|^ ")
_CLASSES = """\
  classDef missing stroke:#d00,color:#d00,stroke-width:2px
  classDef outside stroke-dasharray:4"""


def render_mermaid(reports: Sequence[Report]) -> str:
    """Return one flowchart with a subgraph for each wheel, with a line end."""
    most = _MOST_ARROWS
    while True:
        text = "\n".join(["flowchart LR", *_body(reports, most), _CLASSES]) + "\n"
        if len(text) <= _MOST_TEXT or most == 0:
            return text
        most //= 2


def _body(reports: Sequence[Report], most: int) -> Iterator[str]:
    for number, picture in enumerate(make_pictures(reports, most)):
        yield f"  subgraph w{number}[{_quoted(picture.wheel)}]"
        yield from (f"    {box.key}[{_quoted(box.label)}]" for box in picture.members)
        yield "  end"
        yield from map(_outside, picture.outside)
        yield from map(_arrow, picture.arrows)
        if picture.left_out:
            yield f'  more{number}["{picture.left_out} more imports are not drawn"]'


def _outside(box: Box) -> str:
    missing = box.outcome is Outcome.MISSING
    end = "MISSING" if missing else str(box.outcome)
    label = _quoted(box.label, f"{end}: {box.reason}")
    return f"  {box.key}[{label}]:::{'missing' if missing else 'outside'}"


def _arrow(arrow: Arrow) -> str:
    label = f"|{_quoted(arrow.label)}|" if arrow.label else ""
    return f"  {arrow.tail} -->{label} {arrow.head}"


def _quoted(*lines: str) -> str:
    return f'"{"<br/>".join(map(_text, lines))}"'


def _text(text: str) -> str:
    """Return a label that Mermaid shows as it is."""
    plain = safe(text)
    if len(plain) > _LONGEST:
        plain = f"{plain[: _LONGEST // 2]} ... {plain[-_LONGEST // 2 :]}"
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", plain)
