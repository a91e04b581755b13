"""Changes of feeders in the journal, in words. No Qt."""

from collections.abc import Mapping
from typing import cast

from contract.supply import FeedSource
from widgets.texts import Texts, pair


def feeds_text(payload: Mapping[str, object], tr: Texts) -> str:
    """What was hung where, or which proposal was rejected; empty when the entry tells of something else."""
    feeds = payload.get("feeds")
    if isinstance(feeds, list) and feeds:
        return _changed(cast("list[object]", feeds), payload, tr)
    if isinstance(payload.get("feeder"), str) and payload.get("kind") in {"power", "network"}:
        words = tr("supply.rejected_link", asset=_text(payload, "code"), feeder=_text(payload, "feeder"))
        return " · ".join(part for part in (words, _text(payload, "reason")) if part)
    return ""


def _changed(feeds: list[object], payload: Mapping[str, object], tr: Texts) -> str:
    nobody: Mapping[str, object] = {}
    first = cast("Mapping[str, object]", feeds[0]) if isinstance(feeds[0], dict) else nobody
    nothing = tr("supply.nothing")
    before, after = _text(first, "from") or nothing, _text(first, "to") or nothing
    words = pair(_text(first, "code"), f"{before} \N{RIGHTWARDS ARROW} {after}", tr)
    count = payload.get("count")
    if isinstance(count, int) and count > 1:
        words = tr("supply.and_more", names=words, count=count - 1)
    source, note = _text(payload, "source"), _text(payload, "note")
    told = tr(f"supply.source.{source}") if source in {one.value for one in FeedSource} else ""
    return " · ".join(part for part in (words, told, "" if note.startswith("supply: ") else note) if part)


def _text(payload: Mapping[str, object], name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""
