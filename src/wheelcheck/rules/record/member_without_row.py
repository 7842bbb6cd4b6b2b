"""WC202: a member is not listed in RECORD."""

from collections.abc import Iterator

from wheelcheck.archive.record import RecordFault
from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.reading.record_facts import is_cut
from wheelcheck.rules.record.problems import hash_text, of_kind
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit | NotChecked]:
    wheel = subject.wheel
    if wheel.record is None:
        return
    if is_cut(wheel):
        yield NotChecked("members missing in RECORD", "not all of RECORD could be read")
        return
    problems = tuple(of_kind(subject, RecordFault.MEMBER_WITHOUT_ROW))
    files = {file.member.name: file for file in wheel.files} if problems else {}
    for problem in problems:
        file = None if problem.path is None else files.get(problem.path)
        evidence = {}
        if file is not None and "sha256" in file.digests:
            evidence = {
                "actual_hash": (hash_text("sha256", file.digests["sha256"]),),
                "actual_size": (str(file.size),),
            }
        yield Hit(message=problem.message, member=problem.path, evidence=evidence)


RULE = Rule(
    code="WC202",
    name="member-without-row",
    family=Family.RECORD,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="A file in the wheel is not listed in RECORD.",
    why=(
        "`wheel unpack` and the installer library refuse the wheel. pip installs the file, but "
        "nobody can tell whether it was put in afterwards. PyPI mails the owners, and has "
        "announced that it will refuse such files."
    ),
    example="A licence file was added to the finished wheel with `zip -u`.",
    fix="Write RECORD anew: `wheel unpack` elsewhere is refused, so unzip and `wheel pack`.",
    since="0.1.0",
    check=_check,
    references=(
        "PyPA: Binary distribution format, The .dist-info directory",
        "PEP 427",
        "warehouse: utils/wheel.py",
    ),
)
