"""Files that are said to be plain have no fault that the packaging library would find."""

from random import Random

import pytest
from packaging.metadata import InvalidMetadata, Metadata, parse_email

from wheelcheck.distinfo.headers import read_headers
from wheelcheck.distinfo.metadata import read_metadata
from wheelcheck.distinfo.plain_metadata import newer_fields

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


def judged(text: str) -> set[str]:
    """Return what the packaging library finds, the names of newer fields alone."""
    raw, unparsed = parse_email(text)
    if "requires_dist" in raw:
        raw["requires_dist"] = []  # the values are judged elsewhere
    faults = {f"{name} is malformed" for name in unparsed}
    try:
        Metadata.from_raw(raw, validate=True)
    except ExceptionGroup as group:
        for error in group.exceptions:
            assert isinstance(error, InvalidMetadata)
            newer = "introduced in metadata version" in str(error)
            faults.add(error.field if newer else str(error))
    return faults


def check(text: str) -> bool:
    """Compare with the library, where something is said; return whether it was."""
    newer = newer_fields(read_headers(text.encode()))
    assert newer is None or set(newer) == judged(text), text
    return newer is not None


def test_a_usual_file_is_plain() -> None:
    assert newer_fields(read_headers(PLAIN.encode())) == {}
    assert newer_fields(read_headers(PLAIN.replace("\n", "\r\n").encode())) == {}
    described = PLAIN.replace("2.4", "2.5", 1) + "\nThe description\n"
    assert newer_fields(read_headers(described.encode())) == {}


def test_fields_that_are_newer_than_the_stated_version() -> None:
    old = PLAIN.replace("2.4", "2.1", 1)
    expected = {"license-expression": "2.4", "license-file": "2.4", "dynamic": "2.2"}
    assert newer_fields(read_headers(old.encode())) == expected
    assert check(old)


@pytest.mark.parametrize("value", [">=" + 5000 * "9", ">=3" + 5000 * ".1", 5000 * "("])
@pytest.mark.parametrize("version", ["1.0", "2.4"])
def test_what_is_too_long_is_a_fault(value: str, version: str) -> None:
    text = f"Metadata-Version: {version}\nName: a\nVersion: 1\nRequires-Python: {value}\n"
    assert newer_fields(read_headers(text.encode())) is None
    [fault] = read_metadata(text.encode()).faults
    assert (fault.field, fault.newer) == ("Requires-Python", False)


@pytest.mark.parametrize("line", FAULTS)
def test_a_line_with_a_fault(line: str) -> None:
    """The line is added, or put in place of those of its name."""
    name = line.partition(":")[0]
    kept = [old for old in PLAIN.splitlines() if old.partition(":")[0] != name]
    for lines in ([*PLAIN.splitlines(), line], [*kept, line]):
        text = "\n".join(lines) + "\n"
        check(text)


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
        plain += check(text)
    assert plain
