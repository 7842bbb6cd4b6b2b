"""Ratios are made run by run, and say how far they spread."""

from benchmarks.ratios import Spread, ratios, sums, table


def test_ratios_compare_the_runs_that_took_turns() -> None:
    # The second pair ran while the machine was busy: twice the seconds, the same ratio.
    assert ratios([8.0, 16.0, 9.0], [1.0, 2.0, 1.0]) == Spread(8.0, 8.0, 9.0)


def test_a_spread_is_written_with_its_ends() -> None:
    assert f"{Spread.of([3.0, 1.0, 2.26]):.1f}" == "2.3 (1.0 to 3.0)"


def test_tools_are_added_up_run_by_run() -> None:
    assert sums([[1.0, 2.0], [10.0, 20.0]]) == [11.0, 22.0]


def test_a_table_is_markdown_with_figures_to_the_right() -> None:
    assert table(["tool", "CPU s"], [["a", "1.0"], ["longer", "12.0"]]).splitlines() == [
        "| tool   | CPU s |",
        "| ------ | ----: |",
        "| a      |   1.0 |",
        "| longer |  12.0 |",
    ]
