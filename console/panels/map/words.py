"""The words of the map in the operator's language."""

from contract.stream import Visual
from widgets.city_map import AssetVisual, MapTexts, MapTool
from widgets.texts import Texts


def map_texts(tr: Texts) -> MapTexts:
    """Every word the map says by itself."""
    return MapTexts(
        map_name=tr("map.name"),
        empty=tr("map.empty"),
        in_view=tr("map.in_view"),
        in_view_alarms=tr("map.in_view_alarms"),
        selected=tr("map.selected"),
        asset=tr("map.asset"),
        link_lost="",  # the veil says it
        legend=tr("map.legend"),
        unacknowledged=tr("map.unacknowledged"),
        lamp_lit=tr("map.lamp_lit"),
        lamp_unlit=tr("map.lamp_unlit"),
        alarms_here=tr("map.alarms_here"),
        north=tr("map.north"),
        metres=tr("map.metres"),
        kilometres=tr("map.kilometres"),
        decimal_mark="," if tr.language == "fr" else ".",
        hectares=tr("map.hectares"),
        total=tr("map.total"),
        around=tr("map.around"),
        chosen=tr("map.chosen"),
        chosen_end=tr("map.chosen_end"),
        quarters=tr("map.quarters"),
        pixel=tr("map.pixel"),
        mark=tr("map.mark"),
        more=tr("map.more"),
        legend_filter=tr("map.legend_filter"),
        legend_alarms_hidden=tr("map.alarms_hidden"),
        tool_hints={tool.value: tr(f"map.hint.{tool.value}") for tool in MapTool},
        states={AssetVisual(int(visual)): tr(f"visual.{visual.name.lower()}") for visual in Visual},
    )
