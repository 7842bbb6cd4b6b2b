"""WC825, WC826: passwords, tokens and private keys."""

from collections.abc import Iterator

from wheelcheck.findings import Confidence, Severity
from wheelcheck.installation import in_test_folder
from wheelcheck.rules.registry import Effect, Family, Hit, Rule, Subject
from wheelcheck.traces.secrets import SecretKind

__all__ = ["CONTENT", "FILE"]

_NAMES = {
    ".pypirc": "passwords or tokens for package indexes",
    ".netrc": "passwords for servers",
    "_netrc": "passwords for servers",
    ".env": "settings of a deployment, often passwords",
    ".pgpass": "passwords for databases",
    ".htpasswd": "passwords of a web server",
    ".git-credentials": "passwords for Git servers",
    ".dockercfg": "passwords for registries",
    "id_rsa": "a private SSH key",
    "id_dsa": "a private SSH key",
    "id_ecdsa": "a private SSH key",
    "id_ed25519": "a private SSH key",
}
_PATHS = {
    "/.aws/credentials": "access keys of AWS",
    "/.docker/config.json": "passwords for registries",
    "/.kube/config": "credentials for Kubernetes clusters",
    "/.ssh/config": "how somebody reaches servers",
}
_SUFFIXES = {
    ".p12": "certificates with private keys",
    ".pfx": "certificates with private keys",
    ".jks": "a Java keystore",
    ".kdbx": "a password database",
}
_ENDS = {**_SUFFIXES, **_PATHS}
_LAST = tuple(end.rpartition("/")[2] for end in _ENDS)
_FOR_SHOW = {"doc", "docs", "example", "examples", "sample", "samples"}
_PYPI_SCANS = (".py", ".pye")


def _check_files(subject: Subject) -> Iterator[Hit]:
    for leaf, file in subject.leaves:
        name = file.member.name
        what = _NAMES.get(leaf)
        if leaf.endswith(_LAST):
            path = f"/{name.lower()}"
            what = what or next((t for end, t in _ENDS.items() if path.endswith(end)), None)
        if what is not None and file.size:
            yield Hit(
                f"{name} is a file for {what}",
                name,
                severity=Severity.NOTE if _for_show(file.install) else Severity.WARNING,
            )


def _check_content(subject: Subject) -> Iterator[Hit]:
    installs = {file.member.name: file.install for file in subject.wheel.files}
    for name, traces in subject.wheel.traces.items():
        for secret in traces.secrets:
            refused = secret.kind is SecretKind.PYPI and name.lower().endswith(_PYPI_SCANS)
            severity = Severity.ERROR
            if secret.kind is SecretKind.PRIVATE_KEY:
                severity = Severity.WARNING
            if _for_show(installs[name]) and not (refused and subject.pypi_refuses is severity):
                severity = Severity.NOTE if severity is Severity.WARNING else Severity.WARNING
            also = "; PyPI refuses it" if refused else ""
            yield Hit(
                f"{name}, line {secret.line} holds {secret.kind}{also}",
                name,
                evidence={
                    "kind": (str(secret.kind),),
                    "line": (str(secret.line),),
                    "begins": (f"{secret.shown}...",),
                },
                severity=severity,
            )


def _for_show(install: str) -> bool:
    """Tell whether a file lies among tests or examples, where made-up secrets are usual."""
    return in_test_folder(install) or not _FOR_SHOW.isdisjoint(install.lower().split("/")[:-1])


FILE = Rule(
    code="WC825",
    name="secret-file",
    family=Family.CONTENTS,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    effect=Effect.EXPOSURE,
    summary="A file whose name says that it holds passwords, tokens or keys.",
    why=(
        "What is published cannot be taken back: programs read every new upload for such files "
        "within minutes. It is a note among tests and examples."
    ),
    example="pkg/.env with the password of the staging database.",
    fix=(
        "Leave the file out. If the wheel was published, change every password and revoke every "
        "key in it; deleting the release is not enough."
    ),
    since="0.1.0",
    check=_check_files,
)

CONTENT = Rule(
    code="WC826",
    name="secret",
    family=Family.CONTENTS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    effect=Effect.EXPOSURE,
    summary="A file holds an access token, or a private key.",
    why=(
        "Whoever downloads the wheel can act in its owner's name, and programs look for such "
        "tokens within minutes after an upload. PyPI refuses a Python source with one of its own "
        "tokens. Only forms that leave no doubt count: tokens of PyPI, GitHub (with a right "
        "checksum), Slack, Stripe, AWS keys with their secret, private keys in full that are not "
        "encrypted (a warning: some are public on purpose). Among tests and examples the former "
        "are warnings, and keys are notes. The finding shows the first characters only. Python "
        "sources up to 5 MiB and texts up to 1 MiB are read; in folders for tests only PyPI "
        "tokens and private keys are looked for."
    ),
    example="pkg/upload.py: TOKEN = 'pypi-AgEIcHlwaS5vcmc...'.",
    fix=(
        "Revoke the secret first: it is known to everybody who has the wheel. Then read it from "
        "the environment or a file outside the package."
    ),
    since="0.1.0",
    check=_check_content,
    references=(
        "PyPI (warehouse): utils/scanner_rules/pypi_token.yar",
        "GitHub: Behind GitHub's new authentication token formats",
    ),
)
