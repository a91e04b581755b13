"""How workspaces are called on screen: those that came with the console in the language of its user."""

from console.shell.default_workspaces import DEFAULTS
from widgets.texts import Texts


def shown_name(key: str, tr: Texts) -> str:
    """The name of a workspace; one that people named themselves stands as it is, and so does whose it is."""
    name, opens, owner = key.partition(" (")
    return f"{tr(_text_of(name))}{opens}{owner}" if name in DEFAULTS else key


def named_by(shown: str, tr: Texts) -> str:
    """Under which name it is kept when somebody types what is shown."""
    typed = shown.strip().casefold()
    return next((name for name in DEFAULTS if tr(_text_of(name)).casefold() == typed), shown)


def _text_of(name: str) -> str:
    return f"workspace.named.{name.replace('-', '_')}"
