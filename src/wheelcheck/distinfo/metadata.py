"""The METADATA file, and what the packaging library says of it.

Source: PyPA "Core metadata specifications". The library judges; what it would
choke on (values of megabytes, thousands of nested parentheses) is sorted out
before it sees it.
"""

from collections.abc import Iterator
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

from wheelcheck.distinfo.fields import SINCE
from wheelcheck.distinfo.headers import Headers, HeadersError, read_headers
from wheelcheck.distinfo.plain_metadata import newer_fields
from wheelcheck.distinfo.requirements import Requirement, read_requirement
from wheelcheck.distinfo.specifiers import read_specifiers
from wheelcheck.distinfo.versions import Version, read_version
from wheelcheck.records import record

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

    from wheelcheck.distinfo.specifiers import Specifiers

__all__ = ["CoreMetadata", "Fault", "Requirements", "read_metadata"]

_LONGEST = 4096
"""Characters of a value that is parsed; the longest in real use have some hundreds."""
_SHOWN = 80
_EMAIL_NAMES = {"classifiers": "classifier", "license_files": "license-file"}
_FREE_TEXT = {"description", "license", "keywords", "author", "maintainer", "summary"}
_DEEPEST = 100
"""Parentheses in a value: the library's parsers recurse, and how deep they may is the host's."""


@record
class Fault:
    """Something in METADATA that the specification does not allow."""

    field: str
    """As the specification spells it, e.g. ``Requires-Dist``."""
    message: str
    """Says what is wrong, without the name of the field."""
    newer: bool = False
    """The field is right but newer than the stated Metadata-Version."""


@record
class Requirements:
    """The values of a field that holds one requirement each."""

    valid: tuple[Requirement, ...]
    faults: tuple[Fault, ...]


