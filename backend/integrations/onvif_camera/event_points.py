"""From events to points: which asset, which point, and true while any of its sources is."""

from collections.abc import Iterable, Mapping

import msgspec

from backend.integrations.onvif_camera.protocol import POINT_OF_TOPIC, Event, Operation, parse_boolean

MAX_SOURCES = 256
_VIDEO_SOURCE_ITEMS = frozenset({"VideoSourceConfigurationToken", "VideoSourceToken", "VideoSource", "Source"})


class PointChange(msgspec.Struct, frozen=True):
    """A point's new value; None when the camera said something that is no boolean."""

    asset_id: int
    point: str
    value: bool | None
    event: Event


class EventPoints:
    """Remembers each source of a point: two motion rules make one motion, over only when both are."""

    def __init__(self, assets_by_source: Mapping[str, int], only_asset: int | None) -> None:
        """`assets_by_source`: asset by video source or configuration token; `only_asset` takes what names no source."""
        self._assets = dict(assets_by_source)
        self._only_asset = only_asset
        self._states: dict[tuple[int, str], dict[tuple[str, tuple[tuple[str, str], ...]], bool]] = {}

    def apply(self, events: Iterable[Event]) -> list[PointChange]:
        """The changes that events mean, in their order; events about anything else are passed over."""
        changes: list[PointChange] = []
        for event in events:
            meaning = POINT_OF_TOPIC.get(event.topic)
            asset_id = self._asset_of(event)
            if meaning is None or asset_id is None:
                continue
            point, item = meaning
            changes.append(PointChange(asset_id, point, self._fold(asset_id, point, item, event), event))
        return changes

    def _fold(self, asset_id: int, point: str, item: str, event: Event) -> bool | None:
        sources = self._states.setdefault((asset_id, point), {})
        key = (event.topic, event.source)
        if event.operation is Operation.DELETED:
            sources.pop(key, None)
        else:
            value = parse_boolean(dict(event.values).get(item))
            if value is None:
                return None
            if key in sources or len(sources) < MAX_SOURCES:
                sources[key] = value
        return any(sources.values())

    def _asset_of(self, event: Event) -> int | None:
        if self._only_asset is not None:
            return self._only_asset
        named = (value for name, value in event.source if name in _VIDEO_SOURCE_ITEMS)
        return next((self._assets[value] for value in named if value in self._assets), None)
