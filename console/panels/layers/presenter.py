"""What the layers panel lists for a look, with exact counts, and what a box changes. No Qt."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from console.kit.fold import fold
from console.kit.formats import number_text
from console.kit.ports import Catalogue
from console.store.bookmarks import NamedLook
from console.store.city_counts import CityCounts, Count
from console.store.map_look import (
    MapLook,
    hidden_classes,
    with_class,
    with_commune,
    with_service,
    with_state,
)
from console.store.map_presets import Preset, apply_preset, preset_of
from console.store.wording import class_text
from contract.assets import AssetClass
from contract.stream import Visual
from widgets.texts import Texts

NOWHERE = ""  # the commune of what has none


class Check(enum.Enum):
    """How a box stands."""

    OFF = "off"
    PART = "part"
    ON = "on"


@dataclass(frozen=True)
class Row:
    """One line with a box. `key` is unique in its list; `parent` names the row it hangs under."""

    key: str
    name: str
    total: str
    in_alarm: str
    check: Check
    parent: str = ""
    words: str = ""  # the whole line for those who hear it


@dataclass(frozen=True)
class PresetLine:
    """A preset by name; `own` is None for those of the console."""

    name: str
    preset: Preset | None = None
    own: NamedLook | None = None


class LayersPresenter:
    """Rows of a look; answers new looks."""

    def __init__(self, catalogue: Catalogue, tr: Texts) -> None:
        self._catalogue = catalogue
        self._tr = tr

    def services(self, look: MapLook, counts: CityCounts) -> Sequence[Row]:
        """Services by name, each followed by its classes; those without any equipment come last."""
        hidden = hidden_classes(look, self._catalogue.classes)
        rows: list[Row] = []
        groups = [(self._service_name(service), service, items) for service, items in self._by_service().items()]
        groups.sort(key=lambda group: (not _sum(group[2], counts).total, fold(group[0])))
        for name, service, items in groups:
            shown = sum(item.code not in hidden for item in items)
            check = Check.OFF if not shown else Check.ON if shown == len(items) else Check.PART
            rows.append(self._row(f"service:{service}", name, _sum(items, counts), check))
            named = sorted(((class_text(self._catalogue, item.code, self._tr), item.code) for item in items), key=_fold)
            for class_name, code in named:
                check = Check.OFF if code in hidden else Check.ON
                count = counts.by_class.get(code, Count())
                rows.append(self._row(f"class:{code}", class_name, count, check, f"service:{service}"))
        return rows

    def states(self, look: MapLook, counts: CityCounts) -> Sequence[Row]:
        """Worst first. An alarm's box is on as long as alarms are shown whatever the rest says."""
        rows: list[Row] = []
        for visual in sorted(Visual, reverse=True):
            is_alarm = visual >= Visual.ALARM_P4
            is_shown = visual not in look.hidden_states or (is_alarm and look.shows_all_alarms)
            number = counts.by_state.get(visual, 0)
            count = Count(number, number if is_alarm else 0)
            name = self._tr(f"visual.{visual.name.lower()}")
            rows.append(self._row(str(int(visual)), name, count, Check.ON if is_shown else Check.OFF))
        return rows

    def communes(self, look: MapLook, counts: CityCounts, text: str) -> Sequence[Row]:
        """Those whose name holds every word of `text`; equipment of no known commune has a line when there is some."""
        words = fold(text).split()
        named = [(commune.name, code) for code, commune in self._catalogue.communes.items()]
        named.sort(key=_fold)
        if counts.by_commune.get(NOWHERE, Count()).total:
            named.append((self._tr("layers.no_commune"), NOWHERE))
        return [
            self._row(
                code,
                name,
                counts.by_commune.get(code, Count()),
                Check.ON if look.communes is None or code in look.communes else Check.OFF,
            )
            for name, code in named
            if all(word in fold(name) for word in words)
        ]

    def toggle_content(self, look: MapLook, key: str, *, is_on: bool) -> MapLook:
        """A service's or a class's box."""
        kind, _, code = key.partition(":")
        change = with_service if kind == "service" else with_class
        return change(look, code, self._catalogue.classes, is_shown=is_on)

    def toggle_state(self, look: MapLook, key: str, *, is_on: bool) -> MapLook:
        """A state's box; hiding an alarm gives up that all alarms are shown."""
        visual = Visual(int(key))
        if visual >= Visual.ALARM_P4 and not is_on:
            look = replace(look, shows_all_alarms=False)
        return with_state(look, visual, is_shown=is_on)

    def toggle_commune(self, look: MapLook, code: str, *, is_on: bool) -> MapLook:
        """A commune's box."""
        return with_commune(look, code, self._commune_codes(), is_shown=is_on)

    def all_communes(self, look: MapLook) -> MapLook:
        """Every commune, those that come later too."""
        return replace(look, communes=None)

    def no_commune(self, look: MapLook) -> MapLook:
        """None: the user picks from here."""
        return replace(look, communes=frozenset())

    def presets(self, own: Sequence[NamedLook]) -> Sequence[PresetLine]:
        """The console's, then one's own."""
        mine = [PresetLine(item.name, own=item) for item in own]
        return [*(PresetLine(self._tr(f"layers.preset.{item.value}"), preset=item) for item in Preset), *mine]

    def current(self, look: MapLook, lines: Sequence[PresetLine]) -> int:
        """Which preset the look is; -1 when it was changed by hand."""
        built_in = preset_of(look, self._catalogue.classes)
        for number, line in enumerate(lines):
            if line.own is not None and replace(line.own.look, base_maps=look.base_maps) == look:
                return number
        return next((number for number, line in enumerate(lines) if built_in and line.preset is built_in), -1)

    def with_preset(self, look: MapLook, line: PresetLine) -> MapLook:
        """The look of a preset; base maps stay as they are."""
        if line.own is not None:
            return replace(line.own.look, base_maps=look.base_maps)
        return look if line.preset is None else apply_preset(look, line.preset, self._catalogue.classes)

    def summary(self, look: MapLook, alarms_hidden: int, counts: CityCounts) -> str:
        """How many there are, and how many alarms the look hides."""
        total = number_text(counts.total.total, self._tr.language)
        words = self._tr("layers.summary", total=total, alarms=number_text(counts.total.in_alarm, self._tr.language))
        if look.shows_all_alarms or not alarms_hidden:
            return words
        return f"{words} · {self._tr('map.alarms_hidden', count=number_text(alarms_hidden, self._tr.language))}"

    def _row(self, key: str, name: str, count: Count, check: Check, parent: str = "") -> Row:
        language = self._tr.language
        total = number_text(count.total, language)
        in_alarm = number_text(count.in_alarm, language) if count.in_alarm else ""
        state = self._tr(f"layers.check.{check.value}")
        words = self._tr("layers.row", name=name, state=state, total=total, alarms=in_alarm or "0")
        return Row(key, name, total, in_alarm, check, parent, words)

    def _by_service(self) -> Mapping[str, Sequence[AssetClass]]:
        groups: dict[str, list[AssetClass]] = {}
        for item in self._catalogue.classes.values():
            if not item.is_line:
                groups.setdefault(item.service, []).append(item)
        return groups

    def _service_name(self, service: str) -> str:
        key = f"service.{service}"
        return self._tr(key) if self._tr.has(key) else service.replace("_", " ").capitalize()

    def _commune_codes(self) -> frozenset[str]:
        return frozenset({*self._catalogue.communes, NOWHERE})


def _sum(items: Sequence[AssetClass], counts: CityCounts) -> Count:
    each = [counts.by_class.get(item.code, Count()) for item in items]
    return Count(sum(count.total for count in each), sum(count.in_alarm for count in each))


def _fold(pair: tuple[str, str]) -> str:
    return fold(pair[0])
