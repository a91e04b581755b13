"""`python main.py`: the only place that joins Qt's loop and asyncio's."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from dataclasses import replace

import qasync
from PySide6.QtWidgets import QApplication

from console.kit.preferences import PreferenceFile
from console.kit.sound_settings import SoundSettingsFile
from console.kit.sounding import NoSoundOut, SoundOut
from console.shell.application import ConsoleApplication
from console.shell.kept_login import machine_vault
from console.shell.live_pictures import LivePictures
from console.shell.options import ConsoleOptions, parse
from console.shell.speech import SpokenWords
from console.shell.trust import authority_for, trust_in_children
from console.shell.virtual_display import NoDisplay, VirtualDisplay, default_screenshot_folder, has_display
from console.shell.wakefulness import Wakefulness
from console.shell.watchdog import Watchdog
from widgets.frame_clock import FrameClock

log = logging.getLogger(__name__)
_SETTLE_S = 1.0
_PICTURES_EVERY_S = 5.0
_LAST_THREADS_S = 1.0


def main(argv: list[str] | None = None) -> int:
    """Open the console; 0 when it was left as wanted, 1 when it could not run, 2 for wrong use."""
    options = parse(sys.argv[1:] if argv is None else argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    display = VirtualDisplay()
    try:
        if not has_display():
            options = _without_display(options, display)
        return run(options)
    except NoDisplay as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        display.stop()


def run(options: ConsoleOptions) -> int:
    """Run one console on Qt's loop until it is left."""
    qt = QApplication([sys.argv[0]])
    qt.setStyle("Fusion")
    qt.setApplicationName("beffroi")
    qt.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(qt)
    asyncio.set_event_loop(loop)
    with loop:
        try:
            return loop.run_until_complete(_serve(options, qt))
        finally:
            _see_threads_out()


def _see_threads_out() -> None:
    """Those that wait for a child's end tell the loop through Qt: one still there as the interpreter ends aborts it.

    One that hangs (a keyring without an answer) keeps nobody for longer than a second.
    """
    end = time.monotonic() + _LAST_THREADS_S
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(max(0.0, end - time.monotonic()))


async def _serve(options: ConsoleOptions, qt: QApplication) -> int:
    kept = PreferenceFile(options.config_folder / "preferences.json").read()
    url = options.server_url or kept.server_url
    trust_in_children(authority_for(url, options.authority, kept.authorities))
    live = LivePictures()
    console = ConsoleApplication(
        options, qt, vault=machine_vault(), pictures=live, hearing=live.hearing, awake=Wakefulness()
    )
    kept_sounds = SoundSettingsFile(options.config_folder / "sounds.json")
    console.stores.sounds.play_on(_alarm_speaker(console.frame_clock), SpokenWords(), kept_sounds)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, console.leave)
        except (NotImplementedError, RuntimeError):  # Windows
            signal.signal(number, lambda _number, _frame: console.leave())
    shown = asyncio.Event()
    console.stores.assets.changed_since_tick.connect(shown.set)
    watchdog = Watchdog(sys.stderr, time.monotonic)
    try:
        await console.start()
        console.ticker.every_second(watchdog.pet)
        await live.start_after(shown)
        if options.screenshots is None:
            await console.wait()
        else:
            await _picture_until_left(console, options)
    finally:
        watchdog.stop()
        console.stores.sounds.close()
        await console.close()
        await live.aclose()
    return 0


def _alarm_speaker(clock: FrameClock) -> SoundOut:
    try:
        from console.shell.alarm_speaker import AlarmSpeaker  # noqa: PLC0415 - Qt's sound library needs libpulse
    except ImportError as error:
        log.error("alarms are not heard here, Qt's sound library does not load: %s", error)
        return NoSoundOut()
    return AlarmSpeaker(clock)


async def _picture_until_left(console: ConsoleApplication, options: ConsoleOptions) -> None:
    folder = options.screenshots
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(console.wait(), name="console: wait")
        while folder is not None:
            done, _pending = await asyncio.wait([waiting], timeout=_PICTURES_EVERY_S)
            for file in console.take_pictures(folder):
                log.debug("picture %s", file)
            if done:
                return


def _without_display(options: ConsoleOptions, display: VirtualDisplay) -> ConsoleOptions:
    name = display.start()
    os.environ["DISPLAY"] = name
    folder = options.screenshots or default_screenshot_folder()
    print(
        f"There is no display here: the console runs on a virtual one ({name}) and writes what it shows to {folder}/,\n"
        f"a picture a screen, every {_PICTURES_EVERY_S:.0f} s from when it stands (a minute or so). Ctrl+C ends it.\n"
        f"To look at it live: x11vnc -localhost -display {name} -rfbauth FILE   (make FILE with x11vnc -storepasswd)",
        flush=True,
    )
    return replace(options, screenshots=folder)
