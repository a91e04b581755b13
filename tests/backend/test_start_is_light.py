"""A backend that was killed is back within seconds: what only its children need is not loaded by itself."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHILDREN_ONLY = ("pandas", "pyogrio", "openpyxl", "av", "cv2", "amqtt", "folium")


def test_the_backend_starts_without_what_reads_and_writes_files_for_it() -> None:
    program = f"import sys, backend.bootstrap; print(*[name for name in {CHILDREN_ONLY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
