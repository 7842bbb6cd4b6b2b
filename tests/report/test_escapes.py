"""Names that would do something where they are shown."""

import pytest

from tests.report import audits
from wheelcheck.report.escapes import safe
from wheelcheck.report.formats import FORMATS
from wheelcheck.report.look import Look


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("pkg/_x.so", "pkg/_x.so"),
        ("std::string", "std::string"),
        ("::add-mask::a", "\\x3a:add-mask::a"),
        ("  ::stop-commands::x", "  \\x3a:stop-commands::x"),
        ("a##[error]b", "a\\x23#[error]b"),
        ("\x1b[31m\u202ea\u2028\ud800", "\\x1b[31m\\u202ea\\u2028\\ud800"),
    ],
)
def test_names_are_shown_and_do_nothing(name: str, shown: str) -> None:
    assert safe(name) == shown


@pytest.mark.parametrize("name", [name for name in FORMATS if "json" not in name])
def test_no_format_lets_a_name_command_a_runner(name: str) -> None:
    text = "".join(FORMATS[name](audits.hostile(), Look()))
    assert "##[" not in text
    assert not set(text) & set("\x1b\u202e\u2028\r")
