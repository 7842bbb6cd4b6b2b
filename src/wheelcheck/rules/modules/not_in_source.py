"""WC641: modules in the wheel that the source does not have."""

import re
from collections.abc import Iterator

from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.rules.against_source import by_folder, installed, is_for_tests, source_of, unexcused
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.source_tree.layout import is_module_path

__all__ = ["RULE"]

_MOST_NAMED = 5
# What builds write: versions, settings of the build, code from .proto files.
_GENERATED = re.compile(
    r"(?:.*/)?(?:_*(?:version|about|build|config|git|commit|revision|generated|distributor)\w*"
    r"|\w*(?:_version|_pb2|_pb2_grpc|_build_info|_buildinfo|_delvewheel\w*))\.py"
)


def _check(subject: Subject) -> Iterator[Hit | NotChecked]:
    source = source_of(subject)
    if source is None or source.layout is None:
        return
    known = {path for path, _ in source.layout.modules}
    known.update(item.install for item in source.layout.data)
    ignored = source.tree.texts.get(".gitignore", "").splitlines()
    extra = [
        path
        for path in installed(subject)
        if is_module_path(path)
        and path not in known
        and not _GENERATED.fullmatch(path)
        and not is_for_tests(path)
    ]
    extra = unexcused(dict(zip(extra, extra, strict=True)), ignored)
    if extra and (source.layout.generated is not None or source.tree.links):
        reason = source.layout.generated or "there are symbolic links in the source"
        yield NotChecked(f"{len(extra)} modules of the wheel that the source lacks", reason)
        return
    for folder, paths in by_folder(extra).items():
        named = ", ".join(paths[:_MOST_NAMED])
        more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
        yield Hit(
            f"{named}{more}: in the wheel, but not in the source",
            evidence={"folder": (folder,), "modules": tuple(paths)},
        )


RULE = Rule(
    code="WC641",
    name="module-not-in-source",
    family=Family.MODULES,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.UNTIDY,
    summary="The wheel holds a module that the source does not have (with --src).",
    why=(
        "setuptools keeps copies in `build/lib`: what was renamed or deleted comes back in the "
        "next wheel, and users import the old module without noticing. Or the wheel was not built "
        "from this source at all."
    ),
    example="pkg/old_name.py, renamed a month ago, is still in the wheel.",
    fix="Remove `build/` and `*.egg-info`, and build anew from a clean checkout.",
    since="0.1.0",
    check=_check,
    references=("docs/source.md",),
)
