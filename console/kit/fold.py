"""Words as people search for them."""

import unicodedata


def fold(text: str) -> str:
    """Without case and accents, so that `epee` finds `Épée`."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
