import pytest

from wheelcheck.platforms.base import load_data


@pytest.mark.parametrize("name", ["stable-abi.json", "windows-system.json", "windows-origins.json"])
def test_every_data_file_says_where_it_comes_from_and_when(name: str) -> None:
    data = load_data(name)
    assert data["source"]
    year, month, day = map(int, data["date"].split("-"))
    assert year >= 2026
    assert 1 <= month <= 12
    assert 1 <= day <= 31
