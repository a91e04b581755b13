"""From a topic and one message of a sensor to the tables of a new integration: one point for each value it says."""

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from typing import Final, cast

from tools.skeleton import SkeletonRefused

ADDRESS: Final = "{address}"
_SAMPLE: Final = '{"value": 12.5, "battery_percent": 80, "at": "2026-11-23T18:00:00Z"}'
_EXAMPLE_ADDRESS: Final = "p-12"
_EPOCH_S: Final = 1e9  # numbers from here on, under the name of a time, are one
_TIMES: Final = frozenset({"ts", "time", "timestamp", "at", "date", "datetime", "utc", "epoch"})
_UNITS: Final = {
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "mv": "mV",
    "v": "V",
    "a": "A",
    "w": "W",
    "kwh": "kWh",
    "c": "°C",
    "db": "dB",
    "dba": "dB(A)",
    "dbm": "dBm",
    "pct": "%",
    "percent": "%",
    "hpa": "hPa",
    "ppm": "ppm",
    "lux": "lx",
    "s": "s",
}
_LABELS: Final = {"value": ("Mesure", "Measurement")}


def sensor_words(topic: str, sample: str) -> Mapping[str, str]:
    """What the skeleton of a device leaves open. Raises SkeletonRefused."""
    message = _message(sample or _SAMPLE)
    fields = list(_fields(message, ""))
    clock = next(((field, unit) for field, value in fields if (unit := _time_unit(field, value))), None)
    own = (
        ""
        if ADDRESS in topic.split("/")
        else next((f for f, v in fields if isinstance(v, str) and f != (clock or ("",))[0]), "")
    )
    if not own and ADDRESS not in topic.split("/"):
        raise SkeletonRefused(
            f"write {ADDRESS} as the level of the topic that says which sensor speaks, as in name/{ADDRESS}/up"
        )
    measured = [(f, v) for f, v in fields if isinstance(v, (bool, int, float)) and f != (clock or ("",))[0]]
    if not measured:
        raise SkeletonRefused("the sample holds no number and no yes/no: give a message with what the sensor measures")
    points = {_name(field): (field, value) for field, value in measured}
    if len(points) != len(measured):
        raise SkeletonRefused("two keys of the sample would be points of the same name: rename one in the sample")
    address = str(dict(fields)[own]) if own else _EXAMPLE_ADDRESS
    return {
        "topic": topic,
        "status_topic": re.sub(r"[^/]+$", "status", topic) if topic.count("/") > 1 else f"{topic}/status",
        "address_field": f"address_field = {_text(own)}\n" if own else "",
        "address_fr": f"ce que le message dit sous {own}" if own else f"ce que dit le topic à la place de {ADDRESS}",
        "address_en": f"what the message says under {own}" if own else f"what the topic says at {ADDRESS}",
        "example_topic": topic.replace(ADDRESS, _EXAMPLE_ADDRESS).replace("+", "any"),
        "address": address,
        "message": json.dumps(message, ensure_ascii=True),
        "meant": repr({name: value for name, (_, value) in points.items()}).replace("'", '"'),
        "messages": "\n".join(_clock_lines(clock) + _field_lines(points)).rstrip(),
        "points": "\n".join(
            line for place, (name, (_, value)) in enumerate(points.items()) for line in _point(name, value, place == 0)
        ),
    }


def _message(sample: str) -> Mapping[str, object]:
    try:
        message = json.loads(sample)
    except ValueError as error:
        raise SkeletonRefused(f"the sample is no JSON: {error}") from error
    if not isinstance(message, dict) or any(sign in sample for sign in ("\\", "@", "'''")):
        raise SkeletonRefused('the sample is one object, such as {"value": 12.5}, without \\ and @')
    return cast("Mapping[str, object]", message)


def _fields(message: Mapping[str, object], before: str) -> Iterable[tuple[str, object]]:
    for key, value in message.items():
        if not key or "." in key or '"' in key:
            raise SkeletonRefused(f"the key {key!r} of the sample is empty, or holds a dot or a quotation mark")
        if isinstance(value, dict):
            yield from _fields(cast("Mapping[str, object]", value), f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _time_unit(field: str, value: object) -> str:
    if field.rpartition(".")[2].lower() not in _TIMES or isinstance(value, bool):
        return ""
    if isinstance(value, (int, float)):
        return "ms" if value >= _EPOCH_S * 1000 else "s" if value >= _EPOCH_S else ""
    try:
        dt.datetime.fromisoformat(str(value))
    except ValueError:
        return ""
    return "iso"


def _name(field: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field).lower()).strip("_")
    return name if name and not name[0].isdigit() else f"point_{name}"


def _clock_lines(clock: tuple[str, str] | None) -> list[str]:
    return [] if clock is None else ["[time]", f"field = {_text(clock[0])}", f'unit = "{clock[1]}"', ""]


def _field_lines(points: Mapping[str, tuple[str, object]]) -> list[str]:
    lines: list[str] = []
    for name, (field, value) in points.items():
        lines += [f"[points.{name}]", f"field = {_text(field)}", f"example = {json.dumps(value)}"]
        if not lines[-4:-3] and not isinstance(value, bool):
            lines.append("# times = 0.001 # what it says, times this, plus that: millimetres become metres")
        lines.append("")
    return lines


def _point(name: str, value: object, is_first: bool) -> list[str]:
    is_battery = name.startswith(("bat", "vbat"))
    fr, en = ("Pile", "Battery") if is_battery else (_LABELS.get(name) or (name, name))
    lines = ["[[class.points]]", f'name = "{name}"', f'label = {{ fr = "{fr}", en = "{en}" }}']
    if isinstance(value, bool):
        return [*lines, 'kind = "boolean"']
    unit = _UNITS.get(name.rpartition("_")[2], "")
    lines += ['kind = "number"', f'unit = "{unit}"']
    number = cast("float", value)
    if unit == "%":
        lines += ["minimum = 0", "maximum = 100"]
    if is_battery:
        lines += _alarm(
            "battery_low",
            "below",
            round(number * 0.25 if unit == "%" else number * 0.9, 3),
            4,
            "Pile faible",
            "Battery low",
        )
        lines.append(
            'guidance = { fr = "Planifier le remplacement de la pile.", en = "Plan a new battery on the next round." }'
        )
    elif is_first:
        lines += _alarm(
            f"{name}_high",
            "above",
            round(abs(number) * 2 or 1, 3),
            3,
            f"{fr} : limite dépassée",
            f"{en}: above its limit",
        )
        lines.append('guidance = { fr = "Écrire ici quoi faire.", en = "Say here what to do." }')
    return lines


def _alarm(kind: str, when: str, limit: float, priority: int, fr: str, en: str) -> list[str]:
    return [
        "[[class.points.alarms]]",
        f'kind = "{kind}"',
        f'when = "{when}"',
        f"limit = {limit} # yours",
        f"dead_band = {round(limit * 0.05, 3)} # it ends when the value is back by so much",
        f"priority = {priority} # 1 (urgent) to 4",
        f'label = {{ fr = "{fr}", en = "{en}" }}',
    ]


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
