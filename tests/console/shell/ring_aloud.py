"""`python -m tests.console.shell.ring_aloud`: each alarm sound once on this machine's audio output; says its faults."""

import os
import sys
import time

from PySide6.QtWidgets import QApplication

from console.shell.alarm_speaker import AlarmSpeaker
from contract.alarms import Priority
from widgets.frame_clock import FrameClock

EACH_S = 1.2


def main() -> int:
    """Play P1 to P4, a word of their fault each."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    clock = FrameClock()
    speaker = AlarmSpeaker(clock)
    speaker.open(lambda: None)
    for priority in Priority:
        speaker.play(priority, 70)
        until = time.monotonic() + EACH_S
        while time.monotonic() < until:
            application.processEvents()
            time.sleep(0.002)
        print(speaker.fault.value, flush=True)
    speaker.close()
    clock.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
