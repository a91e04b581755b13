"""One tile that shows recordings: what is wished is fetched, decoded and drawn, a picture at a time."""

import asyncio
from collections.abc import Callable

from video.clocks import Clock
from video.decoding.frame_slots import FrameSlots
from video.decoding.messages import FootageWish, PauseFootage, PlayFootage, SeekFootage, StepFootage
from video.decoding.playhead import Playhead, Run, Stand
from video.decoding.scaling import Part
from video.decoding.spot_shower import SpotShower
from video.playback.fetching import AddressOfTime, FootageFetcher
from video.playback.messages import Ask, Given, Nothing, Where
from video.playback.reel import Hole, Reel, Spot
from video.playback.stepping import stepped
from video.states import StreamFailure, StreamState

GIVEN_UP_AFTER_S = 30.0
_AHEAD_S = 3.0
_REEL_BYTES = 16 * 2**20
_FEW, _MANY = 2, 8
_DRAWN_EVERY_S = 1 / 31
_DRAWN_EVERY_IN_NEED_S = 1 / 12
_LOOK_AGAIN_S = 1.0
_LOOKS_AT_AN_END = 20
_ASKED_IN_VAIN = 5
_REOPENED_EVERY_S = (0.5, 15.0)  # for another wish; for the same one

_WAITED_FOR_S = 0.9
_MET = {StreamState.RECORDED, StreamState.NO_RECORDING, StreamState.ENDED}

FootageTold = Callable[[StreamState, str, Hole | None], None]


