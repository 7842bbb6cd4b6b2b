"""No false alarms: on well-known published wheels each error has a true cause."""

import pytest

import wheelcheck
from testdata.fetch import DEFAULT_CACHE, corpus, fetch

pytestmark = pytest.mark.corpus

# Wheel and code of each error that is true. docs/corpus.md says why.
TRUE_CAUSES: dict[str, set[str]] = {
    "pyodbc-5.5.0-cp312-cp312-manylinux_2_24_x86_64.manylinux_2_28_x86_64.whl": {"WC701"},
    "backports.tarfile-1.2.0-py3-none-any.whl": {"WC412"},
    "cryptography-48.0.1-cp311-abi3-macosx_10_9_universal2.whl": {"WC420"},
}


@pytest.mark.parametrize("name", sorted(corpus()))
def test_every_error_has_a_true_cause(name: str) -> None:
    report = wheelcheck.inspect(fetch(corpus()[name], DEFAULT_CACHE))
    assert report.error is None
    errors = {f.code: f.message for f in report.at_least(wheelcheck.Severity.ERROR)}
    assert errors.keys() == TRUE_CAUSES.get(name, set()), errors
