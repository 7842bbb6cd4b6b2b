"""WC404: tags that no interpreter has, so that no installer ever takes the wheel."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.python_tags import abi_problem, interpreter_problem, pair_problem
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_HITS = 20


def _check(subject: Subject) -> Iterator[Hit]:
    tags = subject.wheel.tag_set
    interpreters = sorted({tag.interpreter for tag in tags})
    abis = sorted({tag.abi for tag in tags})
    problems: list[str] = []
    fine_interpreters = [i for i in interpreters if _noted(interpreter_problem(i), problems)]
    fine_abis = [a for a in abis if _noted(abi_problem(a), problems)]
    # A compressed set also stands for pairs that nobody means, such as cp312-cp313 in
    # cp312.cp313-cp312.cp313: it is enough that each tag has a partner.
    pairs = {(tag.interpreter, tag.abi) for tag in tags}
    good = [pair for pair in sorted(pairs) if pair_problem(*pair) is None]
    for interpreter in fine_interpreters:
        if fine_abis and not any(interpreter == i for i, _ in good):
            _noted(pair_problem(interpreter, fine_abis[0]), problems)
    for abi in fine_abis:
        if fine_interpreters and not any(abi == a for _, a in good):
            _noted(pair_problem(fine_interpreters[0], abi), problems)
    for problem in list(dict.fromkeys(problems))[:_MOST_HITS]:
        yield Hit(problem, evidence={"tags": subject.wheel.tags[:_MOST_HITS]})
    if {tag.platform for tag in tags} == {"any"} and not problems:
        bound = [abi for abi in fine_abis if abi != "none"]
        if bound and not subject.wheel.natives:
            yield Hit(
                f"the wheel is for any platform but for the ABI {bound[0]} only, and holds no "
                "native code",
                evidence={"tags": subject.wheel.tags[:_MOST_HITS]},
                severity=Severity.WARNING,
            )


def _noted(problem: str | None, problems: list[str]) -> bool:
    """Note a problem; tell whether there was none."""
    if problem is not None:
        problems.append(problem)
    return problem is None


RULE = Rule(
    code="WC404",
    name="impossible-tag",
    family=Family.TAGS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INSTALL,
    summary="The Python and ABI tags name what does not exist.",
    why=(
        "Installers look for the tags of their interpreter, and none of them has these: nobody "
        "ever gets the wheel, and PyPI does not check. They come from renaming by hand and from "
        "mistyped options, such as --py-limited-api=cp09."
    ),
    example="pkg-1.0-cp09-abi3-win_amd64.whl; cp312t-none-any; cp27-abi3-linux_x86_64.",
    fix=(
        "Let the build backend write the tags. For the stable ABI from Python 3.9 on it is "
        "cp39-abi3, for a free-threaded 3.13 cp313-cp313t."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 425", "PEP 384", "PEP 703", "PEP 803"),
)
