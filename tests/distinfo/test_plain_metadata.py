"""Files that are said to be plain have no fault that the packaging library would find."""

from random import Random

import pytest
from packaging.metadata import Metadata, parse_email

from wheelcheck.distinfo.headers import read_headers
from wheelcheck.distinfo.plain_metadata import is_plain

PLAIN = """\
Metadata-Version: 2.4
Name: Some.Project
Version: 1.2rc1
Summary: What it does (and what not)
Project-URL: Homepage, https://example.com
Project-URL: Source, https://example.com/source
Author: A
 folded
Author-email: A <a@example.com>
License-Expression: MIT OR Apache-2.0
License-File: LICENSE.txt
License-File: vendor/some-thing/COPYING
Keywords: a,b
Classifier: Programming Language :: Python :: 3
Requires-Python: !=3.9.1,>=3.9
Requires-Dist: numpy>=1.2
Provides-Extra: dev
Description-Content-Type: text/markdown; charset=UTF-8; variant=GFM
Dynamic: license-file
"""
FAULTS = (
    "Dynamic: version", "Dynamic: Foo", "License-File: ../a", "License-File: /a",
    "License-File: a//b", "License-File: ./a", "License-File: a\\b", "License-File: C:a",
    "License-File: a/", "License-File: a*", "License-File: a..b", "License-File:",
    "Description-Content-Type: text/x", "Description-Content-Type: text/markdown; variant=X",
    "Description-Content-Type: text/plain; charset=latin-1", "Summary: again", "X: y", " folded",
    "Requires-Python: >=3.a", "Requires-Python:", "Name:", "Name: -a", "Version: 1.0+x y",
    "Provides-Extra: -a", "Provides-Extra: a b", "License-Expression: Foo",
    "License-Expression: MIT OR", "Project-URL: Source, elsewhere", "Project-URL: Source",
    "Metadata-Version: 1.0", "Metadata-Version: 2.1", "Metadata-Version: 9.9", "Import-Name: 1a",
    "Summary: a\vb", "Summary: \x85", "Keywords: a\u2028b", "From: x", ": x", "Name : x",
    "Author: a\rb", "Description: a", "no field",
)  # fmt: skip


def has_fault(text: str) -> bool:
    raw, unparsed = parse_email(text)
    raw.pop("requires_dist", None)  # is judged elsewhere
    try:
        Metadata.from_raw(raw, validate=True)
    except ExceptionGroup:
        return True
    return bool(unparsed)


def test_a_usual_file_is_plain() -> None:
    assert is_plain(read_headers(PLAIN.encode()))
    assert is_plain(read_headers(PLAIN.replace("\n", "\r\n").encode()))
    assert is_plain(read_headers(PLAIN.replace("2.4", "2.5", 1).encode() + b"\nThe description\n"))


@pytest.mark.parametrize("line", FAULTS)
def test_a_line_with_a_fault(line: str) -> None:
    """The line is added, or put in place of those of its name."""
    name = line.partition(":")[0]
    kept = [old for old in PLAIN.splitlines() if old.partition(":")[0] != name]
    for lines in ([*PLAIN.splitlines(), line], [*kept, line]):
        text = "\n".join(lines) + "\n"
        assert not (is_plain(read_headers(text.encode())) and has_fault(text))


@pytest.mark.parametrize("seed", range(10))
def test_changed_files(seed: int) -> None:
    random = Random(seed)  # noqa: S311 (no secret)
    plain = 0
    for _ in range(100):
        lines = PLAIN.splitlines()
        for _ in range(random.randint(1, 3)):
            index = random.randrange(len(lines))
            match random.randrange(4):
                case 0:
                    lines.insert(index, random.choice(FAULTS))
                case 1:
                    del lines[index]
                case 2:
                    lines.insert(index, random.choice(lines))
                case 3 if lines[index]:
                    at = random.randrange(len(lines[index]))
                    odd = random.choice(" \t\r\v:,;.-_/\\*aZ0(")
                    lines[index] = lines[index][:at] + odd + lines[index][at + 1 :]
        text = "\n".join(lines) + "\n"
        if is_plain(read_headers(text.encode())):
            plain += 1
            assert not has_fault(text), text
    assert plain
