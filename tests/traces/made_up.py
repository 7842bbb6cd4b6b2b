"""Secrets of the right form that open nothing, put together so that no scanner minds this file."""

import random
import string
import zlib

from wheelcheck.traces.secrets import SecretKind

_LETTERS = string.ascii_letters + string.digits
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def _random(count: int, letters: str = _LETTERS) -> str:
    dice = random.Random(count)  # noqa: S311 (the same each time is what is wanted)
    return "".join(dice.choice(letters) for _ in range(count))


def _classic() -> str:
    body = _random(30)
    number, digits = zlib.crc32(body.encode()), ""
    while len(digits) < 6:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return f"ghp_{body}{digits}"


def private_key(kind: str = "", line_end: str = "\n") -> str:
    lines = [f"-----BEGIN {kind}PRIVATE KEY-----", _random(64), f"-----END {kind}PRIVATE KEY-----"]
    return line_end.join(lines)


AWS_NAME = "AKI" + "A" + _random(16, string.ascii_uppercase + "234567")
AWS = f'aws_access_key_id = "{AWS_NAME}"\naws_secret_access_key = "{_random(40)}"'
SECRETS = {
    "pypi": ("pypi-AgEIcHlwaS5vcmc" + "CJ" + _random(152), SecretKind.PYPI),
    "github": (_classic(), SecretKind.GITHUB),
    "github-fine": (f"github_pat_{_random(22)}_{_random(59)}", SecretKind.GITHUB),
    "aws": (AWS, SecretKind.AWS),
    "slack": ("xox" + f"b-1234567890123-1234567890123-{_random(24)}", SecretKind.SLACK),
    "stripe": ("sk_" + f"live_{_random(24)}", SecretKind.STRIPE),
    "rsa": (private_key("RSA "), SecretKind.PRIVATE_KEY),
    "openssh": (private_key("OPENSSH "), SecretKind.PRIVATE_KEY),
    "pkcs8": (private_key(), SecretKind.PRIVATE_KEY),
    "escaped": (private_key(line_end="\\n"), SecretKind.PRIVATE_KEY),
}
