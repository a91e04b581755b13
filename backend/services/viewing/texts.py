"""What is said of pictures that are not given, of masks, and of heads that another holds."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    # Why there is no picture
    "no_camera": "there is no such camera",
    "streams": 'a camera has a stream "sub" and a stream "main"',
    "viewing_reason": "a reason has {count} characters at most",
    "no_picture": "{asset} is in the register only: it has no live picture",
    "camera_not_running": "{asset} gives no live picture now: its connection is not running",
    "sound_off": "cameras are not listened to here: the service does not allow their sound (--camera-sound)",
    "sound_camera": "{asset} may be seen, not heard: its register forbids its sound",
    "sound_masked": "{asset} is masked: its sound is not given while its masks are in place",
    "purpose_needed": "recordings, stills, evidence and lifted masks need a reason: say why you watch, then ask again",
    "purpose_reason": "say why in words, with {count} characters at most",
    "purpose_reference": "an incident or a requisition is named on one line, with {count} characters at most",
    "viewing_right": "it takes the right to see {asset}, and yours has changed: ask again",
    "viewing_login": "your login has ended: log in, then ask again",
    "period_order": "a period ends after it begins, and begins before now",
    "period_long": "recordings are watched {hours} hours at a time: ask for a shorter period",
    "period_old": "recordings are kept {days} days at most: nothing older is left",
    "no_footage": "no recordings are kept here: the video service has no place for them",
    "still_at": "there is no picture of the future: name a time that has passed",
    "still_large": "the picture is larger than {count} MB and was not taken over",
    # Masks
    "mask_count": "a camera has {count} masks at most",
    "mask_name": "each mask has an id of its own, and a name of one line",
    "mask_corners": "a mask has 3 to {count} corners",
    "mask_outside": "a mask lies within the picture: its corners are shares of it, 0 to 1",
    "mask_flat": "a mask covers some part of the picture",
    "mask_crossed": "the edges of a mask do not cross one another: draw it as two masks",
    "mask_stale": "somebody has changed the masks of {asset} meanwhile: look at them, then draw again",
    "mask_reason": "say why the masks are changed, with {count} characters at most",
    "lift_minutes": "masks are lifted for 1 to {minutes} minutes",
    "lift_nothing": "{asset} has no masks to lift",
    "lift_gone": "the masks of {asset} are not lifted for you",
    # Heads
    "head_held": "{who} moves {asset} until {until}: ask for it, or take it over if you may",
    "head_not_yours": "{who} holds {asset} now: yours has ended",
    "head_console_gone": "the console that moved {asset} is gone: try again in a second",
    "head_free": "nobody holds {asset}",
    "head_rank": "{who} holds {asset}: it takes the right to manage it, or to rank above",
    "head_act": "a head is taken, renewed, released or taken over",
}
