import pytest

from wheelcheck.errors import PatchError
from wheelcheck.patch.python_text import declared_encoding, read_source

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("source", "declared"),
    [
        (b"# coding: latin-1", "latin-1"),
        (b"#!python\r\n# -*- coding: cp1252 -*-\r\n", "cp1252"),
        (b"\r\t\f # vim:fileencoding=koi8-r", "koi8-r"),
        (BOM + b"# coding=utf8\n", "utf8"),
        (b"# coding without one, coding: ?, coding: big5", "big5"),
        (b"# one\n# two\n# coding: latin-1\n", None),
        (b"x = 1\n# coding: latin-1\n", None),
        (b"\\\n# coding: latin-1\n", None),
        (b'"""coding: latin-1"""', None),
        (b"", None),
    ],
)
def test_coding_comment_counts_in_the_first_two_lines(source: bytes, declared: str | None) -> None:
    assert declared_encoding(source) == declared


@pytest.mark.parametrize(
    ("source", "encoding", "text"),
    [
        ("x = 'é'".encode(), "utf-8", "x = 'é'"),
        (BOM + "é".encode(), "utf-8", "é"),
        (b"# coding: utf-8-unix\n\xc3\xa9", "utf-8", "# coding: utf-8-unix\né"),
        (b"# coding: ISO_Latin_1\n\xe9", "iso8859-1", "# coding: ISO_Latin_1\né"),
        (b"# caf\xe9\n# coding: l1\n", "iso8859-1", "# café\n# coding: l1\n"),
        (b"# coding: sjis\n\x83\x5c", "shift_jis", "# coding: sjis\nソ"),
    ],
)
def test_text_is_what_python_reads(source: bytes, encoding: str, text: str) -> None:
    found = read_source(source)

    assert (found.encoding, found.text) == (encoding, text)


def test_place_in_text_is_a_place_in_bytes() -> None:
    source = b"# coding: sjis\n\x83\x5c\x83\x5cx"

    found = read_source(source)

    assert [source[found.byte_offset(found.text.index(c)) :] for c in "ソx"] == [source[15:], b"x"]


def test_place_after_a_mark_of_utf8() -> None:
    assert read_source(BOM + "éx".encode()).byte_offset(1) == len(BOM) + 2


def test_encoding_that_cannot_be_cut_is_refused() -> None:
    # The escape sequence that begins the Japanese characters is not before each of them.
    source = "# coding: iso2022_jp\nソソ\n".encode("iso2022_jp")
    found = read_source(source)

    assert found.byte_offset(len(found.text)) == len(source)
    with pytest.raises(PatchError, match="cannot be cut there; save the file as UTF-8"):
        found.byte_offset(found.text.index("ソ") + 1)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"# coding: no-such-thing\n", "declares the encoding 'no-such-thing'"),
        (b"# coding: rot13\n", "which wheelcheck cannot write"),
        (b"# coding: unicode_escape\n", "which wheelcheck cannot write"),
        (b"# coding: mbcs\n", "which wheelcheck cannot write"),
        (b"# coding: cp037\n", "which wheelcheck cannot write"),
        (b"# coding: utf-16\n", "which wheelcheck cannot write"),
        (b"# coding: " + b"a" * 100_000, "which wheelcheck cannot write"),
        (BOM + b"# coding: latin-1\n", "begins with the mark of UTF-8"),
        (b"x = '\xe9'", r"not valid utf-8 \(byte 5\)"),
        (BOM + b"x = '\xe9'", r"not valid utf-8 \(byte 8\)"),
        (b"\xff\xfex\x00", r"not valid utf-8 \(byte 0\)"),
        (b" " * (16 * 1024**2 + 1), "too large"),
    ],
)
def test_what_python_or_wheelcheck_cannot_read_is_refused(source: bytes, message: str) -> None:
    with pytest.raises(PatchError, match=message):
        read_source(source)
