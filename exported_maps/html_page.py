"""The page: folium's map of the values, in a document that is whole by itself."""

import math
from functools import cache
from typing import Any, Final

import folium
import jinja2
from folium.utilities import JsCode
from markupsafe import Markup

from exported_maps import counts, ground, ground_names, marks
from exported_maps.ground import DamagedColumns, Feature
from exported_maps.leaflet import leaflet_css, leaflet_js, page_part
from exported_maps.limits import ExportRefused, view_of
from exported_maps.plain_text import plain
from exported_maps.policy import PLACE, sealed
from exported_maps.rows import Row, drawn, headings, rows
from exported_maps.shading import SHADES, Shading, figure_text, shading
from exported_maps.values import Bounds, ExportedAsset, ExportedMap
from exported_maps.wording import Words, zone_of

_TOLD_WORDS: Final = ("found", "zoom_in", "zoom_out")
_LONG_TEXT: Final = 2_000


def page(wanted: ExportedMap, words: Words) -> bytes:
    """The whole file. `wanted` was checked; raises ExportRefused for lines that do not fit together."""
    listed = rows(wanted, words)
    shaded = None if wanted.choropleth is None else shading(wanted.choropleth, words)
    view = view_of(wanted)
    try:
        html, script, furnish = _map_of(wanted, drawn(listed), shaded, view)
        names = _names(wanted, view, words)
    except DamagedColumns as error:
        raise ExportRefused(words("damaged")) from error
    told = _told(wanted, view, names, len(drawn(listed)), words)
    filled = _template().render(
        **_tables(wanted, words, listed, shaded),
        folium_html=Markup(html),  # noqa: S704  # folium's own element, which holds no text of ours
        folium_script=Markup(script),  # noqa: S704  # GeoJSON that folium has escaped for a script
        furnish=Markup(furnish),  # noqa: S704  # names that folium made
        told=Markup(jinja2.utils.htmlsafe_json_dumps(told)),  # noqa: S704  # escaped for a script
        leaflet_css=Markup(leaflet_css()),  # noqa: S704  # files of this program, like the next three
        leaflet_js=Markup(leaflet_js()),  # noqa: S704
        page_css=Markup(page_part("page.css")),  # noqa: S704
        page_js=Markup(page_part("page.js")),  # noqa: S704
    )
    return sealed(filled).encode("utf-8", "replace")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, finalize=_plain_text)
    return environment.from_string(page_part("page.html"))


def _plain_text(value: object) -> object:
    """Everything that is written on the page goes through here, then through the escaping of HTML."""
    return plain(value, _LONG_TEXT) if isinstance(value, str) and not isinstance(value, Markup) else value


def _map_of(wanted: ExportedMap, shown: list[Row], shaded: Shading | None, view: Bounds) -> tuple[str, str, str]:
    """folium's HTML, its script, and the call that gives the map its looks."""
    middle = ((view.south + view.north) / 2, (view.west + view.east) / 2)
    city = folium.Map(
        location=middle,
        tiles=None,
        zoom_start=13,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        renderer=JsCode("new beffroi.Renderer({padding: 0.5})"),
    )
    city.default_js, city.default_css = [], []
    if wanted.choropleth is not None and shaded is not None:
        _layer(city, ground.area_features(wanted.choropleth.areas, shaded.shade_of, view), "style", "area")
    streets = _layer(city, ground.street_features(wanted.lines, view), "style", "ground")
    outlines = _layer(city, ground.outline_features(wanted.lines, view), "style", "ground")
    cones = [feature for cone in wanted.cones if (feature := ground.cone_feature(cone)) is not None]
    _layer(city, cones, "style", "cone")
    assets = _layer(city, [_point(row) for row in shown], "point_to_layer", "mark")
    figure = city.get_root()
    figure.render()
    layers = f"{{ground: [{streets}, {outlines}], marks: {assets}}}"
    return figure.html.render(), figure.script.render(), f"beffroi.furnish({city.get_name()}, {layers});"


def _layer(city: folium.Map, features: list[Feature], option: str, function: str) -> str:
    """One GeoJSON layer, drawn by a function of page.js; the name of its variable."""
    collection = {"type": "FeatureCollection", "features": features}
    layer = folium.GeoJson(collection, **{option: JsCode(f"beffroi.{function}")}).add_to(city)
    layer.default_js, layer.default_css = [], []
    return layer.get_name()


def _point(row: Row) -> Feature:
    asset = row.asset
    return {
        "type": "Feature",
        "properties": {
            "n": row.number,
            "s": int(asset.state),
            "g": asset.kind,
            "u": int(asset.is_unacknowledged),
            **_heading(asset),
        },
        "geometry": {"type": "Point", "coordinates": [round(asset.lon or 0.0, 6), round(asset.lat or 0.0, 6)]},
    }


def _heading(asset: ExportedAsset) -> dict[str, int]:
    heading = asset.heading_deg
    return {} if heading is None or not math.isfinite(heading) else {"h": round(heading) % 360}


