"""A trial's figures: what a rule would have told beside what was told, and where nothing is known."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from backend.domain.alarms.trying import Episode, Stretch, Tried
from contract.alarm_rules import TrialAsset, TrialBasis, TrialOnset, TrialResult

BINS = 48
MOST_ONSETS = 200
MOST_ASSETS = 20
_CLOSE_S = 60.0  # two onsets this near are the same happening, told with another delay


class AssetTrial(msgspec.Struct, frozen=True):
    """One asset's part. Times are UTC timestamps."""

    asset_id: int
    asset_code: str
    tried: Tried
    did: tuple[Episode, ...]


def result_of(
    parts: Sequence[AssetTrial], since: float, until: float, basis: TrialBasis, *, is_thinned: bool, left_out: int
) -> TrialResult:
    """The figures of all assets together."""
    would_bins, did_bins, unknown_bins = [0] * BINS, [0] * BINS, [0.0] * BINS
    assets: list[TrialAsset] = []
    onsets: list[TrialOnset] = []
    kept = new = removed = 0
    for part in parts:
        would, did = within(part.tried.onsets, since, until), within(part.did, since, until)
        matched = [_has_like(episode, part.did, until) for episode in would]
        kept += sum(matched)
        new += len(matched) - sum(matched)
        removed += sum(not _has_like(episode, part.tried.onsets, until) for episode in did)
        for episode, is_known in zip(would, matched, strict=True):
            onsets.append(_onset(part.asset_id, episode, is_new=not is_known))
        _count(would_bins, would, since, until)
        _count(did_bins, did, since, until)
        _shade(unknown_bins, part.tried.unknown, since, until)
        unknown_s = sum(stretch.until - stretch.since for stretch in part.tried.unknown)
        assets.append(
            TrialAsset(
                asset_id=part.asset_id, asset_code=part.asset_code, would=len(would), did=len(did), unknown_s=unknown_s
            )
        )
    total_s = (until - since) * len(parts)
    assets.sort(key=lambda asset: (-max(asset.would, asset.did), asset.asset_code))
    onsets.sort(key=lambda onset: (not onset.is_new, onset.at))
    return TrialResult(
        would=sum(would_bins),
        did=sum(did_bins),
        kept=kept,
        removed=removed,
        new=new,
        asset_count=len(parts),
        unknown_share=min(sum(asset.unknown_s for asset in assets) / total_s, 1.0) if total_s else 0.0,
        basis=basis,
        would_bins=tuple(would_bins),
        did_bins=tuple(did_bins),
        unknown_bins=tuple(round(seconds / (total_s / BINS), 3) if total_s else 0.0 for seconds in unknown_bins),
        assets=tuple(assets[:MOST_ASSETS]),
        onsets=tuple(onsets[:MOST_ONSETS]),
        is_thinned=is_thinned,
        left_out=left_out,
    )


def within(episodes: Sequence[Episode], since: float, until: float) -> Sequence[Episode]:
    """Those that began in the period."""
    return [episode for episode in episodes if since <= episode.came_at < until]


def _has_like(episode: Episode, others: Sequence[Episode], until: float) -> bool:
    end = until if episode.went_at is None else episode.went_at
    return any(
        abs(other.came_at - episode.came_at) <= _CLOSE_S
        or (other.came_at < end and (until if other.went_at is None else other.went_at) > episode.came_at)
        for other in others
    )


def _onset(asset_id: int, episode: Episode, *, is_new: bool) -> TrialOnset:
    cleared_at = None if episode.went_at is None else dt.datetime.fromtimestamp(episode.went_at, dt.UTC)
    at = dt.datetime.fromtimestamp(episode.came_at, dt.UTC)
    return TrialOnset(asset_id=asset_id, at=at, cleared_at=cleared_at, is_new=is_new)


def _count(bins: list[int], episodes: Sequence[Episode], since: float, until: float) -> None:
    for episode in episodes:
        bins[min(int((episode.came_at - since) / (until - since) * BINS), BINS - 1)] += 1


def _shade(bins: list[float], stretches: Sequence[Stretch], since: float, until: float) -> None:
    width = (until - since) / BINS
    for stretch in stretches:
        first = max(int((stretch.since - since) / width), 0)
        last = min(int((stretch.until - since) / width), BINS - 1)
        for index in range(first, last + 1):
            begin = since + index * width
            bins[index] += max(0.0, min(stretch.until, begin + width) - max(stretch.since, begin))
