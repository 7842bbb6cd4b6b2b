import pytest

from tests.traces.made_up import AWS, AWS_NAME, SECRETS, private_key
from wheelcheck.traces.secrets import SecretKind, find_secrets


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("around", ["{}", "# a line\n\nKEY = '{}'\n", '{{"key": "{}"}}', "{}," * 2])
def test_each_kind_is_found_and_never_told(name: str, around: str) -> None:
    text, kind = SECRETS[name]
    data = around.replace("{}", text).replace("{{", "{").replace("}}", "}").encode()
    found = find_secrets(data, all_kinds=True)
    assert {secret.kind for secret in found} == {kind}
    assert found[0].line == data[: data.find(text[:10].encode())].count(b"\n") + 1
    assert len(found[0].shown) <= 27
    assert found[0].shown in text


def test_pypi_and_keys_are_looked_for_everywhere() -> None:
    kinds = {
        secret.kind
        for text, _ in SECRETS.values()
        for secret in find_secrets(text.encode(), all_kinds=False)
    }
    assert kinds == {SecretKind.PYPI, SecretKind.PRIVATE_KEY}


@pytest.mark.parametrize(
    "text",
    [
        "pypi-AgEIcHlwaS5vcmcCJ...",
        "pypi-AgEIcHlwaS5vcmcCJ" + "x" * 160,
        "ghp_" + "x" * 36,
        "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",  # the checksum is wrong
        SECRETS["github"][0] + "0",
        "github_pat_" + "1" * 22 + "_" + "2" * 59,
        AWS_NAME,
        f"{AWS_NAME} and nothing secret",
        'id = "AKIAIOSFODNN7EXAMPLE"\nkey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
        f'{AWS_NAME}\nsha1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"',
        "xoxb-your-token",
        "sk_live_" + "x" * 30,
        "sk_test_a1B2c3D4e5F6g7H8i9J0k1L2",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----",
        private_key("ENCRYPTED "),
        "-----BEGIN PUBLIC KEY-----\n" + "a1B2c3D4e5F6g7H8" * 4,
        "-----BEGIN PRIVATE KEY-----\n" + "A" * 64,
    ],
)
def test_placeholders_are_none(text: str) -> None:
    assert find_secrets(text.encode(), all_kinds=True) == ()


def test_no_more_than_a_few_are_told() -> None:
    text = "\n".join([SECRETS["stripe"][0]] * 100)
    assert len(find_secrets(text.encode(), all_kinds=True)) == 5


def test_the_secret_of_aws_may_come_first() -> None:
    lines = AWS.splitlines()
    assert find_secrets("\n".join(reversed(lines)).encode(), all_kinds=True)
