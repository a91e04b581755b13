"""What happens in the city by itself, on a clock that the test moves."""

from backend.devkit.clock import ManualClock
from city.behaviour import Behaviour
from city.running import RunningCity


def behaviour_of(running: RunningCity, *, is_calm: bool = False, seed: int = 1) -> Behaviour:
    return Behaviour(running.lighting, running.cameras, seed=seed, scale=1.0, is_calm=is_calm, now_s=0.0)


async def test_lamps_fail_now_and_then_and_are_mended(running: RunningCity) -> None:
    await running.start()
    behaviour = behaviour_of(running)
    behaviour.advance(3600.0)
    faulty = sum(
        bool(events) for gateway in running.lighting.gateways.values() for events in gateway.lamp_events.values()
    )
    assert 5 <= faulty <= 40
    behaviour.is_calm = True
    behaviour.advance(3600.0 + 3000.0)
    status = running.lighting.status()
    assert status["lamps_failed"] == 0
    assert status["cabinets_without_supply"] == 0
    assert not any(gateway.open_doors for gateway in running.lighting.gateways.values())
    assert all(camera.fault is None for camera in running.cameras.by_code.values())


async def test_a_cabinet_loses_its_supply_about_three_times_an_hour(running: RunningCity) -> None:
    await running.start()
    behaviour = behaviour_of(running)
    dark = 0
    was_dark: set[str] = set()
    for second in range(0, 4 * 3600, 60):
        behaviour.advance(float(second))
        now_dark = {
            f"{code}/{index}"
            for code, gateway in running.lighting.gateways.items()
            for index in range(len(gateway.inventory.cabinets))
            if not gateway.field.cabinet_has_supply[index]
        }
        dark += len(now_dark - was_dark)
        was_dark = now_dark
    assert 5 <= dark <= 24


async def test_nothing_happens_in_a_calm_city(running: RunningCity) -> None:
    await running.start()
    behaviour = behaviour_of(running, is_calm=True)
    behaviour.advance(6 * 3600.0)
    assert behaviour.begun == 0
    assert running.lighting.status()["lamps_failed"] == 0


async def test_the_same_seed_fails_the_same_lamps(running: RunningCity) -> None:
    await running.start()

    def failed_lamps(seed: int) -> list[int]:
        behaviour = behaviour_of(running, seed=seed)
        behaviour.advance(1800.0)
        return sorted(
            index
            for gateway in running.lighting.gateways.values()
            for index, events in gateway.lamp_events.items()
            if events
        )

    first = failed_lamps(7)
    for gateway in running.lighting.gateways.values():
        for index in list(gateway.lamp_events):
            gateway.mend_lamp(gateway.inventory.lamps[index].address)
    assert first
    assert failed_lamps(7) == first


async def test_lamps_follow_the_sun(running: RunningCity, clock: ManualClock) -> None:
    assert running.lighting.is_dark_outside()  # the first of January at midnight
    clock.pass_time(12.5 * 3600)
    for gateway in running.lighting.gateways.values():
        gateway.advance()
    assert not running.lighting.is_dark_outside()
    assert running.lighting.status()["lamps_lit"] == 0
