"""Fault matrix: a damaged database is found at the start, and the runbook brings the city back."""

import subprocess
import sys
from pathlib import Path

from backend.storage.opening import DATABASE_FILE
from tests.backend.storage.backup.kept_city import PASSPHRASE, KeptCity

_MAIN = Path(__file__).parents[2] / "main.py"


def _main(*arguments: object) -> subprocess.CompletedProcess[str]:
    words = [str(argument) for argument in arguments]
    return subprocess.run(
        [sys.executable, str(_MAIN), *words],
        check=False,
        input=PASSPHRASE + "\n",
        text=True,
        capture_output=True,
        timeout=60,
    )


async def test_f19_a_damaged_page_stops_the_start_and_the_runbook_restores_it(tmp_path: Path) -> None:
    city = KeptCity(tmp_path)
    await city.build()
    await city.happen(50)
    await city.stop()
    file = tmp_path / "city.beffroi-backup"
    made = _main("backup", file, "--data", city.data, "--passphrase-stdin")
    assert (made.returncode, "was made" in made.stdout) == (0, True), made.stderr
    database = city.data / DATABASE_FILE
    content = bytearray(database.read_bytes())
    content[4096 * 3 : 4096 * 12] = b"\xa5" * 4096 * 9  # as dd does
    database.write_bytes(content)

    refused = _main("backend", "--listen", "127.0.0.1:0", "--data", city.data)
    assert refused.returncode == 1
    assert "damaged" in refused.stderr
    assert "restore the last backup" in refused.stderr

    # The runbook of docs/backup.md, line by line.
    checked = _main("backup", "--check", file, "--passphrase-stdin")
    assert (checked.returncode, "is whole" in checked.stdout) == (0, True), checked.stderr
    restored = _main("restore", file, "--data", city.data, "--replace", "--passphrase-stdin")
    assert restored.returncode == 0, restored.stderr
    assert "Restored and proven" in restored.stdout
    audit = _main("audit", "verify", "--data", city.data)
    assert audit.stdout.startswith("The journal is whole: 53 rows")
    damaged = next(city.data.glob("before-restore-*")) / DATABASE_FILE
    assert damaged.read_bytes() == bytes(content)  # what is damaged is kept for whoever looks into it


def test_passphrases_are_asked_for_in_words(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).touch()
    none = _main("backup", tmp_path / "x", "--data", tmp_path, "--passphrase-file", tmp_path / "nowhere")
    assert (none.returncode, "cannot be read" in none.stderr) == (2, True)
    nowhere = _main("backup", tmp_path / "x", "--data", tmp_path / "nothing", "--passphrase-stdin")
    assert (nowhere.returncode, "There is no city" in nowhere.stderr) == (1, True)
