"""On call: the week, people, rules, channels, the log of messages, a page each."""

from typing import Final

from console.panels.on_call.channels_page import ChannelsPage
from console.panels.on_call.log_page import LogPage
from console.panels.on_call.people_page import PeoplePage
from console.panels.on_call.rules_page import RulesPage
from console.panels.on_call.week_page import WeekPage
from console.parts.page_asking import Asking
from console.parts.paged_panel import PagedPanel
from console.store.context import Context

_NAME: Final = "on_call"
_EVERY_S: Final = 30


class OnCallPanel(PagedPanel):
    """A page asks when it comes into sight; week and log ask again by themselves."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, _NAME, _EVERY_S)
        asking = Asking(context, self.notice, _NAME)
        self.week = WeekPage(context, asking)
        self.people = PeoplePage(context, asking)
        self.rules = RulesPage(context, asking)
        self.channels = ChannelsPage(context, asking)
        self.log = LogPage(context, asking)
        self.show_pages(
            {
                "week": self.week,
                "people": self.people,
                "rules": self.rules,
                "channels": self.channels,
                "log": self.log,
            }
        )
