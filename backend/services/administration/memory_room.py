"""How much memory the process may still take: of the machine, its cgroups, its own limits; the tightest counts."""

import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

_KB: Final = 1_024
_V2: Final = ("memory.max", "memory.current", "")
_V1: Final = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_")
_OWN_LIMITS: Final = ((resource.RLIMIT_DATA, "VmData"), (resource.RLIMIT_AS, "VmSize"))


class Room(NamedTuple):
    """In bytes. What the system would give back at once (the cache of files) is not taken."""

    limit: int
    free: int

    @property
    def free_percent(self) -> float:
        """Of the limit."""
        return 100 * self.free / max(1, self.limit)


def tightest_room(
    proc: Path = Path("/proc"),
    cgroups: Path = Path("/sys/fs/cgroup"),
    own_limit: Callable[[int], tuple[int, int]] = resource.getrlimit,
) -> Room | None:
    """Where least is left; None where nothing can be known."""
    rooms = [*_machine(proc), *_own(proc, own_limit), *_groups(proc, cgroups)]
    return min(rooms, key=lambda room: room.free, default=None)


def _machine(proc: Path) -> Iterator[Room]:
    told = _kilobytes(proc / "meminfo")
    if "MemTotal" in told and "MemAvailable" in told:
        yield Room(told["MemTotal"], told["MemAvailable"])


def _own(proc: Path, own_limit: Callable[[int], tuple[int, int]]) -> Iterator[Room]:
    told = _kilobytes(proc / "self" / "status")
    for which, name in _OWN_LIMITS:
        limit = own_limit(which)[0]
        if limit != resource.RLIM_INFINITY and name in told:
            yield Room(limit, max(0, limit - told[name]))


def _groups(proc: Path, cgroups: Path) -> Iterator[Room]:
    """Of our cgroup and of each above it: any of them may be the one that bounds us."""
    for line in _text(proc / "self" / "cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers == "":
            top, names = cgroups, _V2
        elif "memory" in controllers.split(","):
            top, names = cgroups / "memory", _V1
        else:
            continue
        place = top / path.lstrip("/")
        while place.is_relative_to(top):
            yield from _group(place, *names)
            place = place.parent


def _group(place: Path, limit_name: str, used_name: str, prefix: str) -> Iterator[Room]:
    limit, used = _text(place / limit_name).strip(), _text(place / used_name).strip()
    if limit.isdecimal() and used.isdecimal():  # "max" is no limit
        stat = dict(line.split(" ", 1) for line in _text(place / "memory.stat").splitlines() if " " in line)
        # Files that were read twice are "active", and given back as well: a busy cache is no shortness.
        caches = [stat.get(f"{prefix}{name}", "0") for name in ("inactive_file", "active_file")]
        taken = int(used) - sum(int(cache) for cache in caches if cache.isdecimal())
        yield Room(int(limit), max(0, int(limit) - taken))


def _kilobytes(file: Path) -> dict[str, int]:
    """The lines of a file of /proc that tell kB, in bytes."""
    told: dict[str, int] = {}
    for line in _text(file).splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if len(words) == 2 and words[0].isdecimal() and words[1] == "kB":
            told[name] = int(words[0]) * _KB
    return told


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii", "replace")
    except OSError:
        return ""
