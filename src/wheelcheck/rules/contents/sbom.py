"""WC870: a bill of materials that cannot be read."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, NotChecked, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit | NotChecked]:
    for name, traces in subject.wheel.traces.items():
        sbom = traces.sbom
        if sbom is None:
            continue
        if sbom.problem is not None:
            yield Hit(
                f"{name} cannot be read: {sbom.problem}", name, evidence={"result": (sbom.problem,)}
            )
        elif not sbom.known:
            yield Hit(f"{name} says nowhere that it is CycloneDX or SPDX", name)
    folder = f"{subject.wheel.dist_info}/sboms/"
    for file in subject.wheel.files:
        name = file.member.name
        read = name in subject.wheel.traces or file.problem is not None
        if name.startswith(folder) and name.lower().endswith((".json", ".xml")) and not read:
            yield NotChecked(
                name, "as a bill of materials it is too large: 8 MiB are read at most, 16 in all"
            )


RULE = Rule(
    code="WC870",
    name="sbom",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    effect=Effect.TOOLS,
    summary="A bill of materials in dist-info/sboms is neither CycloneDX nor SPDX, or damaged.",
    why=(
        "Scanners for vulnerabilities skip what they cannot read, so the libraries in the wheel "
        "look as if there were none. JSON and XML are read, up to 8 MiB each and 16 in all."
    ),
    example="pkg-1.0.dist-info/sboms/pkg.cdx.json was cut off.",
    fix="Write it anew with the tool that made it, as CycloneDX or SPDX.",
    since="0.1.0",
    check=_check,
    references=("PEP 770", "CycloneDX specification", "SPDX specification"),
)
