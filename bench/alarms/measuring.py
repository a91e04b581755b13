"""How quick the rule of alarms is, whether floods fold to their true roots, how long a restart takes."""

import asyncio
import datetime as dt
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np

from backend.domain.alarms.events import Acknowledge, AlarmEvent, Clear, Raise
from backend.domain.alarms.folding import Fed, fold, supply_net
from backend.domain.alarms.life import AlarmState, Step, step
from bench.alarms.lit_city import (
    A_CABINET,
    A_SWITCH,
    CABINET,
    CABINETS,
    CORE,
    LIGHTS,
    SWITCH,
    SWITCHES,
    TRUE_ROOTS_10K,
    TRUE_ROOTS_34K,
    LitCity,
)
from bench.report import Bar, Metric, NotRun, Peer
from contract.alarms import Priority

_PYTHON = sys.version.split()[0]
_FOLD_EVERY = 1000  # events, as the desk commits them


def measure() -> list[Metric | NotRun]:
    """The core alone, then the desk on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        return [_core(), *asyncio.run(_desk(Path(folder)))]


def _core() -> Metric:
    """Every light is raised, acknowledged and cleared through the rule; folded anew after each thousand events."""
    net = supply_net(
        [
            *(Fed(light + 1, CABINET + light // A_CABINET) for light in range(LIGHTS)),
            *(Fed(CABINET + cabinet, SWITCH + cabinet // A_SWITCH) for cabinet in range(CABINETS)),
            *(Fed(SWITCH + switch, CORE) for switch in range(SWITCHES)),
            Fed(CORE),
        ]
    )
    lost, signs = np.zeros(len(net.ids), np.bool_), np.zeros(len(net.ids), np.bool_)
    states = [AlarmState()] * LIGHTS
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    events: tuple[AlarmEvent, ...] = (Raise(priority=Priority.P4), Acknowledge(occurrence=1, by="b"), Clear())
    count = 0
    started = time.perf_counter()
    for event in events:
        for light in range(LIGHTS):
            result = step(states[light], event, at)
            if isinstance(result, Step):
                states[light] = result.state
                lost[light] = result.state.is_active
            count += 1
            if count % _FOLD_EVERY == 0:
                fold(net, lost, signs)
    took = time.perf_counter() - started
    floor = _floor(states)
    return Metric(
        id="core_events_per_s",
        value=count / took,
        unit="events/s",
        how="raise, acknowledge, clear of 34,000 lights, one core, folded by supply after each 1,000",
        peer=Peer("the same loop, one msgspec copy an event, no rule", _PYTHON, count / floor),
    ).against(Bar(100_000, "at least"))


def _floor(states: list[AlarmState]) -> float:
    started = time.perf_counter()
    for _ in range(3):
        for light in range(LIGHTS):
            states[light] = msgspec.structs.replace(states[light], is_active=True)
    return time.perf_counter() - started


async def _desk(folder: Path) -> list[Metric | NotRun]:
    first, whole = LitCity(folder / "first"), LitCity(folder / "whole")
    await first.open()
    settled_10k = await first.lose(range(1, 10_001))
    metrics = [_roots(first, "roots_10k", TRUE_ROOTS_10K)]
    await first.close()
    await whole.open()
    settled_34k = await whole.lose(range(1, LIGHTS + 1))
    metrics.append(_roots(whole, "roots_34k", TRUE_ROOTS_34K))
    restart = await whole.restart()
    standing = len(whole.desk.standing())
    started = time.perf_counter()
    rows = await whole.storage.alarm_states()
    for _, _, _, encoded in rows:
        msgspec.msgpack.decode(encoded, type=AlarmState)
    floor = time.perf_counter() - started
    metrics.append(
        Metric(
            id="restart_s",
            value=restart,
            unit="s",
            how=f"register and {standing:,} standing alarms read, folded and ready",
            peer=Peer("the alarms' rows read and decoded", _PYTHON, floor),
        ).against(Bar(3.0))
    )
    metrics.append(_roots(whole, "roots_34k_restarted", TRUE_ROOTS_34K))
    await whole.close()
    for name, seconds, count in (("settle_10k_s", settled_10k, 10_000), ("settle_34k_s", settled_34k, LIGHTS)):
        how = f"{count:,} lights lost over 10 s of its clock: work of the desk until all is folded and kept on SQLite"
        metrics.append(Metric(id=name, value=seconds, unit="s", how=how))
    return metrics


def _roots(city: LitCity, name: str, true: set[int]) -> Metric | NotRun:
    cards, accounting = city.cards(), city.desk.accounting()
    found = {card.asset_id for card in cards}
    if found != true or len(cards) != len(true):
        return NotRun(name, f"{len(cards)} cards, of which {len(found - true)} blame the wrong equipment", True)
    if not accounting.is_whole or accounting.folded + accounting.shown != accounting.received:
        return NotRun(name, f"not every alarm is accounted for: {accounting}", True)
    how = f"exactly the true ones; {accounting.folded:,} folded + {accounting.shown} shown = {accounting.received:,}"
    return Metric(id=name, value=len(cards), unit="cards", how=how).against(Bar(len(true), gates=True))
