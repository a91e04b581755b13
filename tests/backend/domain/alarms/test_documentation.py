"""The table in the documentation is what the rule does today."""

from pathlib import Path

from tools.alarm_table import table


def test_the_documented_table_is_the_rule() -> None:
    page = Path(__file__).parents[4] / "docs" / "alarms-table.md"
    assert page.read_text("utf-8") == table(), "run: python -m tools.alarm_table"
