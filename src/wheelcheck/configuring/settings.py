"""What a person decides about findings: which count, how much, and which are accepted.

Pure data and pure functions. Where settings are read from is the business of
:mod:`wheelcheck.configuring.config`.
"""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TypeVar

from wheelcheck.archive.limits import Limits
from wheelcheck.audit import Release
from wheelcheck.errors import ConfigError, UsageError
from wheelcheck.expectations import Expectations, Sizes, external_libraries, import_names
from wheelcheck.findings import Finding, Ignored, Outcome, Report, Severity
from wheelcheck.records import field, record, replace
from wheelcheck.repair_settings import RepairSettings
from wheelcheck.rules.registry import Profile
from wheelcheck.rules.selectors import codes_of

__all__ = ["Config"]

J = TypeVar("J", Report, Release)
"""What has been judged."""


@record
class _Ignore:
    """One selector of one list of ignores."""

    label: str
    codes: frozenset[str]
    wheel: str = "*"
    member: str | None = None
    """None: the finding need not be about a member."""

    def covers(self, finding: Finding) -> bool:
        return (
            finding.code in self.codes
            and fnmatchcase(finding.wheel, self.wheel)
            and (
                self.member is None
                or (finding.member is not None and fnmatchcase(finding.member, self.member))
            )
        )


@record(kw_only=True)
class Config:
    """The settings of inspections and repairs.

    Wherever rules are named, a code (``WC701``), the start of codes (``WC7``)
    or a name (``missing-library``) is meant, in any case. In patterns ``*``
    stands for anything, ``/`` included, ``?`` for one character, ``[...]`` for
    one of several; case counts.

    Raises:
        ConfigError: a rule is named that does not exist, or what names an external
            library cannot be meant.
    """

    select: tuple[str, ...] = ()
    """The rules that are heard; all of them if empty."""
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """Severities other than the rules' own. The closest selector wins: a code before its start."""
    per_wheel_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Rules by pattern of the wheel's file name."""
    per_member_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Rules by pattern of the member that a finding is about."""
    limits: Limits = field(default_factory=Limits)
    profile: Profile = Profile.PYPI
    fail_on: Severity = Severity.ERROR
    """The least severity that makes the command fail."""
    repair: RepairSettings = field(default_factory=RepairSettings)
    """How repairs are made; it has no part in inspections."""
    expected_grid: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The Pythons (``cp313``, ``cp314t``, ``pp311``) that a release must serve on each platform
    (``manylinux_x86_64``, ``win_amd64``, ``macosx_arm64``); empty if nothing is demanded."""
    sizes: Sizes = field(default_factory=Sizes)
    """How large a wheel may be before a finding says so."""
    external_libraries: Mapping[str, str] = field(default_factory=dict)
    """Libraries that need not be in the wheel: a pattern of file names, and the distribution
    that brings them, or nothing if users have them by other means."""
    import_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The modules that distributions install, where wheelcheck does not know them."""
    source: str | None = None
    """The file that this was read from."""
    _selected: frozenset[str] | None = field(init=False, repr=False, compare=False)
    _ignores: tuple[_Ignore, ...] = field(init=False, repr=False, compare=False)
    _severities: Mapping[str, Severity] = field(init=False, repr=False, compare=False)
    _expectations: Expectations = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        selected = frozenset[str]().union(*(_codes("select", s) for s in self.select))
        object.__setattr__(self, "_selected", selected if self.select else None)
        object.__setattr__(self, "_ignores", tuple(self._all_ignores()))
        severities: dict[str, Severity] = {}
        chosen = [(_codes("severity", text), level) for text, level in self.severity.items()]
        # The fewer rules a selector means, the later it speaks.
        for codes, level in sorted(chosen, key=lambda pair: -len(pair[0])):
            severities.update(dict.fromkeys(codes, level))
        object.__setattr__(self, "_severities", severities)
        try:
            external = external_libraries(self.external_libraries, "the settings")
        except ValueError as error:
            raise ConfigError(f"external-libraries: {error}") from None
        try:
            names = import_names(self.import_names)
        except ValueError as error:
            raise ConfigError(f"import-names: {error}") from None
        object.__setattr__(self, "_expectations", Expectations(self.sizes, external, names))

    def _all_ignores(self) -> Iterator[_Ignore]:
        for text in self.ignore:
            yield _Ignore(f"ignore {text}", _codes("ignore", text))
        for pattern, texts in self.per_wheel_ignores.items():
            for text in texts:
                key = f"per-wheel-ignores {pattern!r}"
                yield _Ignore(f"{key} {text}", _codes(key, text), wheel=pattern)
        for pattern, texts in self.per_member_ignores.items():
            for text in texts:
                key = f"per-member-ignores {pattern!r}"
                yield _Ignore(f"{key} {text}", _codes(key, text), member=pattern)

    @property
    def expectations(self) -> Expectations:
        """What loaders and rules are told of these settings."""
        return self._expectations

    def apply(self, judged: J) -> J:
        """Return a report or release as these settings have it; nothing else in it changes."""
        findings: list[Finding] = []
        ignored = list(judged.ignored)
        for finding in judged.findings:
            if self._selected is not None and finding.code not in self._selected:
                continue
            by = tuple(dict.fromkeys(i.label for i in self._ignores if i.covers(finding)))
            if by:
                ignored.append(Ignored(finding.code, finding.name, finding.member, by))
                continue
            severity = self._severities.get(finding.code, finding.severity)
            findings.append(
                finding if severity is finding.severity else replace(finding, severity=severity)
            )
        return replace(
            judged,
            findings=tuple(sorted(findings, key=lambda f: f.sort_key)),
            ignored=tuple(ignored),
        )

    def unused_external_libraries(self, reports: Iterable[Report]) -> tuple[str, ...]:
        """Return the patterns of external libraries that no import of these reports fell under."""
        libraries = {
            d.library for r in reports for d in r.dependencies if d.outcome is Outcome.EXCLUDED
        }
        return tuple(
            pattern
            for pattern, entry in zip(
                self.external_libraries, self.expectations.external, strict=True
            )
            if not any(map(entry.fits, libraries))
        )

    def unused_ignores(self, judged: Iterable[Report | Release]) -> tuple[str, ...]:
        """Return the ignores that no finding of these fell under, e.g. ``ignore WC802``.

        The reports and releases must have gone through :meth:`apply`.
        """
        used = {label for one in judged for ignored in one.ignored for label in ignored.by}
        labels = dict.fromkeys(ignore.label for ignore in self._ignores)
        return tuple(label for label in labels if label not in used)


def _codes(key: str, selector: str) -> frozenset[str]:
    try:
        return codes_of(selector)
    except UsageError as error:
        raise ConfigError(f"{key}: {error}") from None
