"""WC201: the wheel has no RECORD."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.reading.record_facts import record_name
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    # Without a dist-info folder, the rule on that folder says it all.
    if wheel.record is None and wheel.dist_info is not None:
        yield Hit(
            message=f"there is no {record_name(wheel)}; pip fails, and PyPI refuses the file",
            evidence={"expected": (record_name(wheel),)},
        )


RULE = Rule(
    code="WC201",
    name="no-record",
    family=Family.RECORD,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="The dist-info folder has no RECORD.",
    why=(
        "RECORD lists every file with its hash. Installers need it to note what they install, "
        "pip stops without it, and PyPI refuses the file."
    ),
    example="The wheel was put together with zip from an unpacked folder, without its RECORD.",
    fix="Pack the folder with `wheel pack`, which writes RECORD.",
    since="0.1.0",
    check=_check,
    references=("PyPA: Binary distribution format, The .dist-info directory", "PEP 427"),
)
