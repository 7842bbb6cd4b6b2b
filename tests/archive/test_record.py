import base64
import csv
import hashlib
import io
from typing import ClassVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wheelcheck.archive.limits import Limits
from wheelcheck.archive.record import (
    RecordFault,
    RecordRow,
    format_record,
    parse_record,
    verify,
)

F = RecordFault
DIGEST = hashlib.sha256(b"data").digest()
GOOD = "sha256=" + base64.urlsafe_b64encode(DIGEST).rstrip(b"=").decode()
MD5 = "md5=" + base64.urlsafe_b64encode(hashlib.md5(b"").digest()).rstrip(b"=").decode()  # noqa: S324
OWN = "d-1.dist-info/RECORD"


def faults(text: str | bytes) -> list[RecordFault]:
    data = text.encode() if isinstance(text, str) else text
    return [problem.fault for problem in parse_record(data).problems]


def test_good_record() -> None:
    record = parse_record(f"a.py,{GOOD},4\n{OWN},,\n".encode())
    assert record.problems == ()
    assert record.rows == (RecordRow("a.py", "sha256", DIGEST, 4), RecordRow(OWN, None, None, None))
    assert record.row("a.py") is record.rows[0]
    assert record.row("b.py") is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    text = f"a,{GOOD},4{end}b,{GOOD},{end}"
    record = parse_record(text.encode())
    assert [row.path for row in record.rows] == ["a", "b"]
    assert record.problems == ()
    assert parse_record(text.rstrip("\r\n").encode()) == record


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n", [F.BLANK_LINE]),
        (f"a,{GOOD},4\n\n", [F.BLANK_LINE]),
        ("\ufeffa,,\n", [F.BYTE_ORDER_MARK]),
        (b"\xff,,\n", [F.NOT_UTF8]),
        ("a\n", [F.FIELD_COUNT]),
        (f"a,{GOOD}\n", [F.FIELD_COUNT]),
        (f"a,{GOOD},4,\n", [F.FIELD_COUNT]),
        ("a" + "," * 10_000_000, [F.FIELD_COUNT]),
        ('"a,,', [F.NOT_CSV, F.FIELD_COUNT]),
        ("a\0,,", [F.NOT_CSV]),
        ("x" * 131_073 + ",,\n", [F.FIELD_TOO_LONG]),
        ('"",,\n' * 500_001, [F.NOT_CSV]),
        (",,\n", [F.EMPTY_PATH]),
        ("../a,,\n", [F.UNSAFE_PATH]),
        ("/a,,\n", [F.UNSAFE_PATH]),
        ("C:/a,,\n", [F.UNSAFE_PATH]),
        ("a/..,,\n", [F.UNSAFE_PATH]),
        ("a\\b,,\n", [F.BACKSLASH]),
        ("..\\b,,\n", [F.BACKSLASH, F.UNSAFE_PATH]),
        ("a..b/..c,,\n", []),
        ("a,,\na,,\n", [F.DUPLICATE_ROW]),
        ("a,abc,\n", [F.BAD_HASH]),
        ("a,=abc,\n", [F.BAD_HASH]),
        ("a,sha256=,\n", [F.BAD_HASH]),
        ("a,sha256=!!!!,\n", [F.BAD_HASH]),
        ("a,sha256=ab+/,\n", [F.BAD_HASH]),
        ("a,sha256=ÄÄÄÄ,\n", [F.BAD_HASH]),
        ("a,sha256=AA,\n", []),
        ("a,sha256=AB,\n", [F.BAD_HASH]),
        (f"a,{GOOD}=,\n", [F.PADDED_HASH]),
        (f"a,{MD5},\n", [F.WEAK_HASH]),
        ("a,shake_128=aaaa,\n", [F.UNKNOWN_ALGORITHM]),
        ("a,,4k\n", [F.BAD_SIZE]),
        ("a,,-1\n", [F.BAD_SIZE]),
        ("a,,٣\n", [F.BAD_SIZE]),
        ("a,," + "9" * 5000, [F.BAD_SIZE]),
    ],
)
def test_each_fault(text: str | bytes, expected: list[RecordFault]) -> None:
    assert faults(text) == expected


def test_what_is_wrong_is_still_read() -> None:
    record = parse_record(f"a\\b,{GOOD}=,x,y\n".encode())
    assert record.rows == (RecordRow("a\\b", "sha256", DIGEST, None),)


@given(
    st.text(st.sampled_from("ab/.:~ é"), min_size=1, max_size=8),
    st.binary(min_size=31, max_size=33),
    st.sampled_from(["4", "007", "x", "", "9" * 21]),
    st.sampled_from(["\n", "\r\n", ""]),
)
def test_plain_rows_are_read_as_any_others(path: str, raw: bytes, size: str, end: str) -> None:
    digest = "sha256=" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    plain = f"{path},{digest},{size}{end}"
    quoted = f'"{path}","{digest}","{size}"{end}'
    assert parse_record(plain.encode()) == parse_record(quoted.encode())


def test_problem_says_where() -> None:
    (problem,) = parse_record(b"a,,\nb,,nine\n").problems
    assert problem.path == "b"
    assert problem.message == "row 2 of RECORD, for 'b', has the size 'nine', no number"


@pytest.mark.parametrize("line", [b"\n", b"a\n", b'"",,\n', b"../a\\b,x,y,z\n"])
def test_rows_and_faults_are_bounded(line: bytes) -> None:
    limits = Limits(record_rows=1000, faults_of_a_kind=10)
    record = parse_record(line * 3000, limits)
    assert len(record.rows) <= 1000
    assert F.TOO_LARGE in {p.fault for p in record.problems}
    assert len(record.problems) < 100


