"""An engineer's rules hold in the backend that is started next on the same data."""

import datetime as dt
from pathlib import Path

import pytest

from backend.bootstrap import Backend
from backend.options import BackendOptions
from backend.services.alarms.rule_entries import rule_history
from contract.alarm_flood import InhibitionRule, InhibitionScope
from contract.alarm_rules import (
    Consequence,
    MatrixChange,
    OverrideChange,
    RuleEvent,
    RulePatch,
    SheetChange,
    SheetContent,
)
from contract.alarms import Priority
from contract.assets import AlarmWhen, Asset, EnablingCondition, EnablingOf, Label

CABINET = Asset(id=7, code="ARM-7", class_="lighting_cabinet", lon=5.04, lat=47.32, commune="21231")
LAMP = Asset(id=8, code="PL-8", class_="streetlight", lon=5.04, lat=47.32, commune="21231", supply_parent=7)
FAILURE = ("streetlight", "lampFailure")
SHUT = EnablingCondition(point="cabinetDoorOpen", when=AlarmWhen.IS_FALSE, of=EnablingOf.SUPPLY)
NIGHT = InhibitionRule(
    name="cabinet dead",
    reason=Label("Armoire coupée.", "Cabinet dead."),
    source_class="lighting_cabinet",
    source_kind="supplyLoss",
    target_class="streetlight",
    kinds=("lampFailure",),
    scope=InhibitionScope.FED_BY_IT,
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def options(request: pytest.FixtureRequest, tmp_path: Path) -> BackendOptions:
    """Of a backend on SQLite, then on PostgreSQL."""
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_server").new_database()
    return BackendOptions(data_dir=tmp_path / "data", database_url=url)


async def change_everything(backend: Backend) -> None:
    """Sheet, matrix, overrides of the class and of the cabinet, one that ends at once, an inhibition rule."""
    book = backend.alarm_services.rule_book
    await backend.register.apply([CABINET, LAMP], "anne", note="a street")
    content = SheetContent(
        guidance=Label("Remplacer la lampe.", "Replace the lamp."),
        consequence=Consequence.HIGH,
        respond_within_s=480.0,
    )
    await book.put_sheet(FAILURE, SheetChange(content=content, version=0, reason="agreed"), by="anne")
    rows = tuple(tuple(min(one, Priority.P2) for one in row) for row in book.matrix.priorities[2:])
    matrix = MatrixChange(
        within_s=book.matrix.within_s,
        priorities=(*book.matrix.priorities[:2], *rows),
        version=0,
        reason="graver",
    )
    await book.put_matrix(matrix, by="anne")
    await book.put_override(FAILURE, OverrideChange(patch=RulePatch(hold_s=30.0), reason="quiet", version=0), by="anne")
    patch = RulePatch(hold_s=90.0, enabled_by=(SHUT,), is_latching=True)
    await book.put_override(
        FAILURE, OverrideChange(patch=patch, reason="works", version=0, asset_id=CABINET.id), by="anne"
    )
    until = backend.clock.now() + dt.timedelta(milliseconds=300)
    short = OverrideChange(patch=RulePatch(hold_s=5.0), reason="test", version=0, asset_id=LAMP.id, until=until)
    await book.put_override(FAILURE, short, by="anne")
    await backend.alarms.inhibitions.put(NIGHT, by="anne")


async def test_the_rule_in_force_is_the_same_in_the_next_backend(options: BackendOptions) -> None:
    first = Backend(options)
    await first.start()
    await change_everything(first)
    held = first.alarms.rules.rule(LAMP.id, "lampFailure")
    assert held is not None
    assert held.hold_s == 5.0
    await first.close()
    second = Backend(options)
    await second.start()
    try:
        await second.alarm_services.rule_book.expire_due()
        rule = second.alarms.rules.rule(LAMP.id, "lampFailure")
        assert rule is not None
        assert (rule.hold_s, rule.enabled_by, rule.is_latching) == (90.0, (SHUT,), True), "what ended rules no more"
        assert (rule.priority, rule.guidance.en) == (Priority.P2, "Replace the lamp.")
        book = second.alarm_services.rule_book
        sheet, mine = book.sheet(FAILURE), book.override(FAILURE, CABINET.id)
        assert sheet is not None
        assert mine is not None
        assert (sheet.by, sheet.version, mine.reason, book.matrix.version) == ("anne", 1, "works", 1)
        assert book.override(FAILURE, LAMP.id) is None
        assert second.alarms.inhibitions.rules() == [NIGHT]
        events = [change.event for change in (await rule_history(second.storage, FAILURE)).items]
        assert events[0] is RuleEvent.OVERRIDE_EXPIRED
        assert events.count(RuleEvent.OVERRIDE_PLACED) == 3
    finally:
        await second.close()
