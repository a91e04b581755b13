"""What a form of named fields is made of: values without Qt."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FormField:
    """One field: its name, and the choices (value, words) where there are only some."""

    key: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