def test_size_is_bounded() -> None:
    record = parse_record(b"aaa,,\n" * 10, Limits(record_size=6))
    assert [row.path for row in record.rows] == ["aaa"]
    assert [p.fault for p in record.problems] == [F.TOO_LARGE]


@pytest.mark.parametrize("piece", ["\n", "\r", ",", '"', '"",', '"a",,,', 'a""', "a\r", "\r\n"])
def test_much_of_one_thing_takes_no_quadratic_time(piece: str) -> None:
    # Each of these would take hours if every row looked at the rest of the text.
    text = '"",' + piece * (1_000_000 // len(piece))
    assert parse_record(text.encode()).problems


class TestVerify:
    ACTUAL: ClassVar = {
        "a.py": ({"sha256": DIGEST}, 4),
        OWN: ({"sha256": b"whatever"}, 99),
    }

    def faults(self, text: str, **more: int) -> list[tuple[RecordFault, str | None]]:
        record = parse_record(text.encode())
        actual = {**self.ACTUAL, **{name: ({"sha256": DIGEST}, n) for name, n in more.items()}}
        return [(p.fault, p.path) for p in verify(record, actual, OWN)]

    def test_right(self) -> None:
        assert self.faults(f"a.py,{GOOD},4\n{OWN},,\n") == []
        assert self.faults(f"a.py,{GOOD},4\n{OWN},,99\n") == []

    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            ("", [(F.MEMBER_WITHOUT_ROW, "a.py")]),
            ("a.py,,4", [(F.NO_HASH, "a.py")]),
            (f"a.py,{GOOD},", [(F.NO_SIZE, "a.py")]),
            ("a.py,sha256=AAAA,4", [(F.WRONG_HASH, "a.py")]),
            (f"a.py,{GOOD},5", [(F.WRONG_SIZE, "a.py")]),
            ("a.py,sha256=AAAA,5", [(F.WRONG_HASH, "a.py"), (F.WRONG_SIZE, "a.py")]),
            ("a.py,sha512=AAAA,4", []),
            (f"a.py,{GOOD},4\nb.py,{GOOD},4", [(F.ROW_WITHOUT_MEMBER, "b.py")]),
            (f"a.py,{GOOD},4\npkg/,,", [(F.FOLDER_ROW, "pkg/")]),
            (f"a.py,{GOOD},4\n{OWN}.jws,,", [(F.SIGNATURE_ROW, OWN + ".jws")]),
        ],
    )
    def test_wrong(self, row: str, expected: list[tuple[RecordFault, str]]) -> None:
        text = f"{row}\n{OWN},,\n" if row else f"{OWN},,\n"
        assert self.faults(text) == expected

    def test_hash_of_itself(self) -> None:
        assert self.faults(f"a.py,{GOOD},4\n{OWN},{GOOD},\n") == [(F.SELF_HASH, OWN)]

    def test_own_row_absent(self) -> None:
        assert self.faults(f"a.py,{GOOD},4\n") == [(F.MEMBER_WITHOUT_ROW, OWN)]

    def test_signatures_need_no_row(self) -> None:
        rows = f"a.py,{GOOD},4\n{OWN},,\n"
        assert self.faults(rows, **{OWN + ".jws": 1, OWN + ".p7s": 1}) == []

    def test_backslash_is_read_as_slash(self) -> None:
        rows = f"a.py,{GOOD},4\npkg\\b.py,{GOOD},4\n{OWN},,\n"
        assert self.faults(rows, **{"pkg/b.py": 4}) == []

    def test_bounded(self) -> None:
        record = parse_record(b"".join(b"%d,,\n" % i for i in range(50)))
        problems = verify(record, {}, OWN, Limits(faults_of_a_kind=3))
        assert len(problems) == 4
        assert problems[-1].path is None
        assert "47 more" in problems[-1].message


def test_own_row_is_last_and_empty() -> None:
    vendored = RecordRow("pkg/_vendor/v-2.dist-info/RECORD", "sha256", DIGEST, 4)
    data = format_record([RecordRow(OWN, "sha256", DIGEST, 4), vendored])
    assert data == f"{vendored.path},{GOOD},4\n{OWN},,\n".encode()


rows = st.lists(
    st.builds(
        RecordRow,
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
        st.just("sha256"),
        st.binary(min_size=32, max_size=32),
        st.none() | st.integers(0, 10**15),
    ),
    max_size=10,
    unique_by=lambda row: row.path,
).filter(lambda rows: not any(row.path.endswith(".dist-info/RECORD") for row in rows))


@given(rows)
def test_round_trip(rows: list[RecordRow]) -> None:
    own = RecordRow(OWN, None, None, None)
    data = format_record([own, *rows])
    record = parse_record(data.removeprefix(b"\xef\xbb\xbf"))
    if not data.startswith(b"\xef\xbb\xbf"):
        assert record.rows == (*rows, own)
    theirs = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert [row[0] for row in theirs] == [*(row.path for row in rows), OWN]
    assert theirs[-1] == [OWN, "", ""]


@given(st.binary(max_size=500))
def test_any_bytes(data: bytes) -> None:
    record = parse_record(data)
    verify(record, {}, OWN)
    parse_record(format_record(record.rows))


@given(st.text(st.sampled_from('a,"\r\n '), max_size=40))
def test_reads_csv_as_the_csv_module(text: str) -> None:
    theirs = [row for row in csv.reader(io.StringIO(text, newline="")) if row not in ([], [""])]
    assume(all(len(row) <= 3 for row in theirs))
    assert [row.path for row in parse_record(text.encode()).rows] == [row[0] for row in theirs]
