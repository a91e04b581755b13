"""A console without a display."""

import os
import shutil

import pytest

from console.shell.virtual_display import VirtualDisplay


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed here")
def test_ctrl_c_in_the_terminal_does_not_take_the_display_away_first() -> None:
    display = VirtualDisplay()
    display.start()
    try:
        assert display.pid is not None
        assert os.getpgid(display.pid) != os.getpgid(0)
    finally:
        display.stop()
    assert display.pid is None
