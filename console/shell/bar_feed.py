"""What the alarm bar says, from the stores."""

from console.kit.clock import Clock
from console.kit.formats import clock_time, zone_name
from console.kit.said_by_devices import told_text
from console.store.link import LinkStage
from console.store.stores import Stores
from console.store.wording import alarm_text
from contract.alarms import Alarm
from widgets.alarm_bar import AlarmBar, LinkWords, UrgentAlarm
from widgets.texts import Texts

_ODD_OFFSET_S = 2.0


class BarFeed:
    """Feeds every screen's bar alike."""

    def __init__(self, stores: Stores, clock: Clock, texts: Texts) -> None:
        self._stores = stores
        self._clock = clock
        self._tr = texts

    def feed_alarms(self, bar: AlarmBar) -> None:
        """The most urgent alarm and the counts."""
        alarm = self._stores.alarms.most_urgent()
        bar.show_urgent(None if alarm is None else self._urgent(alarm))
        bar.show_counts(self._stores.alarms.unacknowledged_counts())

    def feed_link(self, bar: AlarmBar) -> None:
        """Link, device links, user."""
        link = self._stores.link
        bar.show_link(LinkWords(self.link_text(), link.is_live, told_text(link.detail, self._tr)))
        bar.show_devices_down(link.devices_down)
        bar.show_user(link.user)

    def feed_clock(self, bar: AlarmBar) -> None:
        """The server's clock, and how far this machine's is from it when that is odd."""
        link = self._stores.link
        now = link.server_now()
        offset = link.clock_offset_s
        text = f"{clock_time(now)} {zone_name(now)}"
        if abs(offset) >= _ODD_OFFSET_S:
            text = f"{text} ({offset:+.0f}\u202fs)"
        bar.show_clock(text, self._tr("bar.clock", offset=f"{offset:+.2f}"))

    def link_text(self) -> str:
        """The link in words, with since when."""
        link = self._stores.link
        if link.is_live and link.stage is LinkStage.LIVE:
            return self._tr("link.live")
        if link.is_catching_up and link.stage is LinkStage.LIVE:
            return self._tr("link.catching_up_short")
        since = link.lost_since
        stage = self._tr(f"link.{link.stage.value}")
        if since is None:
            return stage
        return f"{self._tr('link.lost')} {self._tr('link.since', time=clock_time(since))}"

    def veil_text(self) -> str:
        """What covers the panels; nothing while they may be believed."""
        link = self._stores.link
        if link.is_live:
            return ""
        if link.is_catching_up and link.stage is LinkStage.LIVE:
            return self._tr("link.catching_up")
        since = link.lost_since
        if since is None:
            return self._tr("link.never") if link.stage is not LinkStage.LIVE else ""
        return self._tr("link.veil", time=clock_time(since))

    def _urgent(self, alarm: Alarm) -> UrgentAlarm:
        kind = alarm_text(self._stores.catalogue, alarm, self._tr)
        where = alarm.asset_name or alarm.asset_code
        text = f"{kind} — {where} · {clock_time(alarm.raised_at)}"
        return UrgentAlarm(alarm.id, alarm.asset_id, alarm.priority, text)
