"""How the console was asked to run."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from console.kit.translations import LANGUAGES
from console.shell.trust import NoAuthority, context_of
from widgets.look import THEMES


@dataclass(frozen=True)
class ConsoleOptions:
    """Everything the console is told at start; None = as remembered, else the default."""

    server_url: str | None = None
    is_demo: bool = False
    workspace: str | None = None
    screenshots: Path | None = None
    quit_after_s: float | None = None
    language: str | None = None
    theme: str | None = None
    config_folder: Path = Path(platformdirs.user_config_dir("beffroi"))
    backend_command: tuple[str, ...] = ()
    keeps_login: bool = True
    authority: Path | None = None  # whose certificate vouches for the server
    is_kiosk: bool = False  # full screen, and no way out without the password of somebody who may
    screen_count: int | None = None  # None: one window a physical screen


def parse(argv: list[str]) -> ConsoleOptions:
    """Read the command line; wrong use exits with 2 and says why, as argparse does."""
    parser = argparse.ArgumentParser(
        prog="main.py",
        description="Open the console. With no --server it starts its own backend and ends it when it leaves.",
        epilog="Other parts (backend, import, user, backup, restore ...): python3 main.py help lists them.",
    )
    parser.add_argument("--server", metavar="URL", help="the backend to use, e.g. https://control.example:8443")
    parser.add_argument(
        "--ca", metavar="FILE", type=Path, help="trust only this authority (PEM) for --server; remembered for it"
    )
    parser.add_argument("--demo", action="store_true", help="a demo city with demo accounts, in its own data folder")
    parser.add_argument("--workspace", metavar="NAME", help="open this workspace (operator, operator-3-screens, ...)")
    parser.add_argument(
        "--kiosk",
        action="store_true",
        help="full screen; left with the password of who manages the city",
    )
    parser.add_argument("--screenshots", metavar="DIR", type=Path, help="write a picture of every screen to DIR")
    parser.add_argument("--quit-after", metavar="S", type=float, help="leave after S seconds")
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the screens")
    parser.add_argument("--theme", choices=THEMES, help="colours of the screens")
    asked = parser.parse_args(argv)
    if asked.server and asked.demo:
        parser.error("--demo starts its own city and backend: it cannot be used with --server")
    if asked.server and not asked.server.startswith(("http://", "https://")):
        parser.error(f"--server must begin with http:// or https://, not {asked.server}")
    if asked.ca is not None:
        if not asked.server or not asked.server.startswith("https://"):
            parser.error("--ca goes with --server https://...")
        try:
            context_of(asked.ca)
        except NoAuthority as error:
            parser.error(f"--ca: this file holds no certificate that can be used ({error})")
    if asked.screenshots is not None:
        try:
            asked.screenshots.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"--screenshots: the folder {asked.screenshots} cannot be made: {error.strerror}")
    return ConsoleOptions(
        server_url=asked.server,
        is_demo=asked.demo,
        workspace=asked.workspace,
        is_kiosk=asked.kiosk,
        authority=None if asked.ca is None else asked.ca.resolve(),
        screenshots=asked.screenshots,
        quit_after_s=asked.quit_after,
        language=asked.lang,
        theme=asked.theme,
        config_folder=Path(platformdirs.user_config_dir("beffroi-demo" if asked.demo else "beffroi")),
        backend_command=_backend_command(is_demo=asked.demo),
    )


def _backend_command(*, is_demo: bool) -> tuple[str, ...]:
    main = Path(__file__).parents[2] / "main.py"
    command = (sys.executable, str(main), "backend", "--child", "--listen", "127.0.0.1:0")
    return (*command, "--demo") if is_demo else command
