"""One camera's recording: holds the camera while its plan wants pictures, and knows what is missing."""

from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from contract.footage import FootageGap, RecordingMode, RecordingPlan
from contract.media import GapRecorded, MediaEvent, RecordingState
from media.live.camera_pull import CameraPull
from media.recorder.gap_tracker import GapTracker
from media.recorder.grouping import ClockJump, PictureGrouping
from media.recorder.hours import UnknownZone, wants_pictures
from media.recorder.marking import Marking
from video.access_unit import AccessUnit, StreamParameters
from video.clocks import Clock
from video.footage.facts import Fact
from video.footage.pictures import PictureGroup
from video.footage.places import utc
from video.footage.recovery import Recovery
from video.states import StreamState, StreamStatus

LONGEST_PRE_ROLL_S: Final = 60
LONGEST_POST_ROLL_S: Final = 3600
_PRE_ROLL_BYTES: Final = 16 * 2**20
_SILENT_S: Final = 30.0
_LAST_GROUP_S: Final = 15.0  # the group that an event ends in may go on for so long
_FAILURES: Final = frozenset(
    {
        StreamState.STALLED,
        StreamState.REFUSED,
        StreamState.WRONG_PASSWORD,
        StreamState.NOT_FOUND,
        StreamState.DAMAGED,
    }
)


class Writer(Protocol):
    """Where groups and facts go: DiskWriter."""

    def offer(self, camera_id: int, group: PictureGroup, gap: FootageGap | None = None) -> bool:
        """Queue a group, and the gap it ends; False when it is given up."""
        ...

    def note(self, camera_id: int, fact: Fact) -> None:
        """Queue a fact."""
        ...

    def finish(self, camera_id: int) -> None:
        """No more of this camera is due."""
        ...