class FootageTile:
    """`run` in a task of its owner. Between two decoded pictures the worker turns to its other tiles."""

    def __init__(
        self,
        slots: FrameSlots,
        address: AddressOfTime,
        told: FootageTold,
        clock: Clock,
        *,
        is_visible: bool = True,
        wants_keys_only: bool = False,
    ) -> None:
        self.shower = SpotShower(slots, clock)
        self.economy = 0
        self._tell = told
        self._said = StreamState.CONNECTING
        self._unmet_since: float | None = None
        self._clock = clock
        self._is_visible = is_visible
        self._wants_keys_only = wants_keys_only
        self._fetcher = FootageFetcher(address, self)
        self._reel = Reel(_REEL_BYTES)
        self._woken = asyncio.Event()
        self._head: Playhead | None = None
        self._exact: Spot | None = None
        self._steps = 0
        self._end: Hole | None = None
        self._end_asked_at = 0.0
        self._looks = 0
        self._in_vain = 0
        self._patient_until = 0.0
        self._hidden_since = 0.0
        self._is_seeking = False
        self._is_dragged = False
        self._reopened_at = 0.0
        self._is_reopened = False

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fetcher.run(), name="passages")
            group.create_task(self._turn_for_ever(), name="pictures")

    def wish(self, wish: FootageWish) -> None:
        """What is wished now, in place of what was wished before."""
        match wish:
            case SeekFootage():
                # The next wish before this one is served: somebody drags, and wants to see where he is.
                self._is_dragged = self._is_seeking
                self._is_seeking = True
                self._head, self._exact, self._steps = Stand(wish.at), None, 0
            case PlayFootage():
                self._head, self._exact, self._steps = Run(wish.at, wish.speed, wish.anchor), None, 0
            case PauseFootage():
                self._stand_still()
            case StepFootage():
                self._stand_still()
                self._steps += wish.pictures
        self._looks = self._in_vain = 0
        self._patient_until = 0.0
        self._is_reopened = False
        self._end = None
        self._woken.set()

    def show(self, *, is_visible: bool) -> None:
        """Decode nothing while hidden."""
        if is_visible == self._is_visible:
            return
        self._is_visible = is_visible
        self._hidden_since = self._clock()
        if not is_visible:
            self.shower.rest()
        self._woken.set()

    def show_part(self, part: Part) -> None:
        """Draw this part of the pictures."""
        self.shower.show_part(part)

    def move_to(self, slots: FrameSlots) -> None:
        """Draw into these slots from now on."""
        self.shower.move_to(slots)

    def close(self) -> None:
        """Let go of everything large at once; `run` has been cancelled."""
        self._head = None
        self._exact = None
        self._reel.clear()
        self.shower.forget()

    def given(self, answer: Given | Nothing, ask: Ask | None) -> None:
        """A passage came, or there is none."""
        if isinstance(answer, Given):
            keys_only = ask.keys_only if ask is not None else len(answer.pictures) == 1
            head, shown_at = self._head, self.shower.shown_at
            looking_at = shown_at if head is None else head.position(self._clock())
            self._reel.add(answer, has_keys_only=keys_only, looking_at=looking_at or answer.begins_at)
        elif ask is not None and ask.where is not Where.BEFORE:
            self._end = Hole(answer.previous_ends_at, None)
            self._end_asked_at = self._clock()
        self._woken.set()

    def hung_up_on(self, reason: str) -> None:
        """Nothing that the last ticket opened is shown again before a new one opens it."""
        del reason
        self._exact = None
        self._reel.clear()
        self.shower.forget()
        self._woken.set()

    def failed(self, failure: StreamFailure) -> None:
        """Say why there is no picture."""
        self._patient_until = self._clock() + _LOOK_AGAIN_S
        self._told(failure.state, failure.reason, None)
        self._woken.set()

    def _told(self, state: StreamState, reason: str, hole: Hole | None) -> None:
        self._said = state
        self._tell(state, reason, hole)

    async def _turn_for_ever(self) -> None:
        while True:
            self._woken.clear()
            wait = self._turn(self._clock())
            if wait == 0.0:
                await asyncio.sleep(0)
                continue
            try:
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            except TimeoutError:
                pass

    def _turn(self, now: float) -> float | None:
        """Decode a picture at most. Seconds until there is more to do; None: until something is told or comes."""
        head = self._head
        if not self._is_visible:
            return self._rest(now)
        if head is None:
            return None
        if self._steps and (wait := self._step(now)) is not None:
            return wait
        head = self._head or head
        target = head.position(now)
        keys_only = self._wants_keys_only or (isinstance(head, Run) and (head.shows_keys_only or self.economy >= 3))
        found = self._exact or self._reel.find(target, wants_keys_only=keys_only)
        if found is None:
            return self._fetch(head, target, now, keys_only=keys_only)
        self._in_vain = 0
        self._unmet_since = None
        if isinstance(found, Hole):
            return self._stand_in_hole(head, found, now, keys_only=keys_only)
        wait = self._show(head, found, now, keys_only=keys_only)
        if isinstance(head, Run):
            self._fetch_ahead(head, found, target, keys_only=keys_only)
        return wait

    def _show(self, head: Playhead, spot: Spot, now: float, *, keys_only: bool) -> float | None:
        shower = self.shower
        if not spot.is_same(shower.shown):
            least = _DRAWN_EVERY_S if self.economy < 2 else _DRAWN_EVERY_IN_NEED_S
            early = shower.drawn_at + least - now
            if isinstance(head, Run) and early > 0:
                return early
            is_standing = isinstance(head, Stand)
            shower.advance(spot, keeps_frames=is_standing, shows_way=self._is_dragged or not is_standing)
            return 0.0
        self._is_seeking = False
        if shower.is_fruitless:
            self._told(StreamState.DAMAGED, "the recorded pictures cannot be decoded", None)
        else:
            self._told(StreamState.RECORDED, "", None)
        passage = spot.passage
        if isinstance(head, Run) and head.speed < 0:
            return head.due_in(passage.begins_at - 1e-6, now)
        if keys_only or spot.index + 1 >= len(passage.times):
            following = passage.given.next_begins_at if passage.is_joined else passage.ends_at + 1e-6
            return head.due_in(following or passage.ends_at, now)
        return head.due_in(passage.times[spot.index + 1], now)

    def _stand_in_hole(self, head: Playhead, hole: Hole, now: float, *, keys_only: bool) -> float | None:
        self._told(StreamState.NO_RECORDING, "", hole)
        if not isinstance(head, Run):
            return None
        edge = hole.until if head.speed > 0 else hole.since
        if edge is None:
            return None
        known = self._reel.find(edge if head.speed > 0 else edge - 1e-3, wants_keys_only=keys_only)
        if known is None and self._fetcher.wanted is None:
            where, at = (Where.AT, edge) if head.speed > 0 else (Where.BEFORE, edge)
            self._fetcher.want(where, at, count=_FEW, keys_only=keys_only)
        return head.due_in(edge, now)

    def _fetch(self, head: Playhead, target: float, now: float, *, keys_only: bool) -> float | None:
        end = self._end
        if end is not None and (end.since is None or target >= end.since):
            return self._stand_at_end(head, end, now)
        if now < self._patient_until:
            return self._patient_until - now
        if (outside := self._outside_period(target, now)) is not None:
            self._told(StreamState.ENDED if outside.until is None else StreamState.NO_RECORDING, "", outside)
            return _LOOK_AGAIN_S if isinstance(head, Run) else None
        self._unmet_since = now if self._unmet_since is None else self._unmet_since
        if now - self._unmet_since > _WAITED_FOR_S and self._said in _MET:
            self._told(StreamState.CONNECTING, "", None)
        where, at = self._reel.missing(target)
        if _is_coming(self._fetcher.wanted, head, where, at, keys_only=keys_only):
            return _LOOK_AGAIN_S
        self._in_vain += 1
        if self._in_vain > _ASKED_IN_VAIN:
            self._patient_until = now + _LOOK_AGAIN_S
        few = _MANY if keys_only else _FEW
        self._fetcher.want(where, at, count=few if isinstance(head, Run) else 1, keys_only=keys_only)
        return _LOOK_AGAIN_S

    def _fetch_ahead(self, head: Run, spot: Spot, target: float, *, keys_only: bool) -> None:
        if self._fetcher.wanted is not None:
            return
        count = _MANY if keys_only or abs(head.speed) > 1 else _FEW
        if head.speed > 0:
            last = self._reel.held_from(spot.passage)
            if (last.ends_at - target) / head.speed < _AHEAD_S and last.given.next_begins_at is not None:
                self._fetcher.want(Where.AFTER, last.begins_at, count=count, keys_only=keys_only)
        else:
            first = self._reel.held_back_from(spot.passage)
            if (target - first.begins_at) / -head.speed < _AHEAD_S and first.given.previous_ends_at is not None:
                self._fetcher.want(Where.BEFORE, first.begins_at, count=count, keys_only=keys_only)

    def _stand_at_end(self, head: Playhead, end: Hole, now: float) -> float | None:
        """Later than the last recording: look now and then whether there is more by now."""
        self._told(StreamState.ENDED if end.since is not None else StreamState.NO_RECORDING, "", end)
        if isinstance(head, Stand) and self._looks >= _LOOKS_AT_AN_END:
            return None
        wait = self._end_asked_at + _LOOK_AGAIN_S - now
        if wait > 0:
            return wait
        self._looks += 1
        self._end = None
        return 0.0

    def _outside_period(self, target: float, now: float) -> Hole | None:
        """Where nothing may be watched; a ticket of another period is asked for first."""
        period = self._fetcher.period
        if period is None or period[0] <= target <= period[1]:
            return None
        if now - self._reopened_at > _REOPENED_EVERY_S[self._is_reopened]:
            self._reopened_at = now
            self._is_reopened = True
            self._fetcher.reopen()
            return None
        return Hole(None, period[0]) if target < period[0] else Hole(period[1], None)

    def _step(self, now: float) -> float | None:
        """Go on or back by pictures; seconds to wait when passages must come first."""
        base = self._exact or self.shower.shown
        if base is None:
            self._steps = 0
            return None
        found = stepped(self._reel, base, self._steps)
        if isinstance(found, Spot):
            if found.is_same(base) and self._steps > 0:
                # The newest picture when its passage came; perhaps no longer.
                self._fetcher.want(Where.AT, base.at)
            self._exact, self._steps = found, 0
            self._head = Stand(found.at)
            return None
        if now < self._patient_until:
            return self._patient_until - now
        wanted = self._fetcher.wanted
        if wanted is None or (wanted.where, wanted.at) != (found.where, found.at):
            self._in_vain += 1
            if self._in_vain > _ASKED_IN_VAIN:
                self._steps = 0  # There is no such picture.
                return None
            self._fetcher.want(found.where, found.at)
        return _LOOK_AGAIN_S

    def _stand_still(self) -> None:
        if isinstance(self._head, Run):
            shown_at = self.shower.shown_at
            self._head = Stand(self._head.position(self._clock()) if shown_at is None else shown_at)
            self._exact = self.shower.shown

    def _rest(self, now: float) -> float | None:
        left = self._hidden_since + GIVEN_UP_AFTER_S - now
        if left > 0:
            return left
        self._fetcher.rest()
        self._reel.clear()
        return None


def _is_coming(wanted: Ask | None, head: Playhead, where: Where, at: float, *, keys_only: bool) -> bool:
    if wanted is None or (wanted.keys_only and not keys_only):
        return False
    if isinstance(head, Stand) or where is Where.BEFORE:
        return (wanted.where, wanted.at) == (where, at)
    is_forward = head.speed > 0
    way = (at - wanted.at) if is_forward else (wanted.at - at)
    return (wanted.where is not Where.BEFORE) == is_forward and 0 <= way < 4 * _AHEAD_S * abs(head.speed)
