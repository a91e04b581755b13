"""A small made-up city for pictures and tests: no real person, no real street, the same at each run."""

import datetime as dt
import math
import random
from collections.abc import Iterable

import numpy as np

from contract.alarms import Alarm, Annunciation, Priority, ShownState
from contract.assets import Asset, Commune
from contract.stream import (
    LEVEL_UNKNOWN,
    UNACKNOWLEDGED_FLAG,
    AlarmsBody,
    AssetsBody,
    ServerMessage,
    Snapshot,
    SnapshotsDone,
    StatesBody,
    Topic,
    TopicKind,
    Visual,
    Welcome,
)

NOW = dt.datetime(2026, 1, 15, 2, 13, 40, tzinfo=dt.UTC)
_LON, _LAT = 5.0415, 47.3220
_STREETS = (
    "rue de la Liberté",
    "rue des Forges",
    "rue Monge",
    "rue Berbisey",
    "boulevard de Sévigné",
    "rue Devosge",
    "avenue Maréchal-Foch",
    "rue de la Préfecture",
    "rue Chabot-Charny",
    "place Émile-Zola",
    "rue Vannerie",
    "boulevard de Brosses",
    "rue du Transvaal",
    "rue d'Auxonne",
    "rue de Mirande",
    "quai Nicolas-Rolin",
)
_DARK_CABINET = 3


def communes() -> tuple[Commune, ...]:
    """Three communes with drawn outlines."""
    places = (
        ("21231", "Dijon", 0.0, 0.0, 160_000, 1.0),
        ("21166", "Chenôve", -0.035, -0.028, 14_000, 0.55),
        ("21617", "Talant", -0.048, 0.022, 12_000, 0.5),
    )
    return tuple(
        Commune(
            code=code,
            name=name,
            lon=_LON + dx,
            lat=_LAT + dy,
            population=people,
            outline=(_outline(_LON + dx, _LAT + dy, size),),
        )
        for code, name, dx, dy, people, size in places
    )


