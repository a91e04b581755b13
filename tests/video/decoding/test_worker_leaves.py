"""Processes that work for another leave with it, and not before."""

import signal
import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is told otherwise there")
@pytest.mark.parametrize("module", ["video.decoding.worker", "media.pictures.worker"])
def test_ctrl_c_in_the_terminal_leaves_the_end_to_the_parent(module: str) -> None:
    command = [sys.executable, "-c", f"import {module} as worker; print('here', flush=True); worker.main()"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().strip() == b"here"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.stdin.close()
        process.wait(5)
        assert b"Fatal" not in process.stderr.read()
