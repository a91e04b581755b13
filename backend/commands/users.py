"""`python main.py user add|list|password`: accounts, when no backend runs."""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Sequence

from backend.commands import data_directory
from backend.devkit.clock import SystemClock
from backend.services.account_book import AccountRefused
from backend.services.accounts import ROLE_GRANTS
from backend.services.feed_relay import FeedRelay
from backend.services.identity import Identity
from backend.storage.sql import SqlStorage
from contract.rights import User

_BY = "command line"


class _NoPassword(Exception):
    """No password was given, or two different ones; the text says which."""


def main(argv: Sequence[str]) -> int:
    """Returns 0 when done, 1 when refused, 2 for wrong usage, 3 when a backend has the data open."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    password = ""
    if options.act != "list":
        try:
            password = _read_password(is_from_stdin=options.password_stdin)
        except _NoPassword as error:
            return data_directory.say(str(error), data_directory.USAGE)

    async def work(storage: SqlStorage) -> int:
        identity = Identity(storage, FeedRelay(), SystemClock())
        try:
            await identity.open()
            return await _act(identity, options, password)
        except AccountRefused as error:
            return data_directory.say(f"Refused: {error}.", data_directory.REFUSED)
        finally:
            identity.close()

    return asyncio.run(data_directory.with_storage(options, work, may_be_new=options.act == "add"))


async def _act(identity: Identity, options: argparse.Namespace, password: str) -> int:
    if options.act == "list":
        for user in identity.users():
            state = "" if user.is_active else "  (deactivated)"
            sys.stdout.write(f"{user.name:24} {user.role:16} {user.display_name}{state}\n")
    elif options.act == "add":
        user = User(
            name=options.name,
            person=options.person or options.display_name or options.name,
            display_name=options.display_name or options.name,
            role=options.role,
            grants=ROLE_GRANTS[options.role],
        )
        await identity.add_user(user, password, by=_BY)
        sys.stdout.write(f"The account {user.name} was added with the role {user.role}.\n")
    else:
        await identity.set_password(options.name, password, by=_BY)
        sys.stdout.write(f"The password of {options.name} was changed; its logins have ended.\n")
    return data_directory.OK


def _read_password(*, is_from_stdin: bool) -> str:
    """Asked twice on the terminal, or one line of standard input; never from the command line."""
    if is_from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise _NoPassword("No password came on standard input.")
        return password
    try:
        password = getpass.getpass("Password: ")
        again = getpass.getpass("The same again: ")
    except (EOFError, KeyboardInterrupt) as error:
        raise _NoPassword("No password was typed. Without a terminal use --password-stdin.") from error
    if password != again:
        raise _NoPassword("The two passwords are not the same.")
    return password


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py user",
        description="Adds, lists and changes accounts while no backend runs. Passwords are never on the command line.",
        epilog=data_directory.EXIT_CODES,
    )
    acts = parser.add_subparsers(dest="act", required=True, metavar="add|list|password")
    add = acts.add_parser("add", help="add an account")
    add.add_argument("name", help="a-z, 0-9, dot, dash, underscore")
    add.add_argument("--role", choices=sorted(ROLE_GRANTS), default="operator", help="what it may do at first")
    add.add_argument("--display-name", default="", help="as shown on screens")
    add.add_argument("--person", default="", help="whose account it is: two accounts of one person count as one")
    password = acts.add_parser("password", help="change a password")
    password.add_argument("name")
    for asking in (add, password):
        asking.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    for act in (add, password, acts.add_parser("list", help="list the accounts")):
        data_directory.add_arguments(act)
    return parser
