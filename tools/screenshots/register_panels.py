"""The register panel in the midst of its work: a filter, groups, a preview of many, nothing found, nothing yet."""

from typing import Final

from console.panels.register.panel import RegisterPanel
from console.shell.desk import Desk
from console.store.register_filters import Condition, Group, Match, Operator
from widgets.filter_values import FilterLine

SHOTS: Final = ("assets-filter", "assets-groups", "assets-bulk", "assets-nothing", "assets-columns")
_FILTER: Final = Group(
    Match.ALL,
    (
        Condition("class", Operator.IS, ("streetlight", "lighting_cabinet")),
        Group(
            Match.ANY,
            (Condition("commissioned", Operator.BELOW, ("2015",)), Condition("street", Operator.CONTAINS, ("foch",))),
        ),
    ),
)


def stage(desk: Desk, name: str) -> None:
    """Bring the panel where the picture is taken."""
    hosted = desk.panel("assets")
    if hosted is None or not isinstance(hosted.panel, RegisterPanel):
        return
    panel = hosted.panel
    if name == "assets-filter":
        panel.take_state({"filter": _as_kept(_FILTER), "sort": [{"field": "street"}, {"field": "name"}]})
        panel.filtering.toggle_builder()
    elif name == "assets-groups":
        panel.take_state({"group": "class"})
        panel.presenter.turn(-2, is_open=True)
        panel.refresh()
    elif name == "assets-bulk":
        panel.search.setText("foch")
        panel.refresh()
        panel.table.selectAll()
        panel.editing.ask()
        panel.editing.form.editors[0].show_line(FilterLine("status", "set", ("out_of_service",)))
        panel.editing.form.preview.click()
    elif name == "assets-nothing":
        panel.search.setText("zzzz")
        panel.refresh()
    else:
        columns = ("name", "code", "number", "commissioned", "age_years", "supply_parent", "state")
        panel.take_state({"columns": [[each, 0] for each in columns], "sort": [{"field": "age_years"}]})


def _as_kept(group: Group) -> object:
    return {
        "type": "group",
        "match": group.match.value,
        "items": [
            _as_kept(item)
            if isinstance(item, Group)
            else {
                "type": "condition",
                "field": item.field,
                "operator": item.operator.value,
                "values": list(item.values),
            }
            for item in group.items
        ],
    }
