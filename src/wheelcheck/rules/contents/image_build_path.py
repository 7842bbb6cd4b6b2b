"""WC813: paths of the build machine in install names and rpaths."""

from collections import defaultdict
from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.platforms.macos import is_system
from wheelcheck.rules.apple import images
from wheelcheck.rules.registry import Family, Hit, Rule, Subject

__all__ = ["RULE"]

_DELOCATED = "/DLC/"
"""Where delocate says that bundled libraries are, so that their names are unique."""


def _check(subject: Subject) -> Iterator[Hit]:
    rpaths: dict[str, dict[str, None]] = defaultdict(dict)
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for node, piece in images(subject):
        found = [path for path in piece.rpaths if _is_foreign(path)]
        rpaths[node.member].update(dict.fromkeys(found))
        if piece.install_name is not None and _is_foreign(piece.install_name):
            names[node.member][piece.install_name] = None
    for member in rpaths:
        kinds = [
            (what, tuple(paths[member]))
            for what, paths in (("rpath", rpaths), ("install_name", names))
            if paths.get(member)
        ]
        if kinds:
            told = " and ".join(
                f"the {what.replace('_', ' ')} {', '.join(paths)}" for what, paths in kinds
            )
            yield Hit(
                f"{member} holds a path of the machine that built it: {told}",
                member,
                evidence=dict(kinds),
            )


def _is_foreign(path: str) -> bool:
    """Tell whether a path is absolute, and not one that every Mac has."""
    return path.startswith("/") and not is_system(f"{path}/x") and not path.startswith(_DELOCATED)


RULE = Rule(
    code="WC813",
    name="image-build-path",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    summary="An rpath or install name is a path of the build machine.",
    why=(
        "dyld searches absolute rpaths on the user's machine, too: whoever can write there (/tmp, "
        "a shared /opt) decides which library is loaded, and a Homebrew of another version may "
        "be taken instead of the bundled one. The paths also tell how the build machine is set "
        "up, and make builds differ."
    ),
    example="pkg/.dylibs/libsodium.26.dylib has the rpath /tmp/zmq/lib.",
    fix=(
        "`wheelcheck repair` removes such rpaths, from libraries that need nothing themselves, "
        "too, and gives such libraries a neutral install name."
    ),
    since="0.1.0",
    check=_check,
    references=("Apple: dyld(1)",),
)
