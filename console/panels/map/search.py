"""The find field of a map: what is found stands in a list and as numbered marks on the map."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtWidgets import QWidget

from console.kit.formats import distance_text
from console.parts.place_finding import Finding, Findings, FoundKind
from console.parts.place_finding import Found as FoundPlace
from console.store.context import Context
from widgets.city_map import CityMap, MapMark, MarkKind
from widgets.find_box import FindBox, Found

FOUND: Final = "found "
"""Marks of what was found are called this and their place in the list."""
_NEAR: Final = 0.6
"""Metres per pixel at which one asset or address is shown."""
_ICONS: Final = {
    FoundKind.PLACE: "mdi6.crosshairs-gps",
    FoundKind.ASSET: "mdi6.cube-outline",
    FoundKind.ADDRESS: "mdi6.map-marker-outline",
    FoundKind.STREET: "mdi6.road-variant",
    FoundKind.COMMUNE: "mdi6.city-variant-outline",
}


class MapSearch:
    """Asks as the operator types, near the middle of the view first; Enter goes there."""

    def __init__(
        self, context: Context, city_map: CityMap, over: QWidget, marks: Callable[[list[MapMark]], None]
    ) -> None:
        self._context = context
        self._map = city_map
        self._show_marks = marks
        self._finding = Finding(context.client, context.stores.assets, context.stores.catalogue, context.texts)
        self._found: tuple[FoundPlace, ...] = ()
        self.box = FindBox(context.palette, context.texts, context.ticker.frame_clock, over)
        self.box.asked.connect(self._ask)
        self.box.taken.connect(self.take)

    def close(self) -> None:
        """Ask nothing more."""
        self.box.rest()
        self._finding.forget()

    def take(self, key: str) -> None:
        """Go to one of those found; `key` is its place in the list."""
        if not key.isdigit() or int(key) >= len(self._found):
            return
        found = self._found[int(key)]
        self._mark([(int(key), found)])  # the others would only cover what stands around it
        if found.asset_id is not None:
            self._context.stores.selection.go_to(found.asset_id)
        if found.bounds is not None:
            self._map.show_area(*found.bounds)
        else:
            self._map.go_to(found.lon, found.lat, min(self._map.view.metres_per_pixel, _NEAR))
        self._map.setFocus()

    def _ask(self, text: str) -> None:
        if not text:
            self._finding.forget()
            self._take_findings(())
            return
        self._context.tasks.start(self._find(text), name="find")

    async def _find(self, text: str) -> None:
        findings = await self._finding.find(text, near=self._map.view.lon_lat)
        if findings is not None:
            self._show(text, findings)

    def _show(self, text: str, findings: Findings) -> None:
        self._take_findings(findings.items)
        lines = [
            Found(str(number), _label(number, item), self._detail(item), group.title, self._icon(item))
            for number, (group, item) in enumerate((group, item) for group in findings.groups for item in group.items)
        ]
        tr = self._context.texts
        words = [findings.trouble] if findings.trouble else []
        if not lines:
            words.append(tr("find.nothing"))
        elif findings.more:
            words.append(tr("find.more", count=findings.more))
        self.box.show_found(text, lines, "\n".join(words))

    def _take_findings(self, found: tuple[FoundPlace, ...]) -> None:
        self._found = found
        self._mark(enumerate(found))

    def _mark(self, numbered: Iterable[tuple[int, FoundPlace]]) -> None:
        kind = MarkKind.RESULT
        self._show_marks([MapMark(f"{FOUND}{at}", one.lon, one.lat, one.label, kind) for at, one in numbered])

    def _icon(self, item: FoundPlace) -> str:
        asset = None if item.asset_id is None else self._context.stores.assets.get(item.asset_id)
        class_ = None if asset is None else self._context.stores.catalogue.classes.get(asset.class_)
        return _ICONS[item.kind] if class_ is None else class_.icon

    def _detail(self, item: FoundPlace) -> str:
        distance = "" if item.distance_m is None else distance_text(item.distance_m, self._context.texts)
        return " · ".join(part for part in (item.detail, distance, item.note) if part)


def _label(number: int, item: FoundPlace) -> str:
    return f"{number + 1}  {item.label}"