class CameraRecorder:
    """A VideoSink. `tick` is called every second with the camera's pull of that moment."""

    def __init__(
        self, camera_id: int, writer: Writer, report: Callable[[MediaEvent], None], *, clock: Clock, wall: Clock
    ) -> None:
        self.camera_id = camera_id
        self.plan = RecordingPlan()
        self._writer = writer
        self._report = report
        self._clock = clock
        self._wall = wall
        self._pull: CameraPull | None = None
        self._grouping = PictureGrouping(clock, wall)
        self._gaps = GapTracker(camera_id)
        self._marking = Marking(camera_id, writer)
        self._ring: deque[PictureGroup] = deque()
        self._ring_bytes = 0
        self._event_until = 0.0
        self._status: StreamState | None = None
        self._trouble = ""
        self._written_at: float | None = None
        self._due_since: float | None = None
        self._resumes_from: float | None = None
        self._said: tuple[str, str] = ("", "")

    def follow(self, plan: RecordingPlan) -> None:
        """Record so from the next tick on."""
        if plan.stream != self.plan.stream or plan.mode is not self.plan.mode:
            self._let_go()
        self.plan = plan

    def recovered(self, recovery: Recovery) -> None:
        """What an earlier run left: what is missing since is a gap."""
        if recovery.was_recording:
            self._resumes_from = recovery.ends_at

    def event(self, kind: str, label: str) -> None:
        """Something happened in sight of the camera."""
        now = self._wall()
        self._marking.mark(kind, label, now)
        if self.plan.mode is not RecordingMode.EVENT:
            return
        self._event_until = now + min(max(self.plan.post_roll_s, 1), LONGEST_POST_ROLL_S)
        self._gaps.begin(now)
        ring, self._ring, self._ring_bytes = self._ring, deque(), 0
        for group in ring:
            if group.ends_at > now - self._pre_roll_s:
                self._write(group)

    def tick(self, pull: CameraPull | None) -> None:
        """Look whether pictures are wanted now, and from where."""
        now = self._wall()
        self._marking.settle(now)
        try:
            wants = wants_pictures(self.plan, now)
        except UnknownZone:
            self._let_go()
            self._say("failed", "unknown_zone")
            return
        if not wants:
            self._let_go()
            self._say("off" if self.plan.mode is RecordingMode.OFF else "waiting", "")
            return
        if pull is not self._pull:
            self._let_pull_go()
            self._hold(pull)
        if self.plan.mode is not RecordingMode.EVENT:
            if not self._gaps.is_counting:
                self._begin_counting(now)
        elif now >= self._event_until + _LAST_GROUP_S:
            self._end_event()
        self._judge()

    def open_gap(self) -> FootageGap | None:
        """What is missing up to now, while it still is."""
        return self._gaps.open_gap(self._wall())

    def written(self, begins_at: float, ends_at: float, noted: FootageGap | None = None) -> None:
        """A group is on disk, and the gap in front of it if `noted`."""
        self._written_at = self._clock()
        self._trouble = ""
        self._tell(self._gaps.kept(begins_at, ends_at), noted)

    def not_written(self, reason: str, begins_at: float, ends_at: float) -> None:
        """A group was given up."""
        if self._gaps.is_counting:
            self._trouble = reason
            self._gaps.lost(reason)
            return
        self._tell([FootageGap(since=utc(begins_at), until=utc(ends_at), reason=reason, camera_id=self.camera_id)])

    def close(self) -> None:
        """The service ends: what is open is written; the next start finds that more was due."""
        self._let_pull_go()

    def described(self, parameters: StreamParameters) -> None:
        """A connection was made, or the parameter sets changed."""
        self._grouping.describe(parameters)

    def received(self, unit: AccessUnit) -> None:
        """One picture came."""
        if unit.is_damaged:
            self._gaps.lost("damaged")
        self._accept(self._grouping.add(unit))

    def status_changed(self, status: StreamStatus) -> None:
        """The stream fares differently."""
        self._status = status.state
        if status.state is not StreamState.LIVE:
            self._accept(self._grouping.end())
        if status.state in _FAILURES:
            self._tell(self._gaps.turn(self._wall(), "camera_lost"))

    @property
    def _pre_roll_s(self) -> int:
        return min(max(self.plan.pre_roll_s, 0), LONGEST_PRE_ROLL_S)

    def _accept(self, grouped: list[PictureGroup | ClockJump]) -> None:
        for one in grouped:
            if isinstance(one, ClockJump):
                self._gaps.lost("clock_jump")
            elif self.plan.mode is RecordingMode.EVENT and one.begins_at >= self._event_until:
                self._end_event()
                self._remember(one)
            else:
                self._write(one)

    def _write(self, group: PictureGroup) -> None:
        if self._writer.offer(self.camera_id, group, self._gaps.in_front_of(group.begins_at)):
            self._gaps.offered(group.ends_at)
        else:
            self.not_written("disk_slow", group.begins_at, group.ends_at)

    def _remember(self, group: PictureGroup) -> None:
        self._ring.append(group)
        self._ring_bytes += group.size
        while self._ring and (
            self._ring_bytes > _PRE_ROLL_BYTES or self._ring[0].ends_at < group.ends_at - self._pre_roll_s
        ):
            self._ring_bytes -= self._ring.popleft().size

    def _begin_counting(self, now: float) -> None:
        resumed, self._resumes_from = self._resumes_from, None
        if resumed is not None and resumed < now:
            self._gaps.begin(resumed, "service_down")
        else:
            self._gaps.begin(now)

    def _end_event(self) -> None:
        if self._gaps.is_counting:
            self._tell(self._gaps.end(self._event_until))
            self._writer.finish(self.camera_id)

    def _hold(self, pull: CameraPull | None) -> None:
        self._pull = pull
        self._due_since = self._clock()
        if pull is not None:
            pull.hold()
            pull.add_listener(self)

    def _let_pull_go(self) -> None:
        self._accept(self._grouping.end())
        pull, self._pull = self._pull, None
        self._status = None
        if pull is not None:
            pull.remove_listener(self)
            pull.release()

    def _let_go(self) -> None:
        self._let_pull_go()
        self._ring.clear()
        self._ring_bytes = 0
        if self._gaps.is_counting:
            self._tell(self._gaps.end(self._wall()))
            self._writer.finish(self.camera_id)
        self._trouble = ""
        self._written_at = None

    def _judge(self) -> None:
        seen_at = self._written_at if self._written_at is not None else self._due_since
        is_silent = seen_at is not None and self._clock() - seen_at > _SILENT_S
        is_waiting = self.plan.mode is RecordingMode.EVENT and not self._gaps.is_counting
        if self._pull is None:
            self._say("failed", "no_address")
        elif self._status is not None and self._status in _FAILURES:
            self._say("failed", self._status.value)
        elif self._trouble:
            self._say("failed", self._trouble)
        elif is_waiting:
            self._say("waiting", "")
        elif is_silent:
            self._say("failed", "no_picture")
        elif self._written_at is not None:
            self._say("recording", "")
        else:
            self._say("waiting", "connecting")

    def _tell(self, gaps: list[FootageGap], noted: FootageGap | None = None) -> None:
        for gap in gaps:
            if noted is not None and (gap.since, gap.until) == (noted.since, noted.until):
                gap = noted
            else:
                self._writer.note(self.camera_id, Fact(gap=gap))
            self._report(GapRecorded(camera_id=self.camera_id, gap=gap))

    def _say(self, state: str, detail: str) -> None:
        if (state, detail) != self._said:
            self._said = (state, detail)
            self._report(RecordingState(camera_id=self.camera_id, state=state, detail=detail))