def assets(seed: int = 7) -> tuple[Asset, ...]:
    """Streets, about 2,400 lamps on 60 cabinets, cameras, junctions, buildings."""
    dice = random.Random(seed)  # noqa: S311  # a drawing, not a secret
    made: list[Asset] = []
    next_id = 1
    for number, (line, name) in enumerate(_street_lines(dice)):
        weight = "3" if number % 7 == 0 else "2" if number % 3 == 0 else "1"
        made.append(
            Asset(
                id=next_id,
                code=f"V{number:03}",
                class_="street",
                lon=line[0][0],
                lat=line[0][1],
                name=name,
                commune="21231",
                line=tuple(line),
                extra={"weight": weight},
            )
        )
        next_id += 1
        cabinet = next_id
        middle = line[len(line) // 2]
        made.append(
            Asset(
                id=cabinet,
                code=f"ARM-{number:03}",
                class_="lighting_cabinet",
                lon=middle[0] + 0.0002,
                lat=middle[1],
                name=f"Armoire {number:03} {name}",
                street=name,
                commune="21231",
                service="lighting",
                commissioned=dt.date(2009, 4, 2),
            )
        )
        next_id += 1
        for step in range(40):
            lon, lat = _along(line, (step + 0.5) / 40)
            made.append(
                Asset(
                    id=next_id,
                    code=f"PL-{number:03}-{step:02}",
                    class_="streetlight",
                    lon=lon + dice.uniform(-3e-5, 3e-5),
                    lat=lat + 4e-5,
                    street=name,
                    commune="21231",
                    service="lighting",
                    supply_parent=cabinet,
                    commissioned=dt.date(2014, 9, 1),
                    expected_life_years=25,
                )
            )
            next_id += 1
        if number % 2 == 0:
            lon, lat = _along(line, 0.4)
            made.append(
                Asset(
                    id=next_id,
                    code=f"CAM-{number + 1:03}",
                    class_="camera",
                    lon=lon,
                    lat=lat,
                    number=number + 1,
                    name=f"Caméra {name}",
                    street=name,
                    commune="21231",
                    azimuth_deg=float(number * 37 % 360),
                    fov_deg=62.0,
                    range_m=90.0,
                )
            )
            next_id += 1
        kind = "junction" if number % 3 else "building"
        label = f"Carrefour {name}" if kind == "junction" else f"École {name}"
        made.append(
            Asset(
                id=next_id,
                code=f"{kind[0].upper()}{number:03}",
                class_=kind,
                lon=line[-1][0],
                lat=line[-1][1],
                name=label,
                street=name,
                commune="21231",
            )
        )
        next_id += 1
    return tuple(made)


def alarms(city: Iterable[Asset], now: dt.datetime = NOW) -> tuple[Alarm, ...]:
    """A night with a dark cabinet, a fire alarm and small troubles, some acknowledged, some set aside."""
    by_code = {asset.code: asset for asset in city}

    def made(
        number: int, code: str, kind: str, priority: Priority, minutes: float, state: ShownState, **more: object
    ) -> Alarm:
        asset = by_code[code]
        annunciation = {
            ShownState.B_UNACK: Annunciation.UNACK,
            ShownState.C_ACKED: Annunciation.ACKED,
            ShownState.D_RTNUN: Annunciation.RTNUN,
            ShownState.E_SHLVD: Annunciation.UNACK,
            ShownState.F_DSUPR: Annunciation.UNACK,
        }[state]
        fields: dict[str, object] = {"occurrence": 1, "is_active": state is not ShownState.D_RTNUN, **more}
        return Alarm(
            id=number,
            asset_id=asset.id,
            kind=kind,
            priority=priority,
            shown=state,
            annunciation=annunciation,
            raised_at=now - dt.timedelta(minutes=minutes),
            changed_at=now,
            commune=asset.commune,
            class_=asset.class_,
            asset_code=asset.code,
            asset_name=asset.name,
            lon=asset.lon,
            lat=asset.lat,
            **fields,  # type: ignore[arg-type]
        )

    unack, acked, returned = ShownState.B_UNACK, ShownState.C_ACKED, ShownState.D_RTNUN
    return (
        made(1, "ARM-003", "supplyLoss", Priority.P2, 2.2, unack),
        made(2, "B006", "fire", Priority.P1, 0.7, unack),
        made(3, "CAM-009", "tamper", Priority.P3, 9, unack),
        made(4, "ARM-021", "cabinetDoorOpen", Priority.P3, 31, acked, acknowledged_by="m.lambert", acknowledged_at=now),
        made(5, "PL-011-07", "lampFailure", Priority.P4, 188, acked, acknowledged_by="m.lambert", acknowledged_at=now),
        made(6, "PL-018-21", "lampFailure", Priority.P4, 240, returned),
        made(7, "PL-025-02", "lampFailure", Priority.P4, 12, unack, repeat_count=4),
        made(
            8,
            "PL-030-33",
            "lampFailure",
            Priority.P4,
            55,
            ShownState.E_SHLVD,
            is_shelved=True,
            shelved_until=now + dt.timedelta(hours=2),
        ),
        made(
            9,
            "PL-003-00",
            "lampFailure",
            Priority.P4,
            2,
            ShownState.F_DSUPR,
            is_suppressed=True,
            suppressed_by="ARM-003 supplyLoss",
        ),
    )


def messages(seed: int = 7, now: dt.datetime = NOW) -> tuple[ServerMessage, ...]:
    """What a backend would stream at login."""
    city = assets(seed)
    standing = alarms(city, now)
    everywhere = "21231"
    return (
        Welcome(server_time=now, server_id="sample", user="c.moreau"),
        Snapshot(Topic(TopicKind.ASSETS, everywhere, "all"), 1, AssetsBody(city), 0),
        Snapshot(Topic(TopicKind.STATES, everywhere, "all"), 1, _states(city, standing), 0),
        Snapshot(Topic(TopicKind.ALARMS, everywhere, "all"), 1, AlarmsBody(standing), 0),
        SnapshotsDone(),
    )


def _states(city: Iterable[Asset], standing: Iterable[Alarm]) -> StatesBody:
    points = [asset for asset in city if asset.line is None]
    visuals = {asset.id: int(Visual.NORMAL) for asset in points}
    levels = {asset.id: 60 if asset.class_ == "streetlight" else LEVEL_UNKNOWN for asset in points}
    for asset in points:
        if asset.code.startswith(f"PL-{_DARK_CABINET:03}-"):
            visuals[asset.id], levels[asset.id] = int(Visual.STALE), LEVEL_UNKNOWN
        elif asset.class_ == "junction":
            visuals[asset.id] = int(Visual.UNKNOWN)
    for alarm in standing:
        if alarm.shown in {ShownState.E_SHLVD, ShownState.F_DSUPR}:
            continue
        flag = UNACKNOWLEDGED_FLAG if alarm.annunciation in {Annunciation.UNACK, Annunciation.RTNUN} else 0
        visuals[alarm.asset_id] = int(Visual.ALARM_P1) - int(alarm.priority) + 1 | flag
    ids = np.array([asset.id for asset in points], "<u4")
    return StatesBody(
        ids=ids.tobytes(),
        visuals=np.array([visuals[asset.id] for asset in points], np.uint8).tobytes(),
        levels=np.array([levels[asset.id] for asset in points], np.uint8).tobytes(),
        versions=np.ones(len(points), "<u4").tobytes(),
    )


def _street_lines(dice: random.Random) -> list[tuple[list[tuple[float, float]], str]]:
    lines: list[tuple[list[tuple[float, float]], str]] = []
    for number in range(60):
        is_ring = number % 5 == 4
        turn = number / 60 * math.tau
        start, end = (0.004, 0.03) if not is_ring else (turn, turn + 1.1)
        line: list[tuple[float, float]] = []
        for step in range(9):
            share = start + (end - start) * step / 8
            radius = share if not is_ring else 0.008 + 0.0024 * (number // 5)
            angle = turn + dice.uniform(-0.03, 0.03) if not is_ring else share
            line.append((_LON + radius * math.cos(angle), _LAT + radius * 0.68 * math.sin(angle)))
        lines.append((line, _STREETS[number % len(_STREETS)]))
    return lines


def _along(line: list[tuple[float, float]], share: float) -> tuple[float, float]:
    at = share * (len(line) - 1)
    first = min(int(at), len(line) - 2)
    rest = at - first
    (x0, y0), (x1, y1) = line[first], line[first + 1]
    return x0 + (x1 - x0) * rest, y0 + (y1 - y0) * rest


def _outline(lon: float, lat: float, size: float) -> tuple[tuple[float, float], ...]:
    turns = [math.tau * step / 24 for step in range(25)]
    return tuple(
        (
            lon + size * 0.036 * math.cos(turn) * (1 + 0.12 * math.sin(3 * turn)),
            lat + size * 0.025 * math.sin(turn) * (1 + 0.1 * math.cos(5 * turn)),
        )
        for turn in turns
    )