@record(caches=True)
class CoreMetadata:
    """What METADATA says; nothing if it has a ``problem``."""

    problem: str | None
    """Why it cannot be read at all."""
    headers: Headers

    def first(self, name: str) -> str | None:
        """Return the first value of a field, without surrounding blanks."""
        return self.headers.first(name)

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a field, without surrounding blanks."""
        return self.headers.all(name)

    @cached_property
    def description(self) -> str:
        """The description, wherever it stands; empty if there is none."""
        body = self.headers.body
        return body if body.strip() else self.headers.first("Description") or ""

    @cached_property
    def version(self) -> Version | None:
        """The version, if it is a legal one."""
        text = self.first("Version") or ""
        try:
            return read_version(text) if len(text) <= _LONGEST else None
        except ValueError:
            return None

    @cached_property
    def requires_python(self) -> "Specifiers | None":
        """Requires-Python, if it is given and legal."""
        text = self.first("Requires-Python")
        try:
            return read_specifiers(text) if text and len(text) <= _LONGEST else None
        except ValueError:
            return None

    @cached_property
    def requires_dist(self) -> Requirements:
        """The dependencies."""
        return self.requirements("Requires-Dist")

    def requirements(self, name: str) -> Requirements:
        """Parse a field whose values are requirements (PEP 508)."""
        valid: list[Requirement] = []
        faults: list[Fault] = []
        for value in dict.fromkeys(self.all(name)):
            if len(value) > _LONGEST:
                faults.append(_too_long(name, value))
                continue
            if value.count("(") > _DEEPEST:
                faults.append(_too_deep(name, value))
                continue
            try:
                valid.append(read_requirement(value))
            except ValueError as error:
                reason = str(error).partition("\n")[0]
                faults.append(Fault(name, f"{value[:_SHOWN]!r} is no requirement: {reason}"))
        return Requirements(tuple(valid), tuple(faults))

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """All that the specification does not allow, sorted, each once."""
        if self.problem is not None:
            return ()
        found = set(self.requires_dist.faults)
        for name in ("Provides-Dist", "Obsoletes-Dist"):
            found.update(self.requirements(name).faults)
        newer = newer_fields(self.headers)
        if newer is None:
            found.update(self._judged())
        else:
            found.update(self._newer(name, since) for name, since in newer.items())
        if (stray := self.headers.stray) is not None:
            number, text = stray
            found.add(
                Fault(
                    "METADATA",
                    f"line {number} ({text!r}) is no field, so it and all after it is read as the "
                    "description",
                )
            )
        return tuple(sorted(found, key=attrgetter("field", "message", "newer")))

    def _judged(self) -> Iterator[Fault]:
        """Ask the packaging library."""
        from packaging.metadata import InvalidMetadata, Metadata, parse_email

        raw, unparsed = parse_email(self.headers.text)
        values = cast("dict[str, Any]", raw)
        for name, found in unparsed.items():
            spelled = _spell(name)
            if name not in SINCE:
                yield Fault(spelled, "is no field of the core metadata")
            elif len(found) > 1 and name != "project-url":
                yield Fault(spelled, f"stands there {len(found)} times; it may once")
            else:
                yield Fault(spelled, "has values that are malformed or repeated")
        if self.headers.body.strip() and values.pop("description", None) is not None:
            yield Fault("Description", "stands both among the fields and after them")
        # Empty rather than gone: its mere presence is judged, its values were above.
        if "requires_dist" in values:
            values["requires_dist"] = []
        yield from self._taken_out(values, unparsed)
        try:
            Metadata.from_raw(cast("RawMetadata", values), validate=True)
        except ExceptionGroup as group:
            for error in group.exceptions:
                if not isinstance(error, InvalidMetadata):
                    continue
                field = error.field.lower()
                # A field that is malformed was named above; the version has its own rule.
                if field != "metadata-version" and field not in unparsed:
                    yield self._fault(field, str(error))

    def _taken_out(
        self, values: "dict[str, Any]", unparsed: dict[str, list[str]]
    ) -> Iterator[Fault]:
        """Remove what the library must not see, and say why."""
        for key in sorted(values.keys() - _FREE_TEXT):
            found = values[key]
            texts = [t for t in (found if isinstance(found, list) else [found]) if _is_text(t)]
            long = next((t for t in texts if len(t) > _LONGEST), None)
            deep = next((t for t in texts if t.count("(") > _DEEPEST), None)
            if long is None and deep is None:
                continue
            name = _EMAIL_NAMES.get(key, key.replace("_", "-"))
            if long is not None:
                yield _too_long(_spell(name), long)
            elif deep is not None:
                yield _too_deep(_spell(name), deep)
            del values[key]
            unparsed[name] = texts

    def _newer(self, field: str, since: str) -> Fault:
        stated = self.first("Metadata-Version")
        message = f"exists since Metadata-Version {since}, not {stated}"
        return Fault(_spell(field), message, newer=True)

    def _fault(self, field: str, message: str) -> Fault:
        name = _spell(field)
        if "introduced in metadata version" in message:
            return self._newer(field, message.split(" version ")[1].split(",", maxsplit=1)[0])
        if field == "description-content-type":
            # The library's own words list a set in any order.
            value = self.first(field) or ""
            return Fault(
                name,
                f"{value[:_SHOWN]!r} is none of text/plain, text/x-rst, text/markdown in UTF-8, "
                "the latter with variant GFM or CommonMark",
            )
        if message.endswith("is a required field"):
            return Fault(name, "is missing")
        message = message.removesuffix(f" for {field!r}").replace(f"{field!r} ", "", 1)
        return Fault(name, message[: 3 * _SHOWN])


def read_metadata(data: bytes) -> CoreMetadata:
    """Read a METADATA file; what is wrong with it becomes its ``problem``."""
    try:
        return CoreMetadata(None, read_headers(data))
    except HeadersError as error:
        return CoreMetadata(str(error), Headers({}, "", "", None))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _too_long(name: str, value: str) -> Fault:
    return Fault(name, f"{value[:_SHOWN]!r}... has {len(value)} characters; that is no such value")


def _too_deep(name: str, value: str) -> Fault:
    return Fault(name, f"{value[:_SHOWN]!r}... nests too many parentheses")


def _spell(field: str) -> str:
    """Return a field's name as the specification spells it."""
    words = field[:_SHOWN].split("-")
    return "-".join("URL" if w == "url" and words[0] != "home" else w.capitalize() for w in words)
