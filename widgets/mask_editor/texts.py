"""Every word the mask editor says, handed in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MaskEditorTexts:
    """Words; those with {placeholders} are filled by the editor."""

    name: str = "Privacy masks on the picture"
    keys: str = (
        "Drag for a rectangle, click corner by corner for a polygon and Return to close it, drag corners or masks, "
        "double-click an edge for a new corner. Tab chooses the next mask, arrows move it, Delete removes it, "
        "Control Z takes back."
    )
    empty: str = "No mask. Drag over what nobody may see."
    no_picture: str = "No picture yet: masks can be drawn all the same."
    mask: str = "Mask {number}"
