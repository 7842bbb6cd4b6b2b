"""WC811: a Mach-O image that macOS kills because of its code signature."""

from collections.abc import Iterator

from wheelcheck.binary.model import Arch
from wheelcheck.findings import Confidence, Severity
from wheelcheck.rules.apple import images
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Hit]:
    for node, piece in images(subject):
        state = piece.signature
        if not state.present and piece.arch is Arch.ARM64:
            text = f"{node.member} ({piece.name}) has no code signature, which Apple silicon wants"
        elif state.fault is not None:
            text = f"{node.member} ({piece.name}) has a wrong code signature: {state.fault}"
        else:
            continue
        yield Hit(
            text,
            node.member,
            evidence={
                "slice": (piece.name,),
                "result": (state.fault or "no signature",),
                **({"identifier": (state.identifier,)} if state.identifier else {}),
            },
        )


RULE = Rule(
    code="WC811",
    name="code-signature",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.IMPORT,
    summary="A code signature is wrong, or absent where macOS demands one.",
    why=(
        "macOS on Apple silicon runs no code without a signature, and no macOS runs code whose "
        "hashes are wrong: the process is killed (`zsh: killed`, EXC_BAD_ACCESS: Code Signature "
        "Invalid). Any edit after signing breaks it: install_name_tool, strip, patching bytes. "
        "Every page is hashed and compared here; who signed is not judged."
    ),
    example="pkg/.dylibs/libgmp.10.dylib was stripped after it was signed: page 0 differs.",
    fix=(
        "Sign as the last step: `codesign --force --sign - FILE`; or let `wheelcheck repair` sign "
        "what is wrong, on any system."
    ),
    since="0.1.0",
    check=_check,
    references=("Apple: macOS 11 release notes, Code Signing", "XNU: osfmk/kern/cs_blobs.h"),
)
