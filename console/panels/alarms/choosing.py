"""What is chosen in the list that is shown, standing alarms or history, and where it leads."""

from collections.abc import Callable

from console.panels.alarms.detailing import Detailing
from console.panels.alarms.filtering import Filtering
from console.panels.alarms.history_view import HistoryView
from console.parts.past_moment import show_past
from console.store.alarm_filters import Sight
from console.store.context import Context
from widgets.alarm_list import AlarmList


class Choosing:
    """Follows and leads the selection that all panels share; `changed` is called when another alarm is chosen."""

    def __init__(
        self,
        context: Context,
        filtering: Filtering,
        alarms: AlarmList,
        history: HistoryView,
        details: Detailing,
        changed: Callable[[], None],
    ) -> None:
        self._context = context
        self._stores = context.stores
        self._filtering = filtering
        self._list = alarms
        self._history = history
        self._details = details
        self._changed = changed
        alarms.alarm_selected.connect(self._standing_chosen)
        alarms.place_requested.connect(self._go_to)
        history.selected.connect(self._history_chosen)
        history.place_requested.connect(self._stores.selection.go_to)
        self._stores.selection.selection_changed.connect(self._selected_elsewhere)

    @property
    def is_past(self) -> bool:
        """Whether the history is shown."""
        return self._filtering.sight is Sight.HISTORY

    def close(self) -> None:
        """Hear nothing more."""
        self._stores.selection.selection_changed.disconnect(self._selected_elsewhere)

    def show_past(self) -> None:
        """The moment of what is chosen, on the cameras near it."""
        line = self._history.current
        if self.is_past:
            if line is not None:
                show_past(self._context, line.asset_id, line.at)
            return
        row = self._list.current
        alarm = None if row is None else self._stores.alarms.get(row.alarm_id)
        if alarm is not None and alarm.raised_at is not None:
            show_past(self._context, alarm.asset_id, alarm.raised_at)

    def go_to_place(self) -> None:
        """The place of what is chosen, on the map."""
        chosen = self._history.current if self.is_past else self._list.current
        if chosen is not None and chosen.asset_id:
            self._go_to(chosen.alarm_id, chosen.asset_id)

    def _go_to(self, alarm_id: int, asset_id: int) -> None:
        self._stores.selection.go_to(asset_id, alarm_id)

    def _standing_chosen(self, alarm_id: int, asset_id: int) -> None:
        self._stores.selection.select(asset_id, alarm_id)
        self._changed()

    def _history_chosen(self, alarm_id: int, asset_id: int) -> None:
        self._stores.selection.select(asset_id, alarm_id)
        self._details.show(alarm_id)
        self._changed()

    def _selected_elsewhere(self) -> None:
        selection = self._stores.selection
        alarm_id = selection.alarm_id
        if alarm_id is None and selection.asset_id is not None:
            alarms = self._stores.alarms.of_asset(selection.asset_id)
            alarm_id = alarms[0].id if alarms else None
        current = self._list.current
        if current is None or current.alarm_id != alarm_id:
            self._list.select(alarm_id)
        self._changed()
