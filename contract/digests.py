"""The digest of a topic, which both sides must reckon alike: the sum of its (id, version) terms."""

import functools
import zlib

from contract.stream import AlarmsBody, AssetsBody, Body, ClaimsBody, PointsBody, StatesBody

_MASK = (1 << 64) - 1


def digest_term(item_id: int, version: int) -> int:
    """The share of one (id, version) pair: a sum of them lets either side keep a digest in constant time.

    The mixing is splitmix64's.
    """
    mixed = (item_id * 0x9E3779B97F4A7C15 + version * 0xC2B2AE3D27D4EB4F + 0x165667B19E3779F9) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return mixed ^ (mixed >> 31)


@functools.lru_cache(maxsize=4096)
def text_key(text: str) -> int:
    """A number that stands for a point's name or a claim's id in digests."""
    return zlib.crc32(text.encode())


class TopicDigest:
    """The versions held of one topic, and their digest (modulo 2**64)."""

    def __init__(self) -> None:
        self._versions: dict[int, int] = {}
        self.digest = 0

    def apply(self, body: Body) -> None:
        """Take in a snapshot (into a new one) or the changes that follow."""
        match body:
            case AssetsBody():
                for asset in body.assets:
                    self._hold(asset.id, asset.version)
                for asset_id in body.removed:
                    self._drop(asset_id)
            case StatesBody():
                ids = memoryview(body.ids).cast("I")
                versions = memoryview(body.versions).cast("I")
                for asset_id, version in zip(ids, versions, strict=True):
                    self._hold(asset_id, version)
            case PointsBody():
                for row in body.rows:
                    self._hold((row.asset_id << 32) | text_key(row.point), row.version)
            case AlarmsBody():
                for alarm in body.alarms:
                    self._hold(alarm.id, alarm.version)
            case ClaimsBody():
                for claim in body.claims:
                    self._hold(text_key(claim.id), 1)
                for claim_id in body.released:
                    self._drop(text_key(claim_id))

    def _hold(self, item_id: int, version: int) -> None:
        held = self._versions.get(item_id)
        if held is not None:
            self.digest -= digest_term(item_id, held)
        self._versions[item_id] = version
        self.digest = (self.digest + digest_term(item_id, version)) & _MASK

    def version_of(self, item_id: int) -> int:
        """The version held of an item, 0 when there is none."""
        return self._versions.get(item_id, 0)

    def _drop(self, item_id: int) -> None:
        held = self._versions.pop(item_id, None)
        if held is not None:
            self.digest = (self.digest - digest_term(item_id, held)) & _MASK