def _names(wanted: ExportedMap, view: Bounds, words: Words) -> list[dict[str, Any]]:
    names = ground_names.street_names(ground.named_streets(wanted.lines), view)
    told = [{"at": [n.lat, n.lon], "lines": [n.text], "angle": n.angle_deg, "kind": "street"} for n in names]
    if wanted.choropleth is None:
        communes = ground_names.commune_names(wanted.lines, view)
        told += [{"at": [n.lat, n.lon], "lines": [n.text], "angle": 0, "kind": "commune"} for n in communes]
        return told
    for area in wanted.choropleth.areas:
        middle = ground_names.area_middle(area)
        if middle is not None:
            lines = [plain(area.name, 40), figure_text(area.value, wanted.choropleth, words)]
            told.append({"at": [middle[1], middle[0]], "lines": lines, "angle": 0, "kind": "area"})
    return told


def _told(
    wanted: ExportedMap, view: Bounds, names: list[dict[str, Any]], drawn_count: int, words: Words
) -> dict[str, Any]:
    """What page.js reads."""
    return {
        "bounds": [[view.south, view.west], [view.north, view.east]],
        "drawn": drawn_count,
        "names": names,
        "marks": [_mark_values(marks.STATE_MARKS[visual]) for visual in sorted(marks.STATE_MARKS)],
        "plaque": marks.PLAQUE,
        "pictograms": [marks.pictogram(kind.glyph) for kind in wanted.kinds],
        "shades": list(SHADES),
        "credits": _credits(wanted),
        "words": {key: words(key, count="{count}", total="{total}") for key in _TOLD_WORDS},
    }


def _mark_values(mark: marks.StateMark) -> dict[str, Any]:
    return {field: getattr(mark, field) for field in mark.__struct_fields__}


def _credits(wanted: ExportedMap) -> str:
    return " · ".join(text for line in wanted.attribution[:20] if (text := plain(line, 200)))


def _tables(wanted: ExportedMap, words: Words, listed: list[Row], shaded: Shading | None) -> dict[str, Any]:
    """What the template shows besides the map."""
    zone = zone_of(wanted.utc_offset_minutes)
    states = counts.states_present(wanted)
    counted = [visual for visual in states if any(asset.state is visual for asset in wanted.assets)]
    class_counts, totals = counts.by_class(wanted, counted)
    shown = drawn(listed)
    missing = len(listed) - len(shown)
    present = {asset.kind for asset in wanted.assets}
    kinds = [kind for number, kind in enumerate(wanted.kinds) if number in present]
    areas = () if wanted.choropleth is None else wanted.choropleth.areas
    return {
        "map": wanted,
        "words": words,
        "policy": PLACE,
        "zone": zone,
        "made_at": words.made_at(wanted.made_at, zone, plain(wanted.zone, 40)),
        "marks": list(marks.STATE_MARKS.items()),
        "drawing": _drawing,
        "plaque": marks.PLAQUE,
        "figures": counts.figures(wanted, words),
        "unplaced": words("unplaced_one") if missing == 1 else words("unplaced", count=missing) if missing else "",
        "shown_states": [(visual, words.state(visual)) for visual in states],
        "has_rings": any(asset.is_unacknowledged for asset in wanted.assets),
        "shown_kinds": [(marks.pictogram(kind.glyph), kind.label) for kind in kinds if kind.glyph != marks.DOT],
        "dot_kinds": [kind.label for kind in kinds if kind.glyph == marks.DOT],
        "has_cones": bool(wanted.cones),
        "steps": () if shaded is None else shaded.steps,
        "has_unknown_areas": shaded is not None and -1 in shaded.shade_of,
        "area_list": [
            (area.name, figure_text(area.value, wanted.choropleth, words))
            for area in sorted(areas, key=lambda area: (-(area.value or 0.0), area.name))
            if wanted.choropleth is not None
        ],
        "counted_states": [(visual, words.state(visual)) for visual in counted],
        "class_counts": class_counts,
        "totals": totals,
        "alarm_list": sorted(wanted.alarms, key=lambda alarm: (alarm.priority, alarm.is_acknowledged, alarm.asset)),
        "headings": headings(wanted, words),
        "rows": listed,
        "drawn_numbers": {row.number for row in shown},
        "credits": _credits(wanted),
    }


def _drawing(mark: marks.StateMark) -> Markup:
    """A state's mark for the legend and the lists."""
    path = Markup('<path d="{}" fill="{}" stroke="{}" stroke-width="1.5"/>').format(
        mark.outline, mark.fill, mark.stroke
    )
    if mark.strokes:
        path += Markup('<path d="{}" fill="none" stroke="{}" stroke-width="1.6"/>').format(mark.strokes, mark.ink)
    if mark.sign:
        path += Markup('<text class="sign" y="{}" fill="{}">{}</text>').format(mark.sign_y + 4.4, mark.ink, mark.sign)
    return path
