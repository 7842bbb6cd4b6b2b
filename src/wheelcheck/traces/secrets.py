"""Tokens and keys, known by their form.

Only forms that leave no doubt: a prefix alone is none. Google's ``AIza`` keys
are left out, since programs for browsers publish them on purpose, and so are
encrypted keys. Sources: what GitHub ("Behind GitHub's new authentication token
formats"), PyPI (warehouse, scanner_rules), AWS, Slack and Stripe document.
"""

import re
import zlib
from enum import StrEnum
from itertools import islice
from typing import TypeAlias

from wheelcheck.expressions import expression
from wheelcheck.records import record

__all__ = ["Secret", "SecretKind", "find_secrets"]

_MOST = 5
_MOST_HITS = 1_000
_FEW = 8
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


@record
class Secret:
    """A secret in a file; never the secret itself."""

    kind: SecretKind
    line: int
    shown: str
    """Its first few characters, which every secret of its kind has."""


_SHOWN = {SecretKind.PRIVATE_KEY: 27}
"""So many characters of a secret are told; for a key, its first line at most."""
_PYPI = expression(rb"pypi-AgEIcHlwaS5vcmcCJ[A-Za-z0-9_-]{150,}")
_KEY = expression(
    rb"""-----BEGIN[ ](?:RSA[ ]|EC[ ]|DSA[ ]|OPENSSH[ ])?PRIVATE[ ]KEY-----
         (?:\\[rn]|[\s"'+,\\])*+[A-Za-z0-9+/=]{40,}""",
    re.VERBOSE,
)
_CLASSIC = expression(rb"\bghp_([A-Za-z0-9]{36})(?![A-Za-z0-9])")
_FINE = expression(rb"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?!\w)")
_AWS = expression(rb"\bAKIA[A-Z2-7]{16}(?![A-Za-z0-9])")
_AWS_SECRET = expression(rb"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_SLACK = expression(rb"\bxox[bp]-\d{10,13}-\d{10,13}-[A-Za-z0-9-]{24,}")
_STRIPE = expression(rb"\bsk_live_[A-Za-z0-9]{24,}")

# Each finder begins with one byte that is rare in texts: the engine then runs through them by
# memchr, several times faster than it finds the words themselves.
_Form: TypeAlias = tuple[re.Pattern[bytes], SecretKind]
_NEVER_PUBLIC: tuple[tuple[re.Pattern[bytes], tuple[_Form, ...]], ...] = (
    (expression(rb"I(?=cHlwaS5vcmc)"), ((_PYPI, SecretKind.PYPI),)),
    (expression(rb"Y(?=-----)"), ((_KEY, SecretKind.PRIVATE_KEY),)),
)
_ALL = (
    (
        expression(rb"I(?=cHlwaS5vcmc|A[A-Z2-7]{16})"),
        ((_PYPI, SecretKind.PYPI), (_AWS, SecretKind.AWS)),
    ),
    (expression(rb"Y(?=-----)"), ((_KEY, SecretKind.PRIVATE_KEY),)),
    (
        expression(rb"g(?=hp_|ithub_pat_)"),
        ((_CLASSIC, SecretKind.GITHUB), (_FINE, SecretKind.GITHUB)),
    ),
    (expression(rb"x(?=ox[bp]-)"), ((_SLACK, SecretKind.SLACK),)),
    (expression(rb"v(?=e_[A-Za-z0-9]{24})"), ((_STRIPE, SecretKind.STRIPE),)),
)
_BACK = 40
"""A form begins so many bytes before its finder's, or fewer."""


def find_secrets(data: bytes, *, all_kinds: bool) -> tuple[Secret, ...]:
    """Return the first few secrets, in the order of kinds; each kind once a line.

    ``all_kinds`` says whether to look for more than PyPI tokens and private keys.
    """
    found: dict[Secret, None] = {}
    for finder, forms in _ALL if all_kinds else _NEVER_PUBLIC:
        for hit in islice(finder.finditer(data), _MOST_HITS):
            at = hit.start()
            for form, kind in forms:
                match = form.search(data, max(at - _BACK, 0), at + _AROUND)
                if match is None or match.start() > at or not _is_real(data, match, kind):
                    continue
                line = data.count(b"\n", 0, match.start()) + 1
                shown = match[0][: _SHOWN.get(kind, _FEW)].decode("ascii", "replace")
                found[Secret(kind, line, shown)] = None
                if len(found) >= _MOST:
                    return tuple(found)
    return tuple(found)


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
