"""WC303 and WC305: the WHEEL file says other tags, or another build, than the file name."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wheelcheck.distinfo.tag_sets import MOST_TAGS, expand
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

if TYPE_CHECKING:
    from wheelcheck.distinfo.tag_sets import Tag

__all__ = ["BUILD", "TAGS"]

_MOST_NAMED = 10
_SHOWN = 80


def _check_tags(subject: Subject) -> Iterator[Hit]:
    text, name, folder = subject.wheel_file, subject.wheel.name, subject.wheel.dist_info
    if text is None or text.problem is not None or name is None:
        return
    member = f"{folder}/WHEEL"
    if not text.tags:
        yield Hit(f"{member} has no Tag line", member)
        return
    said: set[Tag] = set()
    compressed: list[str] = []
    for line in text.tags[: MOST_TAGS + 1]:
        try:
            tags = expand(line)
        except ValueError as error:
            yield Hit(f"{member} has a Tag line that is none: {line[:_SHOWN]!r}: {error}", member)
            return
        if len(tags) > 1:
            compressed.append(line)
        said |= tags
    only_said, only_named = said - name.tags, name.tags - said
    if only_said or only_named:
        parts = [
            f"{words} {_list(tags)}"
            for words, tags in (
                ("only there:", only_said),
                ("only in the file name:", only_named),
            )
            if tags
        ]
        yield Hit(
            f"the tags in {member} are not those of the file name; {'; '.join(parts)}",
            member,
            evidence={
                "wheel_file": tuple(sorted(map(str, said)))[:_MOST_NAMED],
                "file_name": tuple(sorted(map(str, name.tags)))[:_MOST_NAMED],
            },
        )
    elif compressed:
        yield Hit(
            f"{member} has a compressed set in one Tag line, where each tag has a line of its own: "
            f"{compressed[0][:_SHOWN]}",
            member,
            severity=Severity.WARNING,
        )


def _list(tags: "set[Tag] | frozenset[Tag]") -> str:
    shown = sorted(map(str, tags))
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""  # noqa: PLR2004 - a handful
    return ", ".join(shown[:3]) + more


def _check_build(subject: Subject) -> Iterator[Hit]:
    text, name, folder = subject.wheel_file, subject.wheel.name, subject.wheel.dist_info
    if text is None or text.problem is not None or name is None:
        return
    said = ", ".join(text.builds)
    if said != name.build:
        member = f"{folder}/WHEEL"
        yield Hit(
            f"{member} says {_build(said)}, the file name {_build(name.build)}",
            member,
            evidence={"wheel_file": (said[:_SHOWN],), "file_name": (name.build,)},
        )


def _build(text: str) -> str:
    return f"build {text[:_SHOWN]}" if text else "no build"


TAGS = Rule(
    code="WC303",
    name="tag-lines",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="The Tag lines of the WHEEL file are not the tags of the file name.",
    why=(
        "The file name decides who installs the wheel, but tools that retag, repair, cache or "
        "check an installation believe the WHEEL file. A wheel that was renamed by hand says two "
        "things about itself, and one of them is wrong."
    ),
    example="pkg-1.0-py3-none-any.whl whose WHEEL says `Tag: cp312-cp312-linux_x86_64`.",
    fix="Retag with `wheel tags`, which changes both, or build again; never rename a wheel.",
    since="0.1.0",
    check=_check_tags,
    references=("PEP 427: File Contents", "PEP 425: Compressed Tag Sets"),
)

BUILD = Rule(
    code="WC305",
    name="build-number",
    family=Family.METADATA,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="The WHEEL file says another build number than the file name.",
    why=(
        "Among wheels of one version installers take the highest build number of the file name. "
        "A WHEEL file that disagrees shows that the wheel was renamed by hand."
    ),
    example="pkg-1.0-2-py3-none-any.whl whose WHEEL says `Build: 1`.",
    fix="Set the build number with `wheel tags --build`, which changes both.",
    since="0.1.0",
    check=_check_build,
    references=("PEP 427: File Contents",),
)
