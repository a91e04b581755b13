"""What the key pictures of one camera say of it: frozen, dark, covered, blurred, moved, in motion."""

from math import hypot
from typing import Final

import cv2
import numpy as np

from media.pictures.messages import Seen
from media.pictures.sights import Floats, Grey, KeyPicture, displacement, edges, likeness, textures

FROZEN_S: Final = 10.0
MOVED_S: Final = 150.0  # a lorry in front of the lens leaves, a bumped camera does not
RELEARN_S: Final = 6 * 3600.0  # a view that stays so long is the camera's own
LEARNING_LOOKS: Final = 10
_TEXTURED: Final = 5.0
_LIGHTS: Final = 64  # grey levels: by day, at dusk and by night a camera is another one


class Held:
    """A condition that comes after `enter_s` of evidence and goes after `leave_s` of the contrary, so that none flaps.

    Evidence None (not sure, cannot tell) leaves it as it is; a third of the time may be spent not sure.
    """

    def __init__(self, *, enter_s: float, leave_s: float) -> None:
        self._waits = {True: enter_s, False: leave_s}
        self._against_since: float | None = None
        self._against_at = 0.0
        self.value: bool | None = None

    def take(self, evidence: bool | None, at: float) -> bool | None:
        """The condition after this evidence."""
        if evidence is None or evidence is self.value:
            if evidence is not None or at - self._against_at > self._waits[not self.value] / 3:
                self._against_since = None
            return self.value
        if self._against_since is None:
            self._against_since = at
        self._against_at = at
        # A camera that was never seen is taken to be well at once, and ill only after a while.
        wait = 0.0 if self.value is None and not evidence else self._waits[evidence]
        if at - self._against_since >= wait:
            self.value, self._against_since = evidence, None
        return self.value

    def forget(self) -> None:
        """Not known any more."""
        self.value, self._against_since = None, None


class _Learned:
    """What is usual for a camera in one light."""

    def __init__(self, sharpness: Floats, outlines: Floats) -> None:
        self.looks = 1
        self.sharpness = sharpness
        self.outlines = outlines
        self.likeness = likeness(outlines, outlines)

    def learn(self, sharpness: Floats, outlines: Floats, alike: Floats) -> None:
        """One of the first looks; the least like of them is still usual."""
        self.looks += 1
        self.follow(sharpness, outlines, 1 / self.looks)
        self.likeness = np.minimum(self.likeness, alike)

    def follow(self, sharpness: Floats, outlines: Floats, share: float) -> None:
        """Seasons and leaves change what is usual."""
        self.sharpness += (sharpness - self.sharpness) * np.float32(share)
        self.outlines += (outlines - self.outlines) * np.float32(share)

    def sharpness_now(self, sharpness: Floats) -> float:
        """As a share of the usual: of the better cells, so that a lorry before the lens is no blur."""
        return float(np.percentile(sharpness / np.maximum(self.sharpness, 1e-4), 70))

    def is_elsewhere(self, alike: Floats) -> bool | None:
        """Whether most of the outlines that are always there are not; None when not sure."""
        steady = self.likeness > 0.3
        if steady.sum() < 3:
            return None
        gone = float((alike[steady] < 0.45 * self.likeness[steady]).mean())
        return True if gone > 0.7 else False if gone < 0.5 else None


