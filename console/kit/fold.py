"""Words as people search for them."""

import unicodedata


def fold(text: str) -> str:
    """Without case and accents, so that `epee` finds `Épée`."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
