"""No false alarms on the folders of whole releases, judged together."""

from collections import Counter

import pytest

import wheelcheck
from testdata.fetch import DEFAULT_CACHE, fetch, releases

pytestmark = [pytest.mark.corpus, pytest.mark.releases]

# Code of each error and warning that is true, and how many findings. docs/corpus.md says why.
TRUE_CAUSES: dict[str, dict[str, int]] = {
    "cryptography": {},
    "numpy": {"WC605": 65, "WC703": 6, "WC713": 11},
}
ROWS = {"cryptography": 8, "numpy": 9}


@pytest.fixture(scope="module", params=sorted(TRUE_CAUSES))
def audit(request: pytest.FixtureRequest) -> tuple[str, wheelcheck.Audit]:
    project: str = request.param
    wheels = [fetch(pin, DEFAULT_CACHE) for pin in releases()[project].values()]
    return project, wheelcheck.audit_wheels(wheels)


def test_every_error_and_warning_has_a_true_cause(audit: tuple[str, wheelcheck.Audit]) -> None:
    project, found = audit
    assert not found.unreadable
    heard = Counter(f.code for f in found.findings if f.severity is not wheelcheck.Severity.NOTE)
    assert heard == TRUE_CAUSES[project]


def test_the_release_is_one_without_holes(audit: tuple[str, wheelcheck.Audit]) -> None:
    project, found = audit
    [release] = found.releases
    assert release.project == project
    assert set(release.wheels) == set(releases()[project])
    assert len(release.grid.platforms) == ROWS[project]
    assert not list(release.grid.holes)
    assert not release.findings
