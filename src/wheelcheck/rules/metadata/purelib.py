"""WC304: Root-Is-Purelib contradicts the content."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]

_MOST_NAMED = 10


def _check(subject: Subject) -> Iterator[Hit]:
    text, wheel = subject.wheel_file, subject.wheel
    if text is None or text.problem is not None:
        return
    member = f"{wheel.dist_info}/WHEEL"
    if text.purelib_text is None or text.purelib_text.lower() not in {"true", "false"}:
        said = "is missing" if text.purelib_text is None else f"is {text.purelib_text[:40]!r}"
        yield Hit(
            f"Root-Is-Purelib in {member} {said}, so installers take it for false",
            member,
            severity=Severity.WARNING,
        )
    elif not text.purelib and subject.platforms == ("any",) and not wheel.natives:
        yield Hit(
            f"{member} says Root-Is-Purelib: false, but the wheel is for any platform and holds "
            "no native code",
            member,
            severity=Severity.NOTE,
        )
    if subject.platforms == ("any",):
        return  # native code in such a wheel is a finding of its own
    from wheelcheck.rules.natives import is_loaded, is_test_data

    pure = f"{wheel.data_folder}/purelib/"
    data = f"{wheel.data_folder}/"
    found = [
        native.name
        for native in wheel.natives
        if is_loaded(native) and not is_test_data(native)
        if native.name.startswith(pure) or (text.purelib and not native.name.startswith(data))
    ]
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield Hit(
            f"native code goes to purelib, the folder for pure Python: {found[0]}{more}",
            member,
            evidence={"native": tuple(found[:_MOST_NAMED])},
            # All that is in the root stays together, wherever it goes.
            severity=Severity.WARNING if text.purelib else Severity.ERROR,
        )


RULE = Rule(
    code="WC304",
    name="root-is-purelib",
    family=Family.METADATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="Root-Is-Purelib contradicts the content.",
    why=(
        "`Root-Is-Purelib: true` sends the files to purelib. Where purelib and platlib are two "
        "folders (Fedora, RHEL, openSUSE: lib and lib64), they land apart from the native code of "
        "other wheels, which then does not find them by relative paths. Natives in "
        "`.data/purelib` of a wheel whose root is not pure land apart from their own package, so "
        "imports fail: an error. auditwheel refuses to repair either."
    ),
    example=("pkg-1.0-cp312-cp312-linux_x86_64.whl with pkg/_pkg.so and `Root-Is-Purelib: true`."),
    fix=(
        "Tell the build backend that the project has native code: in setuptools an Extension or "
        "`has_ext_modules` returning True, in hatchling `pure_python = False` in the build hook."
    ),
    since="0.1.0",
    check=_check,
    references=("PEP 427: File Contents", "PyPA: Binary distribution format"),
)
