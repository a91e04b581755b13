"""The words of the map in the operator's language."""

from contract.stream import Visual
from widgets.city_map import AssetVisual, JunctionMode, MapTexts, MapTool, MeaningTexts, ViewMode
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
        meaning=_meaning(tr),
        states={AssetVisual(int(visual)): tr(f"visual.{visual.name.lower()}") for visual in Visual},
    )


def _meaning(tr: Texts) -> MeaningTexts:
    views: dict[ViewMode, str] = {ViewMode.PLAIN: ""}
    views |= {mode: tr(f"map_meaning.view_{mode.value}") for mode in ViewMode if mode is not ViewMode.PLAIN}
    return MeaningTexts(
        by_priority=tr("map_meaning.by_priority"),
        suppressed=tr("map_meaning.suppressed"),
        suppressed_count=tr("map_meaning.suppressed_count"),
        pending=tr("map_meaning.pending"),
        pending_count=tr("map_meaning.pending_count"),
        sign=tr("map_meaning.sign"),
        sign_blank=tr("map_meaning.sign_blank"),
        plan=tr("map_meaning.plan"),
        bays=tr("map_meaning.bays"),
        unknown=tr("map_meaning.unknown"),
        ptz=tr("map_meaning.ptz"),
        fixed=tr("map_meaning.fixed"),
        recording=tr("map_meaning.recording"),
        masked=tr("map_meaning.masked"),
        crew=tr("map_meaning.crew"),
        level=tr("map_meaning.level"),
        heat=tr("map_meaning.heat"),
        following=tr("map_meaning.following"),
        supply=tr("map_meaning.supply"),
        junction_modes={mode: tr(f"map_meaning.junction_{mode.value}") for mode in JunctionMode},
        view_modes=views,
    )
