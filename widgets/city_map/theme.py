"""Every colour of the map, by name. The console hands in its own tokens; these are the defaults."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from PySide6.QtGui import QColor

from widgets.city_map.state import AssetVisual

_NO_COLOURS = ("has_glow", "lighting")


@dataclass(frozen=True, slots=True)
class MapTheme:
    """Colours as #RRGGBB. Grey is normal; saturated colours mean something is wrong."""

    field: str
    """Outside of the communes."""
    land: str
    outline: str
    street_minor: str
    street_major: str
    street_casing: str
    street_label: str
    place_label: str
    label_halo: str
    lamp_lit: str
    lamp_unlit: str
    normal: str
    """Icons and discs of anything that is well."""
    icon_field: str
    unknown: str
    stale: str
    fault: str
    p1: str
    p2: str
    p3: str
    p4: str
    marker_ink: str
    """The digit on a filled marker."""
    marker_field: str
    """The inside of a hollow marker, and of count pills."""
    selection: str
    focus: str
    cone: str
    card_field: str
    card_text: str
    card_line: str
    has_glow: bool = True
    """Lit lamps shed a soft light around them (night view)."""
    lighting: str = "plain"
    """The value of the ViewMode these colours are for."""

    def of(self, visual: AssetVisual) -> str:
        """The colour of a state."""
        return {
            AssetVisual.NORMAL: self.normal,
            AssetVisual.UNKNOWN: self.unknown,
            AssetVisual.STALE: self.stale,
            AssetVisual.FAULT: self.fault,
            AssetVisual.ALARM_P4: self.p4,
            AssetVisual.ALARM_P3: self.p3,
            AssetVisual.ALARM_P2: self.p2,
            AssetVisual.ALARM_P1: self.p1,
        }[visual]

    def greyed(self) -> MapTheme:
        """The same picture without any colour and with less contrast: nothing in it looks live."""
        field_grey = QColor(self.field).lightnessF()

        def grey(name: str) -> str:
            light = QColor(name).lightnessF() * 0.55 + field_grey * 0.45
            return QColor.fromRgbF(light, light, light).name()

        colours = {f.name: grey(str(getattr(self, f.name))) for f in fields(self) if f.name not in _NO_COLOURS}
        kept = {name: getattr(self, name) for name in ("card_field", "card_text", "card_line")}
        return replace(self, **(colours | kept), has_glow=False)


DARK = MapTheme(
    field="#1A1F24",
    land="#20262D",
    outline="#4A545F",
    street_minor="#2F3740",
    street_major="#3D4752",
    street_casing="#1B2026",
    street_label="#A3AFBB",
    place_label="#D3DAE1",
    label_halo="#1A1F24",
    lamp_lit="#F0DDB4",
    lamp_unlit="#5A6570",
    normal="#B8C2CC",
    icon_field="#2B333C",
    unknown="#707C88",
    stale="#9AA4AE",
    fault="#CFA0F0",
    p1="#FF4D4D",
    p2="#FF9F1C",
    p3="#FFE14D",
    p4="#5EC8FF",
    marker_ink="#14181C",
    marker_field="#14181C",
    selection="#FFFFFF",
    focus="#8FD0FF",
    cone="#A9BCCB",
    card_field="#232A31",
    card_text="#D5DCE3",
    card_line="#46515C",
)

LIGHT = MapTheme(
    field="#DADDE0",
    land="#E6E8EA",
    outline="#98A2AC",
    street_minor="#F6F7F8",
    street_major="#FFFFFF",
    street_casing="#CBD0D5",
    street_label="#4E5862",
    place_label="#262E36",
    label_halo="#EEF0F1",
    lamp_lit="#9C8658",
    lamp_unlit="#A3ACB4",
    normal="#46515C",
    icon_field="#F4F5F6",
    unknown="#8A949E",
    stale="#5B6670",
    fault="#7A3E9D",
    p1="#BF0047",
    p2="#944F00",
    p3="#453900",
    p4="#00609C",
    marker_ink="#FFFFFF",
    marker_field="#FFFFFF",
    selection="#101418",
    focus="#00609C",
    cone="#51606E",
    card_field="#F4F5F6",
    card_text="#222A31",
    card_line="#B3BBC3",
    has_glow=False,
)
