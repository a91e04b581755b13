"""The reading child: one file of assets into rows, in a process of its own with bounds on time and memory.

python -m backend.services.import_files.child   (what to read comes as JSON on standard input)
"""

import gc
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from backend.devkit.bounded_child import bound_this_process
from backend.services.import_files.read_file import write_table
from backend.services.import_files.reading import ReadOrder, read_table
from backend.services.import_files.rows import FileRefused

MOST_SECONDS: Final = 900
_MOST_MEMORY: Final = 6 * 2**30
_MOST_WRITTEN: Final = 4 * 2**30


def main() -> int:
    """Read as ordered; why not, as one line of JSON. Returns 0 unless the child itself fails."""
    bound_this_process(seconds=MOST_SECONDS, memory=_MOST_MEMORY, written=_MOST_WRITTEN)
    gc.disable()  # the process ends with its one file, and its memory is bounded: a collector only costs time
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=ReadOrder)
    refused = ""
    try:
        with tempfile.TemporaryDirectory(dir=Path(order.out).parent) as folder:
            table = read_table(Path(order.path), order, Path(folder), is_cancelled=lambda: False)
        write_table(table, Path(order.out))
    except FileRefused as error:
        refused = str(error)
    except (MemoryError, RecursionError):
        refused = "the file is too large to be read: split it"
    except OSError as error:
        refused = f"the file cannot be read: {error.strerror or type(error).__name__}"
    sys.stdout.buffer.write(msgspec.json.encode(refused))
    return 0


if __name__ == "__main__":
    sys.exit(main())
