"""Joins the sound of this seat to its bars, its keys, its voice and the backend; one for all its windows."""

from collections.abc import Sequence

import msgspec

from console.kit.errors import RequestFailed
from console.kit.seat import seat_name
from console.kit.sounding import SoundFault
from console.kit.task_bag import TaskBag
from console.store.context import Context
from console.store.sounds import HeardAnswer
from console.store.spoken import spoken_alarms, spoken_flood
from contract.alarm_work import PresenceRequest
from contract.seat_sounds import LONGEST_DEVICE, SoundOutcome, SoundReport
from widgets.alarm_bar import AlarmBar
from widgets.sound_bar import SoundLook


class SeatSound:
    """Made with the desk's bars; `stop` before they go."""

    def __init__(self, context: Context, bars: Sequence[AlarmBar], tasks: TaskBag) -> None:
        self._context = context
        self._sounds = context.stores.sounds
        self._flood = context.stores.flood
        self._bars = bars
        self._tasks = tasks
        self._told = (SoundFault.NONE, "")
        for bar in bars:
            sound = bar.sound
            sound.silence_requested.connect(self.silence)
            sound.hear_again_requested.connect(self._sounds.end_silence)
            sound.test_requested.connect(self._sounds.test)
            sound.answered.connect(self._answer)
            sound.on_wished.connect(self._wish_on)
            sound.volume_wished.connect(self._wish_volume)
            sound.speech_wished.connect(self._wish_speech)
        self._sounds.changed.connect(self._feed)
        self._sounds.tested.connect(self._tested)
        self._sounds.rang.connect(self._rang)
        self._sounds.silence_requested.connect(self.silence)
        self._flood.changed_since_tick.connect(self._feed_flood)
        context.stores.alarms.changed_since_tick.connect(self._feed)
        self._feed()
        self._feed_flood()
        self._tell_fault()
        tasks.start(self._tell_seat(), name="seat")

    def stop(self) -> None:
        """The bars go; the seat sounds on."""
        self._sounds.changed.disconnect(self._feed)
        self._sounds.tested.disconnect(self._tested)
        self._sounds.rang.disconnect(self._rang)
        self._sounds.silence_requested.disconnect(self.silence)
        self._flood.changed_since_tick.disconnect(self._feed_flood)
        self._context.stores.alarms.changed_since_tick.disconnect(self._feed)

    def silence(self) -> None:
        """Quiet at once, also while the backend does not answer; then the journal is told."""
        waiting = self._sounds.waiting_count
        seconds = round(self._sounds.silence())
        self._tasks.start(self._tell_silence(seconds, waiting), name="silence")

    async def _tell_seat(self) -> None:
        """Colleagues see who sits where."""
        try:
            await self._context.client.say_presence(PresenceRequest(seat=seat_name()))
        except RequestFailed:
            return  # it is told with the next desk; alarms are routed to who is logged in all the same

    async def _tell_silence(self, seconds: int, waiting: int) -> None:
        try:
            await self._context.client.silence_seat(seat_name(), seconds, waiting)
        except RequestFailed:
            self._context.announce(self._context.texts("sound.silence_untold"))

    async def _report(self, outcome: SoundOutcome) -> None:
        device = "".join(letter for letter in self._sounds.device if letter.isprintable())[:LONGEST_DEVICE]
        try:
            await self._context.client.report_sound(SoundReport(seat=seat_name(), outcome=outcome, device=device))
        except RequestFailed:
            self._context.announce(self._context.texts("sound.test_untold"))

    def _answer(self, is_heard: bool) -> None:
        self._sounds.answer(HeardAnswer.HEARD if is_heard else HeardAnswer.NOT_HEARD)

    def _tested(self, answer: HeardAnswer) -> None:
        self._tasks.start(self._report(SoundOutcome(answer.value)), name="sound test")

    def _tell_fault(self) -> None:
        """A loudspeaker that is missing, or back, is told once; what a test said is told by the test."""
        fault, before = self._sounds.fault, self._told[0]
        self._told = (fault, self._sounds.device)
        if fault is before or SoundFault.NOT_HEARD in {fault, before}:
            return
        outcome = SoundOutcome.WORKS if fault is SoundFault.NONE else SoundOutcome(fault.value)
        self._tasks.start(self._report(outcome), name="sound fault")

    def _wish_on(self, is_on: bool) -> None:
        self._sounds.wish(msgspec.structs.replace(self._sounds.settings, is_on=is_on))

    def _wish_volume(self, percent: int) -> None:
        self._sounds.wish(msgspec.structs.replace(self._sounds.settings, volume_percent=percent))

    def _wish_speech(self, speaks: bool) -> None:
        self._sounds.wish(msgspec.structs.replace(self._sounds.settings, speaks=speaks))

    def _rang(self, alarm_ids: frozenset[int]) -> None:
        if not self._sounds.wants_words():
            return
        tr, stores = self._context.texts, self._context.stores
        if self._flood.is_on:
            words = spoken_flood(self._flood.figures.alarms, self._flood.figures.roots, tr)
        else:
            found = [alarm for alarm_id in alarm_ids if (alarm := stores.alarms.get(alarm_id)) is not None]
            words = spoken_alarms(found, stores.catalogue.communes, tr)
        self._sounds.say(words, tr.language)

    def _feed(self) -> None:
        look = self._look()
        for bar in self._bars:
            bar.sound.show_sound(look)
        self._tell_fault()

    def _feed_flood(self) -> None:
        for bar in self._bars:
            if self._flood.is_on:
                bar.flood.show_flood(*self._flood.figures)
            else:
                bar.flood.hide()

    def _look(self) -> SoundLook:
        tr, sounds = self._context.texts, self._sounds
        settings, fault = sounds.settings, sounds.fault
        device = sounds.device or tr("sound.device_unknown")
        is_wrong = fault is not SoundFault.NONE
        missing = sounds.cannot_speak(tr.language)
        return SoundLook(
            is_on=settings.is_on,
            volume_percent=settings.volume_percent,
            speaks=settings.speaks,
            cannot_speak=tr(missing) if missing else "",
            fault=tr(f"sound.fault.{fault.value}") if is_wrong else "",
            fault_tooltip=tr(f"sound.fault.{fault.value}_hint", device=device) if is_wrong else "",
            device=device,
            silent_seconds=sounds.silent_seconds,
            rings=sounds.waiting_count > 0,
            asks=sounds.asks_whether_heard,
        )
