"""What the rules of this family share: defects of the archive become findings."""

from collections.abc import Iterator, Mapping

from wheelcheck.archive.structure import Defect, DefectKind
from wheelcheck.findings import Severity
from wheelcheck.records import record
from wheelcheck.rules.registry import Hit, Subject

__all__ = ["Verdict", "hit", "hits", "promises_windows"]


@record
class Verdict:
    """What a kind of defect means for those who install the wheel."""

    consequence: str
    severity: Severity | None = Severity.ERROR
    """None where PyPI refuses the file and installers do not mind."""


def hits(subject: Subject, verdicts: Mapping[DefectKind, Verdict]) -> Iterator[Hit]:
    """Yield a hit for each defect of these kinds, in the order of finding."""
    for defect in subject.wheel.defects:
        verdict = verdicts.get(defect.kind)
        if verdict is not None:
            yield hit(subject, defect, verdict)


def hit(subject: Subject, defect: Defect, verdict: Verdict) -> Hit:
    """Return the hit for one defect."""
    return Hit(
        message=f"{defect.message}; {verdict.consequence}",
        member=defect.member,
        evidence={"defect": (str(defect.kind),)},
        severity=verdict.severity or subject.pypi_refuses,
    )


def promises_windows(subject: Subject) -> bool:
    """Tell whether the tags let the wheel be installed on Windows; yes if there are none."""
    platforms = subject.platforms
    return not platforms or any(p == "any" or p.startswith("win") for p in platforms)