class CameraEye:
    """Looks at one stream of a camera, a key picture every few seconds; times are wall or monotonic seconds."""

    def __init__(self, *, moved_s: float = MOVED_S) -> None:
        self._frozen = Held(enter_s=0.0, leave_s=4.0)
        self._dark = Held(enter_s=6.0, leave_s=6.0)
        self._covered = Held(enter_s=8.0, leave_s=6.0)
        self._blurred = Held(enter_s=20.0, leave_s=10.0)
        self._moved = Held(enter_s=moved_s, leave_s=20.0)
        self._motion = Held(enter_s=0.0, leave_s=10.0)
        self._digest = b""
        self._same_since = 0.0
        self._same = 0
        self._usual_texture: Floats | None = None
        self._texture_looks = 0
        self._learned: dict[int, _Learned] = {}
        self._moved_since: float | None = None
        self._displaced = (0.0, 0.0)
        self._background: Floats | None = None
        self._noise = 1.0

    def look(self, picture: KeyPicture, at: float, *, expects_movement: bool = False) -> Seen:
        """What is known after this picture. `expects_movement`: a camera that turns has no view of its own."""
        mean = float(picture.small.mean())
        dark = self._dark.take(darkness(picture.small), at)
        covered = self._covered.take(self._covering(picture.small, expects_movement=expects_movement), at)
        can_judge = self._dark.value is False and self._covered.value is not True and darkness(picture.small) is False
        if expects_movement:
            self._learned.clear()
            self._moved.forget()
            self._blurred.forget()
        elif can_judge and self._is_textured():
            self._judge_view(picture, int(mean) // _LIGHTS, at)
        return Seen(
            is_frozen=self._frozen.take(self._freezing(picture.digest, at), at),
            is_dark=dark,
            is_covered=covered,
            is_blurred=self._blurred.value,
            is_moved=self._moved.value,
            is_in_motion=self._motion.take(self._stirring(picture.small), at),
        )

    def _freezing(self, digest: bytes, at: float) -> bool | None:
        if digest != self._digest:
            is_first = not self._digest
            self._digest, self._same_since, self._same = digest, at, 1
            return None if is_first else False
        self._same += 1
        return True if at - self._same_since >= FROZEN_S and self._same >= 3 else None

    def _covering(self, small: Grey, *, expects_movement: bool) -> bool | None:
        """Cells that usually show something show nothing."""
        now = textures(small)
        if darkness(small) is not False:
            return None
        if self._usual_texture is None:
            self._usual_texture = now
        usual = self._usual_texture
        known = usual > _TEXTURED
        if known.mean() < 0.08:
            evidence = None
            lost = 0.0
        elif expects_movement:
            lost = 1.0 - min(1.0, float((now > _TEXTURED).mean()) / float(known.mean()))
            evidence = _between(lost, low=0.6, high=0.92)
        else:
            lost = float((now[known] < np.maximum(2.5, 0.35 * usual[known])).mean())
            evidence = _between(lost, low=0.4, high=0.7)
        if lost < 0.4:
            self._texture_looks += 1
            usual += (now - usual) * np.float32(max(1 / self._texture_looks, 0.01))
        return evidence

    def _is_textured(self) -> bool:
        return self._usual_texture is not None and float((self._usual_texture > _TEXTURED).mean()) >= 0.08

    def _judge_view(self, picture: KeyPicture, light: int, at: float) -> None:
        outlines = edges(picture.small)
        learned = self._learned.get(light)
        if learned is None:
            # In a new light a camera known to be ill is not learned as if it were well.
            if not self._moved.value and not self._blurred.value:
                self._learned[light] = _Learned(picture.sharpness, outlines)
            return
        alike = likeness(learned.outlines, outlines)
        if learned.looks < LEARNING_LOOKS:
            learned.learn(picture.sharpness, outlines, alike)
            self._blurred.take(None if learned.looks < LEARNING_LOOKS else False, at)
            self._moved.take(None if learned.looks < LEARNING_LOOKS else False, at)
            return
        ratio = learned.sharpness_now(picture.sharpness)
        self._blurred.take(_between(-ratio, low=-0.6, high=-0.4), at)
        has_moved = self._is_displaced(learned.outlines, outlines) or learned.is_elsewhere(alike)
        self._moved.take(has_moved, at)
        if has_moved is False and ratio > 0.6:
            learned.follow(picture.sharpness, outlines, 0.005)
        self._accept_a_view_that_stays(at)

    def _is_displaced(self, usual: Floats, outlines: Floats) -> bool:
        """Measured: traffic displaces nothing, or somewhere else at each look; a bumped camera stays displaced."""
        x, y, sure = displacement(usual, outlines)
        (old_x, old_y), self._displaced = self._displaced, (x, y)
        return sure > 0.12 and hypot(x, y) > 2.5 and hypot(x - old_x, y - old_y) < 1.5

    def _accept_a_view_that_stays(self, at: float) -> None:
        if not self._moved.value:
            self._moved_since = None
        elif self._moved_since is None:
            self._moved_since = at
        elif at - self._moved_since >= RELEARN_S:
            self._learned.clear()
            self._moved.forget()
            self._moved_since = None

    def _stirring(self, small: Grey) -> bool | None:
        """Whether something is where the usual picture shows nothing; None when the whole picture is another."""
        now = np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.float32)
        if self._background is None:
            self._background = now
            return None
        change = now - self._background
        change -= np.median(change)  # the light of the whole picture
        change = np.abs(change)
        self._noise += (float(np.median(change)) - self._noise) * 0.1
        share = float((change > max(12.0, 5.0 * self._noise)).mean())
        if share > 0.5:
            self._background = now
            return None
        self._background += (now - self._background) * np.float32(0.2)
        return share > 0.004


def darkness(small: Grey) -> bool | None:
    """Whether a picture shows next to nothing for want of light; None in between. A lit window is enough to see."""
    mean, bright = float(small.mean()), float(np.percentile(small, 99))
    if mean < 14 and bright < 48:
        return True
    return False if mean > 20 or bright > 64 else None


def _between(value: float, *, low: float, high: float) -> bool | None:
    """True above, False below, None between the thresholds."""
    return True if value > high else False if value < low else None
