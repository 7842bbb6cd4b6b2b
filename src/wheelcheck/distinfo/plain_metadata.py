"""Whether the fields of METADATA are so plain that there is little to judge about them.

The packaging library is the judge, but it takes longer to load than it takes to judge a small
wheel, and most files are as build backends have written them for years. All that is said here is
that the library would find no fault but fields that are newer than the stated version, which
setuptools wrote for years; where that is not certain, it is asked.

Source: PyPA "Core metadata specifications".
"""

import re
from collections.abc import Mapping

from wheelcheck.distinfo.fields import SINCE, VERSIONS
from wheelcheck.distinfo.headers import Headers
from wheelcheck.distinfo.specifiers import plain_specifiers
from wheelcheck.expressions import expression

__all__ = ["newer_fields"]

_KNOWN = SINCE.keys() - {"import-name", "import-namespace"}
"""All but those of which the library has more to say."""
_REQUIRED = {"metadata-version", "name", "version"}
# Those that may be there several times.
_SEVERAL = (
    {"platform", "supported-platform", "classifier", "requires", "provides", "obsoletes"}
    | {"requires-dist", "requires-external", "project-url", "provides-dist", "obsoletes-dist"}
    | {"provides-extra", "dynamic", "license-file"}
)
# Those that may have several lines.
_FREE = {"description", "license", "keywords", "author", "maintainer"}
_LONGEST = 1000
_DEEPEST = 20

_NAME = expression(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?")
_VERSION = expression(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,9}(?:(?:a|b|rc)[0-9]{1,9})?")
_FILE = expression(r"\w[\w+-]*(?:\.[\w+-]+)*(?:/\w[\w+-]*(?:\.[\w+-]+)*)*", re.ASCII)
_TYPE = expression(
    r"text/(?:plain|x-rst|markdown)(?:; ?charset=UTF-8)?"
    r"|text/markdown; ?(?:charset=UTF-8; ?)?variant=(?:GFM|CommonMark)"
)
_LICENSE = (
    r"(?:MIT(?:-0|-CMU)?|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|MPL-2\.0|PSF-2\.0|Unlicense|Zlib"
    r"|CC0-1\.0|A?GPL-3\.0-(?:only|or-later)|L?GPL-2\.0-(?:only|or-later)"
    r"|LGPL-(?:2\.1|3\.0)-(?:only|or-later))"
)
_LICENSES = expression(rf"{_LICENSE}(?: (?:AND|OR) {_LICENSE})*")
_FORMS = {
    "name": _NAME,
    "provides-extra": _NAME,
    "version": _VERSION,
    "license-file": _FILE,
    "description-content-type": _TYPE,
    "license-expression": _LICENSES,
}


def newer_fields(headers: Headers) -> Mapping[str, str] | None:
    """Return the fields that are newer than the stated version, with the one that brought them.

    None if there may be any other fault. Requires-Dist is not looked into.
    """
    fields = headers.fields
    [version] = fields.get("metadata-version", ("",))[:1]
    lines = headers.text.replace("\r\n", "\n")
    if version not in VERSIONS or headers.stray is not None or "\r" in lines:
        return None
    if not _REQUIRED <= fields.keys() <= _KNOWN:
        return None
    newer = {name: SINCE[name] for name in fields if SINCE[name] > version}
    right = (
        not ("description" in fields and headers.body.strip())
        and all(len(values) == 1 or name in _SEVERAL for name, values in fields.items())
        and all(
            _is_short(name, value) and (name in newer or _is_right(name, value))
            for name, values in fields.items()
            for value in values
        )
        and _has_plain_python(headers)
        and _has_distinct_labels(headers)
    )
    return newer if right else None


def _is_short(name: str, value: str) -> bool:
    return name in _FREE or (len(value) <= _LONGEST and value.count("(") <= _DEEPEST)


def _is_right(name: str, value: str) -> bool:
    if name in _FREE:
        return True
    if not value.isprintable():
        return False
    if name == "dynamic":
        return value.lower() in _KNOWN - _REQUIRED
    form = _FORMS.get(name)
    return form is None or form.fullmatch(value) is not None


def _has_plain_python(headers: Headers) -> bool:
    text = headers.first("Requires-Python")
    return text is None or plain_specifiers(text) is not None


def _has_distinct_labels(headers: Headers) -> bool:
    labels = [value.partition(",")[0].strip() for value in headers.all("Project-URL")]
    return len(set(labels)) == len(labels)
