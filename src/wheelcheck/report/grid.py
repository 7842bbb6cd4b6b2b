"""The grid of a release as a table of words: which wheel serves which Python on which platform."""

from wheelcheck.audit import Release, Served

__all__ = ["HOLE", "NOTHING", "grid_legend", "grid_rows", "shows_grid"]

HOLE = "MISSING"
NOTHING = "-"
_LEGEND = {
    "own": "a wheel for this very Python",
    "abi3": "one for the stable ABI of this or an older Python",
    "abi3t": "one for the stable ABI of free-threaded Pythons",
    "any": "one for any Python",
    NOTHING: "none",
    HOLE: "none, where one is expected",
}


def shows_grid(release: Release) -> bool:
    """Tell whether there is more to see than one wheel that serves what it is for."""
    return len(release.wheels) > 1 or any(release.grid.holes)


def grid_rows(release: Release) -> list[list[str]]:
    """Return the cells of the table, with the Pythons at the top and the platforms at the left."""
    grid = release.grid
    rows = [["", *grid.pythons]]
    for platform, cells, expected in zip(grid.platforms, grid.cells, grid.expected, strict=True):
        rows.append([platform, *map(_word, cells, expected)])
    return rows


def grid_legend(release: Release) -> dict[str, str]:
    """Return what the words in the cells mean, for those that occur."""
    found = {word for row in grid_rows(release)[1:] for word in row[1:]}
    return {word: text for word, text in _LEGEND.items() if word in found}


def _word(served: Served | None, expected: bool) -> str:  # noqa: FBT001 - two columns of a table
    if served is None:
        return HOLE if expected else NOTHING
    interpreter, abi, _ = served.by.split("-", 2)
    if abi in {"abi3", "abi3t"}:
        return abi
    return "any" if abi == "none" and interpreter.startswith("py") else "own"
