"""WC823: the folder of a version control system."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.quantities import plural, size_text
from wheelcheck.rules.contents.places import in_folders
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_FOLDERS = {".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", ".fslckout"}


def _check(subject: Subject) -> Iterator[Hit]:
    for folder, files in in_folders(subject, _FOLDERS).items():
        yield Hit(
            f"{folder}/ is a repository's own folder "
            f"({plural(len(files), 'file')}, {size_text(sum(file.size for file in files))})",
            files[0].member.name,
            evidence={"folder": (folder,)},
        )
    for file in subject.wheel.files:
        if file.member.name.rpartition("/")[2] == ".git":
            yield Hit(f"{file.member.name} says where a repository is", file.member.name)


RULE = Rule(
    code="WC823",
    name="repository-folder",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.EXPOSURE,
    summary="The wheel holds the folder of a version control system.",
    why=(
        "It publishes the whole history: what was deleted long ago, names and addresses of "
        "authors, and often access tokens in the configuration (`.git/config`)."
    ),
    example="pkg/vendor/lib/.git/config.",
    fix=(
        "Exclude it where the build takes its files from. If the wheel was published: look what "
        "is in it, revoke every token, and delete the release."
    ),
    since="0.1.0",
    check=_check,
)
