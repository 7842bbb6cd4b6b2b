"""Wrapping and painting."""

import random
import re

from wheelcheck.report.look import Look
from wheelcheck.report.styled import Line, Style, line, lines_text


def test_wrapped_lines_hang() -> None:
    text = lines_text([line(2, "one two three four five six seven")], Look(width=26))
    assert text == "  one two three four five\n    six seven\n"


def test_a_word_that_is_too_long_stays_whole() -> None:
    path = "a/" * 40
    assert lines_text([line(0, f"in {path} it")], Look(width=30)) == f"in\n  {path}\n  it\n"


def test_a_command_is_not_broken_as_long_as_it_fits() -> None:
    text = lines_text([line(0, "Do it with `wheelcheck repair x` then.")], Look(width=28))
    assert text == "Do it with\n  `wheelcheck repair x`\n  then.\n"


def test_wide_characters_count_twice() -> None:
    text = lines_text([line(0, "漢字漢字漢字漢字漢字 漢字漢字漢字")], Look(width=24))
    assert text == "漢字漢字漢字漢字漢字\n  漢字漢字漢字\n"


def test_colour_and_width_lose_and_add_nothing() -> None:
    chance = random.Random(8)  # noqa: S311 (no secret)
    for _ in range(3000):
        spans = tuple(
            ("".join(chance.choices("ab  `é漢", k=chance.randrange(15))), chance.choice([*Style]))
            for _ in range(chance.randrange(1, 5))
        )
        one = Line(spans, "  ", "    ")
        width = chance.choice([None, 5, 10, 30])
        plain = lines_text([one], Look(width=width))
        coloured = lines_text([one], Look(width=width, color=True))
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
        assert plain.split() == "".join(text for text, _ in spans).split()
