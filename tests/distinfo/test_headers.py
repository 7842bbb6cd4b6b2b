"""METADATA and WHEEL as text: read as the standard library reads e-mail."""

from email.parser import Parser
from email.policy import compat32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wheelcheck.distinfo.headers import HeadersError, read_headers
from wheelcheck.distinfo.tag_sets import expand

LINES = st.lists(
    st.sampled_from(
        ["Name: a", "name:b", "Tag: py3-none-any", " folded", "\tfolded", "", "no field", "X:",
         "X: é", "Author-email: a <a@b>", "é: y", "Name : x", "Summary: a: b", "Keywords:   a  "]
    ),
    max_size=8,
)  # fmt: skip


@given(LINES, st.sampled_from(["\n", "\r\n"]))
def test_fields_are_those_of_the_email_package(lines: list[str], end: str) -> None:
    text = end.join(lines)
    message = Parser(policy=compat32).parsestr(text)
    ours = read_headers(text.encode())
    if text.startswith((" ", "\t")):
        return  # the email package drops such a first line, here it ends the fields
    assert list(ours.fields) == list(dict.fromkeys(name.lower() for name in message.keys()))  # noqa: SIM118 - a message iterates over lines
    for name in ours.fields:
        theirs = [str(v).strip().replace("\r", "") for v in message.get_all(name) or []]
        assert list(ours.all(name)) == theirs
    assert ours.body.strip() == str(message.get_payload()).strip()


def test_a_stray_line_is_told_with_its_number() -> None:
    assert read_headers(b"A: 1\nhello\nB: 2").stray == (2, "hello")
    assert read_headers(b"A: 1\n\nhello").stray is None


@pytest.mark.parametrize(
    "data", [b"A: \xff", b"A: \0", b"A: b\n" * 20_001, b"x" * 2_000_000, b" a\n" * 700_000]
)
def test_beyond_all_reason(data: bytes) -> None:
    with pytest.raises(HeadersError):
        read_headers(b"Name: a\n" + data)


def test_a_description_may_be_long() -> None:
    assert len(read_headers(b"Name: a\n\n" + b"x\n" * 2_000_000).body) == 4_000_000


def test_tag_sets() -> None:
    assert sorted(map(str, expand("py2.py3-none-any"))) == ["py2-none-any", "py3-none-any"]
    for wrong in ("py3-none", "py3-none-any-x", "py3--any", "py3.-none-any", ""):
        with pytest.raises(ValueError, match="tag"):
            expand(wrong)
    many = ".".join(map(str, range(11)))
    with pytest.raises(ValueError, match="more than 1000"):
        expand(f"{many}-{many}-{many}")
