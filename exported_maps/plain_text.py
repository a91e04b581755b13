"""Names come from anywhere: what is left of them is one line of text that shows what it says."""

import unicodedata

LONGEST = 300

# Control (Cc), format (Cf: RTL overrides, zero widths, tags), surrogates, private use and unassigned letters.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_BREAKS = {"\t", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"}


def plain(text: str, longest: int = LONGEST) -> str:
    """`text` on one line, without letters that are not seen or turn the others round; cut with an ellipsis."""
    kept = text[: longest * 8]
    if not (kept.isascii() and kept.isprintable()):
        kept = "".join(
            " " if letter in _BREAKS else letter
            for letter in kept
            if letter in _BREAKS or unicodedata.category(letter) not in _UNSEEN
        )
    kept = " ".join(kept.split(" ")).strip()
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"
