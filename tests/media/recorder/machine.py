"""A machine whose clocks tests set."""

from media.recorder.clock_watch import DAY_S, ClockReading, ClockRecord, look
from tests.video.footage.films import NOON

NOW = NOON + 40 * DAY_S


class Machine:
    """A clock on the wall, seconds since the start, and the recorder's record of both."""

    def __init__(self) -> None:
        self.wall, self.uptime, self.boot = NOW, 1000.0, "first"
        self.record: ClockRecord | None = None

    def reading(self) -> ClockReading:
        return ClockReading(self.wall, self.uptime, self.boot)

    def pass_time(self, seconds: float, step: float = 60.0) -> bool:
        """Time goes by, looked at every minute; whether the clock is believed at the end."""
        while seconds > 0:
            gone = min(step, seconds)
            self.wall, self.uptime, seconds = self.wall + gone, self.uptime + gone, seconds - gone
            self.record = look(self.record, self.reading())
        return self.is_believed()

    def is_believed(self) -> bool:
        self.record = look(self.record, self.reading())
        return self.record.is_credible
