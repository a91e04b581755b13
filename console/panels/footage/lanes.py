"""The timeline of the panel, filled by what the backend knows of each camera's recordings."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject

from console.kit.errors import RequestFailed
from console.kit.task_bag import TaskBag
from console.panels.footage.presenter import LONGEST_VIEW, FootagePresenter
from console.store.wishes import Extraction
from contract.footage import LONGEST_DAYS
from widgets.footage_timeline import FootageLane, FootageTimeline, FootageTimelineTexts, MarkKind, Period
from widgets.look import Palette
from widgets.texts import Texts

_FIRST_VIEW: Final = dt.timedelta(hours=1)
_AGAIN_S: Final = 10.0
_MARGIN: Final = 0.5  # of what is seen, fetched on either side of it


class Lanes(QObject):
    """Asks for what is seen, a little beyond, and again as time goes by."""

    def __init__(
        self,
        presenter: FootagePresenter,
        tasks: TaskBag,
        palette: Palette,
        tr: Texts,
        trouble: Callable[[RequestFailed], None],
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._tasks = tasks
        self._trouble = trouble
        self._lanes: dict[int, FootageLane] = {}
        self._cameras: tuple[int, ...] = ()
        self._held = Period(0.0, 0.0)
        self._now = dt.datetime.fromtimestamp(0, dt.UTC)
        self._asked_at: float | None = None
        self._is_asking = False
        self._is_in_trouble = False
        self.timeline = FootageTimeline(palette, timeline_texts(tr))

    @property
    def shown(self) -> Sequence[FootageLane]:
        """The lanes, top to bottom."""
        return [self._lanes[one] for one in self._cameras if one in self._lanes]

    def show_cameras(self, cameras: Sequence[int]) -> None:
        """One lane each, in this order."""
        self._cameras = tuple(cameras)
        self._lanes = {one: self._lanes.get(one) or self._presenter.waiting_lane(one) for one in cameras}
        self._show()
        self.refresh()

    def show_now(self, now: dt.datetime) -> None:
        """A second has gone by."""
        is_first = self._asked_at is None
        self._now = now
        now_ms = now.timestamp() * 1000
        oldest = (now - dt.timedelta(days=LONGEST_DAYS)).timestamp() * 1000
        self.timeline.show_bounds(oldest, now_ms + 60_000)
        self.timeline.show_now(now_ms)
        if is_first:
            self._asked_at = 0.0
            self.timeline.show_view((now - _FIRST_VIEW).timestamp() * 1000, now_ms + 60_000)
        view = self.timeline.view
        is_outside = view.since_ms < self._held.since_ms or min(view.until_ms, now_ms) > self._held.until_ms
        if is_outside or now.timestamp() - (self._asked_at or 0.0) > _AGAIN_S:
            self.refresh()

    def refresh(self) -> None:
        """Ask anew for what is seen."""
        if self._cameras and not self._is_asking:
            self._is_asking = self._tasks.start(self._ask(), name="timelines") is not None

    async def _ask(self) -> None:
        try:
            view = self.timeline.view
            margin = min(view.length_ms * _MARGIN, LONGEST_VIEW.total_seconds() * 250)
            now_ms = self._now.timestamp() * 1000
            wanted = Period(view.since_ms - margin, min(view.until_ms + margin, now_ms))
            self._asked_at = self._now.timestamp()
            since, until = (dt.datetime.fromtimestamp(ms / 1000, dt.UTC) for ms in wanted)
            if until <= since:
                return
            cameras = self._cameras
            asked = [self._presenter.lane(one, since, until) for one in cameras]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            self._take(dict(zip(cameras, answers, strict=True)))
            self._held = wanted
        finally:
            self._is_asking = False

    def _take(self, answers: dict[int, FootageLane | BaseException]) -> None:
        failed: RequestFailed | None = None
        for camera_id, answer in answers.items():
            if isinstance(answer, FootageLane):
                if camera_id in self._lanes:
                    self._lanes[camera_id] = answer
            elif isinstance(answer, RequestFailed):
                failed = answer
            else:
                raise answer
        if failed is not None and not self._is_in_trouble:
            self._trouble(failed)  # once, not every ten seconds
        self._is_in_trouble = failed is not None
        self._show()

    def _show(self) -> None:
        self.timeline.show_lanes(self.shown)


def period_chosen(cameras: Sequence[int], period: Period | None) -> Extraction | None:
    """What stands chosen on the timeline, in the words of those who take it out."""
    if period is None or not cameras:
        return None
    since, until = (dt.datetime.fromtimestamp(ms / 1000, dt.UTC) for ms in period)
    return Extraction(tuple(cameras), since, until)


def timeline_texts(tr: Texts) -> FootageTimelineTexts:
    """The timeline's words in the operator's language."""
    return FootageTimelineTexts(
        name=tr("footage.timeline.name"),
        keys=tr("footage.timeline.keys"),
        at=tr("footage.timeline.at"),
        not_recorded=tr("footage.timeline.not_recorded"),
        empty=tr("footage.timeline.empty"),
        now=tr("footage.timeline.now"),
        day_format=tr("footage.timeline.day_format"),
        kinds={kind: tr(f"footage.kind.{kind.value}") for kind in MarkKind},
    )
