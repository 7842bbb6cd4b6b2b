"""Tokens and keys, known by their form.

Only forms that leave no doubt: a prefix alone is none. Google's ``AIza`` keys
are left out, since programs for browsers publish them on purpose, and so are
encrypted keys. Sources: what GitHub ("Behind GitHub's new authentication token
formats"), PyPI (warehouse, scanner_rules), AWS, Slack and Stripe document.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Secret", "SecretKind", "find_secrets"]

_MOST = 5
_MOST_HITS = 1_000
_SHOWN = 8
_AROUND = 400
_FEWEST_DIFFERENT = 12
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_GITHUB_BODY = 30


class SecretKind(StrEnum):
    """Whose secret it is."""

    PYPI = "a PyPI token"
    GITHUB = "a GitHub token"
    AWS = "an AWS access key with its secret"
    SLACK = "a Slack token"
    STRIPE = "a Stripe live key"
    PRIVATE_KEY = "a private key"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret in a file; never the secret itself."""

    kind: SecretKind
    line: int
    shown: str
    """Its first few characters, which every secret of its kind has."""


_PYPI = re.compile(rb"pypi-AgEIcHlwaS5vcmcCJ[A-Za-z0-9_-]{150,}")
_KEY = re.compile(
    rb"""-----BEGIN[ ](?:RSA[ ]|EC[ ]|DSA[ ]|OPENSSH[ ])?PRIVATE[ ]KEY-----
         (?:\\[rn]|[\s"'+,\\])*+[A-Za-z0-9+/=]{40,}""",
    re.VERBOSE,
)
_CLASSIC = re.compile(rb"\bghp_([A-Za-z0-9]{36})(?![A-Za-z0-9])")
_FINE = re.compile(rb"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?!\w)")
_AWS = re.compile(rb"\bAKIA[A-Z2-7]{16}(?![A-Za-z0-9])")
_AWS_SECRET = re.compile(rb"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_SLACK = re.compile(rb"\bxox[bp]-\d{10,13}-\d{10,13}-[A-Za-z0-9-]{24,}")
_STRIPE = re.compile(rb"\bsk_live_[A-Za-z0-9]{24,}")

_NEVER_PUBLIC = (
    (b"pypi-AgEIcHlwaS5vcmc", 0, _PYPI, SecretKind.PYPI),
    (b"PRIVATE KEY-----", -30, _KEY, SecretKind.PRIVATE_KEY),
)
_OTHERS = (
    (b"ghp_", 0, _CLASSIC, SecretKind.GITHUB),
    (b"github_pat_", 0, _FINE, SecretKind.GITHUB),
    (b"AKIA", 0, _AWS, SecretKind.AWS),
    (b"xoxb-", 0, _SLACK, SecretKind.SLACK),
    (b"xoxp-", 0, _SLACK, SecretKind.SLACK),
    (b"sk_live_", 0, _STRIPE, SecretKind.STRIPE),
)
"""The plain bytes to find, where the form begins from there, the form, and whose it is."""


def find_secrets(data: bytes, *, all_kinds: bool) -> tuple[Secret, ...]:
    """Return the first few secrets, in the order of kinds; each kind once a line.

    ``all_kinds`` says whether to look for more than PyPI tokens and private keys.
    """
    found: dict[Secret, None] = {}
    for word, offset, form, kind in _NEVER_PUBLIC + (_OTHERS if all_kinds else ()):
        for at in _places(data, word):
            start = max(at + offset, 0)
            match = form.search(data, start, at + _AROUND)
            if match is not None and match.start() <= at and _is_real(data, match, kind):
                line = data.count(b"\n", 0, match.start()) + 1
                shown = match[0][: max(_SHOWN, len(word) if kind is SecretKind.PRIVATE_KEY else 0)]
                found[Secret(kind, line, shown.decode("ascii", "replace"))] = None
                if len(found) >= _MOST:
                    return tuple(found)
    return tuple(found)


def _places(data: bytes, word: bytes) -> Iterator[int]:
    at = data.find(word)
    for _ in range(_MOST_HITS):
        if at < 0:
            return
        yield at
        at = data.find(word, at + len(word))


def _is_real(data: bytes, match: re.Match[bytes], kind: SecretKind) -> bool:
    """Tell a secret from a placeholder."""
    text = match[0]
    if b"EXAMPLE" in text or (b"xxxx" in text.lower() and kind is not SecretKind.PRIVATE_KEY):
        return False
    if kind is SecretKind.PRIVATE_KEY:
        return _is_varied(text[-40:])
    if kind is SecretKind.AWS:
        around = data[max(match.start() - _AROUND, 0) : match.end() + _AROUND]
        return any(_is_secret_of_aws(found) for found in _AWS_SECRET.findall(around))
    if text.startswith(b"ghp_"):
        return _has_checksum(match[1])
    return _is_varied(text[len("sk_live_") :])


def _is_varied(text: bytes) -> bool:
    return len(set(text)) >= _FEWEST_DIFFERENT


def _is_secret_of_aws(text: bytes) -> bool:
    """Tell forty random characters from a path, a hash or a word."""
    return (
        b"EXAMPLE" not in text
        and _is_varied(text)
        and any(48 <= c < 58 for c in text)  # noqa: PLR2004 - ASCII
        and text.upper() != text
        and text.lower() != text
    )


def _has_checksum(body: bytes) -> bool:
    """Tell whether the last six characters are the CRC of the others, as GitHub makes them."""
    number, digits = zlib.crc32(body[:_GITHUB_BODY]), ""
    for _ in range(len(body) - _GITHUB_BODY):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return body[_GITHUB_BODY:].decode() == digits
