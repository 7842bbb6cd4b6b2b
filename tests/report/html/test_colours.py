"""Text and what lies behind it differ enough for everyone (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from importlib.resources import files

import pytest

STYLE = files("wheelcheck.report.html").joinpath("page.css").read_text("utf-8")
PAIRS = {
    name: tones
    for name, *tones in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", STYLE)
}
TEXT = ("ink", "quiet", "link", "error", "warning", "note", "ok")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    darker, lighter = sorted((luminance(a), luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in TEXT for ground in ("paper", "card", "sunk")),
        *((kind, f"{kind}-soft") for kind in ("error", "warning", "note", "ok")),
    ],
)
def test_text_can_be_read(theme: int, text: str, ground: str) -> None:
    assert contrast(PAIRS[text][theme], PAIRS[ground][theme]) >= 4.5
