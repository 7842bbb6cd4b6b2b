"""The tutorial, word for word, with GMP's own library."""

import zipfile
from pathlib import Path

import pytest

from testdata.fetch import DEFAULT_CACHE, PINS, fetch
from tests.docs.console import run_page


@pytest.mark.corpus
def test_the_tutorial_is_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(fetch(PINS["gmpy2"], DEFAULT_CACHE)) as archive:
        data = archive.read("gmpy2.libs/libgmp-10.dll")
    (tmp_path / "gmp").mkdir()
    (tmp_path / "gmp/libgmp-10.dll").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    run_page("docs/tutorial.md", monkeypatch, capsys, exact=True)
