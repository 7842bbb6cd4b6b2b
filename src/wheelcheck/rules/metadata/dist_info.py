"""WC301: the dist-info folder is missing, not alone, or of another name than the wheel."""

from collections.abc import Iterator

from wheelcheck.distinfo.names import normal_name
from wheelcheck.distinfo.versions import Version, read_version
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 10


def _check(subject: Subject) -> Iterator[Hit]:
    wheel = subject.wheel
    folders = wheel.dist_infos
    if not folders:
        yield Hit("the wheel has no dist-info folder")
        return
    evidence = {"folders": folders[:_MOST_NAMED]}
    if len(folders) > 1:
        yield Hit(f"the wheel has {len(folders)} dist-info folders", evidence=evidence)
        return
    name = wheel.name
    if name is None:
        return
    folder = folders[0]
    wanted = "-".join(wheel.filename.split("-")[:2]) + ".dist-info"
    if folder == wanted:
        return
    yield Hit(
        message=f"the dist-info folder is called {folder}, for this file name {wanted} is expected",
        member=f"{folder}/",
        evidence={"found": (folder,), "expected": (wanted,)},
        # The same name in another spelling serves pip; PyPI looks for the exact one.
        severity=subject.pypi_refuses if _same(folder, wanted) else Severity.ERROR,
    )


def _same(one: str, other: str) -> bool:
    """Tell whether two folder names stand for the same project and version."""
    names: list[tuple[str, Version]] = []
    for folder in (one, other):
        name, _, version = folder.removesuffix(".dist-info").partition("-")
        try:
            names.append((normal_name(name), read_version(version)))
        except ValueError:
            return False
    return names[0] == names[1]


RULE = Rule(
    code="WC301",
    name="dist-info-folder",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.INDEX,
    summary="There is not exactly one dist-info folder, named as the file is.",
    why=(
        "Installers find the metadata in `{name}-{version}.dist-info`. pip refuses a wheel with "
        "none, with two, or with that of another project; PyPI refuses every name but the exact "
        "one of the file. A second folder is usually left over from a build before a rename or "
        "a new version."
    ),
    example="pkg-1.1-py3-none-any.whl holds pkg-1.0.dist-info/.",
    fix="Remove the build folder and build again; do not rename wheels by hand.",
    since="0.1.0",
    check=_check,
    references=(
        "PyPA: Binary distribution format, The .dist-info directory",
        "PyPI (warehouse): forklift/legacy.py, file_upload",
    ),
)
