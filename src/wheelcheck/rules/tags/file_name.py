"""WC411 to WC413: the file name is malformed, unusually spelled, or that of a variant wheel."""

from collections.abc import Iterator

from wheelcheck.distinfo.names import normal_name
from wheelcheck.expressions import expression
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["MALFORMED", "SPELLING", "VARIANT"]

_PYTHON_TAG = expression(r"(?:py|cp|pp|graalpy)\d")
_LABEL = expression(r"[0-9a-z._]{1,16}\Z")
"""PEP 825: a variant label."""
_WITH_LABEL = 6
_VERSION = 1


def _check_malformed(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    if wheel.name is None and _variant(wheel.filename) is None:
        yield Hit(
            f"{wheel.filename} is no wheel's file name: {wheel.name_problem}",
            evidence={"expected": ("{name}-{version}[-{build}]-{python}-{abi}-{platform}.whl",)},
        )


def _check_spelling(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    name = wheel.name
    if name is None:
        return
    wanted = normal_name(name.distribution).replace("-", "_")
    if name.distribution != wanted:
        yield Hit(
            f"the file name spells the project {name.distribution}, PyPI takes {wanted} only",
            evidence={"found": (name.distribution,), "expected": (wanted,)},
            severity=subject.pypi_refuses,
        )
    parts = wheel.filename.removesuffix(".whl").split("-")
    version = parts[_VERSION]
    if version != str(name.version):
        yield Hit(
            f"the file name spells the version {version}, its normal form is {name.version}",
            evidence={"found": (version,), "expected": (str(name.version),)},
            severity=Severity.WARNING,
        )
    tags = "-".join(parts[-3:])
    if tags != tags.lower():
        yield Hit(
            f"the tags of the file name are not in lower case: {tags}", severity=Severity.WARNING
        )


def _check_variant(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    label = _variant(wheel.filename) if wheel.name is None else None
    if label is not None:
        yield Hit(
            f"this is a variant wheel (PEP 825, variant {label}); PyPI and current installers do "
            "not take it",
            evidence={"variant": (label,)},
            severity=subject.pypi_refuses,
        )


def _variant(filename: str) -> str | None:
    """Return the variant label if the name has one behind its tags."""
    parts = filename.removesuffix(".whl").split("-")
    if len(parts) == _WITH_LABEL + 1 and parts[2][:1].isdigit():
        del parts[2]  # the build number
    if len(parts) != _WITH_LABEL or not _PYTHON_TAG.match(parts[2]):
        return None
    return parts[-1] if _LABEL.match(parts[-1]) else None


MALFORMED = Rule(
    code="WC411",
    name="file-name",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="The file name is not that of a wheel.",
    why=(
        "Installers and PyPI learn the project, the version and the tags from the file name alone, "
        "and refuse one that they cannot read."
    ),
    example="pkg-1.0-py3-any.whl (a part is missing), or pkg-1.0-cp312-cp312-win_amd64 (1).whl.",
    fix="Take the name that the build backend gave; change tags with `wheel tags`.",
    since="0.1.0",
    check=_check_malformed,
    references=("PyPA: Binary distribution format, File name convention",),
)

SPELLING = Rule(
    code="WC412",
    name="file-name-spelling",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="The file name spells the project, the version or the tags in an unusual way.",
    why=(
        "PyPI takes the normalised name only: lower case, with each run of `-`, `_` and `.` as one "
        "`_`. Other spellings of version and tags are understood, but not by every tool."
    ),
    example="My.Pkg-1.0-py3-none-any.whl, where my_pkg-1.0-py3-none-any.whl is expected.",
    fix="Build with a current build backend; setuptools normalises since 70.1.",
    since="0.1.0",
    check=_check_spelling,
    references=(
        "PyPA: Binary distribution format, Escaping and Unicode",
        "PyPA: Names and normalization",
        "PyPI (warehouse): forklift/legacy.py",
    ),
)

VARIANT = Rule(
    code="WC413",
    name="variant-wheel",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="The file name has a variant label behind its tags (PEP 825).",
    why=(
        "Wheel variants are a draft. PyPI refuses them, and installers that do not know them see a "
        "malformed build number. The rest of such a wheel is judged by its WHEEL file."
    ),
    example="pkg-1.0-cp312-cp312-linux_x86_64-x86_64_v3.whl.",
    fix="Publish it on an index for variants, and a wheel without a label on PyPI.",
    since="0.1.0",
    check=_check_variant,
    references=("PEP 817", "PEP 825"),
)
