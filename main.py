"""Beffroi's one command: the console by default, or the part that the first word names."""

import importlib.util
import os
import sys
from pathlib import Path

USAGE = """usage: python3 main.py [COMMAND] [options]

without a command, the console opens (options: --demo --server URL --workspace NAME
--ca FILE --screenshots DIR --quit-after S --lang fr|en --theme dark|light)

commands:
  backend   the backend: device connections, register, journal, alarms, claims, API
  city      the demo city's field devices, in a process of their own
  media     the media process: opens cameras once, relays under tickets (the backend starts it)
  import    take assets from a file into the register: CSV, XLSX, GeoJSON, GeoPackage, shapefiles
  export    write assets of the register to such a file
  base-map  add, list, remove or check base maps: files and tile servers
  user      add, list or change accounts
  audit     verify the journal's chain
  backup    the whole city in one file, also while the backend runs
  restore   a city from its backup
  update    whether a package with another version is signed, whole and newer
  evidence  the fingerprint of the city's evidence key; verify an evidence package

each command explains itself: python3 main.py COMMAND --help
"""


def _leave_no_core() -> None:
    """What dies leaves no image of its memory: passwords, keys and pictures are in it. Children inherit this."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


NO_PACKAGES = """The packages that Beffroi stands on are not here (no {environment}).
Type `make setup` once: it downloads them into {environment}, and asks apt for what Qt needs."""


def start(arguments: list[str]) -> int:
    """Do as asked, under a Python that has our packages: this one, else that of `make setup`. Returns the exit code."""
    if importlib.util.find_spec("qasync") is not None:
        return main(arguments)
    folder = Path(__file__).resolve().parent
    environment = folder / ".venv"
    own = environment / "bin" / "python"
    if own.exists() and Path(sys.prefix).resolve() != environment:
        os.execv(own, [str(own), str(folder / "main.py"), *arguments])  # noqa: S606  # the very same program
    if arguments and arguments[0] in {"help", "-h", "--help"}:
        print(USAGE, end="")
        return 0
    print(NO_PACKAGES.format(environment=environment), file=sys.stderr)
    return 1


def main(arguments: list[str]) -> int:
    """Hand over to the part that is asked for. Returns the process's exit code."""
    _leave_no_core()
    command = arguments[0] if arguments else ""
    rest = arguments[1:]
    match command:
        case "backend":
            from backend import cli

            return cli.main(rest)
        case "city":
            from city import cli as city_cli

            return city_cli.main(rest)
        case "media":
            from media import cli as media_cli

            return media_cli.main(rest)
        case "import":
            from backend.commands import importing

            return importing.main(rest)
        case "export":
            from backend.commands import exporting as asset_exporting

            return asset_exporting.main(rest)
        case "base-map":
            from backend.commands import base_maps

            return base_maps.main(rest)
        case "user":
            from backend.commands import users

            return users.main(rest)
        case "export-map":
            from exported_maps import command as exporting

            return exporting.main(rest)
        case "evidence":
            from backend.commands import evidence

            return evidence.main(rest)
        case "backup":
            from backend.commands import backup

            return backup.main(rest)
        case "restore":
            from backend.commands import restore

            return restore.main(rest)
        case "update":
            from backend.commands import update

            return update.main(rest)
        case "audit":
            from backend.commands import audit

            return audit.main(rest)
        case "help":
            print(USAGE, end="")
            return 0
        case _ if command and not command.startswith("-"):
            print(f"{command}: no such command\n\n{USAGE}", end="", file=sys.stderr)
            return 2
        case _:
            from console import cli as console_cli

            return console_cli.main(arguments)


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
