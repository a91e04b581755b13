"""Sixteen cameras recorded beside ffmpeg; moments looked up in recordings, masks burnt in, conditions watched."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Final

import psutil

from bench.city_map.frames import quantile
from bench.report import Metric, NotRun, Peer
from bench.video.busy import Meter, Stretch
from bench.video.contenders import Absent, ffmpeg, version
from bench.video.media_child import MediaChild
from contract.footage import FootageTicket, RecordingMode, RecordingPlan
from contract.masks import Mask
from contract.media import MediaEvent, PlanRecording, RecordingState
from video.clocks import wall
from video.decoding.pool import DecoderPool

_CAMERAS: Final = 16
_ROUNDS: Final = 3
_SECONDS: Final = 8.0
_SETTLE_S: Final = 4.0
_WITHIN_S: Final = 15.0
_SEEKS: Final = 100
_NEAR_S: Final = 0.11  # a picture and a half: the one of that moment
_MASKED: Final = 4
_PICTURES_PER_S: Final = 15.0
_TICK_S: Final = 1 / 30  # a tile looks for its newest picture that often
_MASKS: Final = (Mask(id="m", corners=((0.1, 0.3), (0.5, 0.2), (0.6, 0.7), (0.2, 0.8))),)
_COPY: Final = (*("-c", "copy", "-f", "mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-y"),)
_MANY: Final = 300


class RecordingFailed(Exception):
    """The media process did not record."""


def measure(port: int) -> list[Metric | NotRun]:
    """Every figure of recordings."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(port, Path(folder)))


async def _measure(port: int, folder: Path) -> list[Metric | NotRun]:
    told = list[Metric | NotRun]()
    media = MediaChild("--footage", str(folder / "ours"))
    recording: set[int] = set()

    def hear(event: MediaEvent) -> None:
        if isinstance(event, RecordingState) and event.state == "recording":
            recording.add(event.camera_id)

    media.listeners.append(hear)
    await media.start()
    try:
        ours, watch, theirs = await _record(media, port, folder, recording, told)
        how = f"{_CAMERAS} cameras of some 500 kb/s to one disk, middle of {_ROUNDS} interleaved rounds"
        told.append(
            Metric(
                id="record_cpu_percent",
                value=round(100 * ours, 2),
                unit="% of core",
                how=f"media process: pull, fragmented MP4, index; {how}",
            )
        )
        if theirs is not None:
            peer = Peer("ffmpeg -c copy x16", version("ffmpeg"), round(100 * theirs, 2))
            told.append(
                Metric(id="record_cpu_vs_ffmpeg_copy", value=round(ours / theirs, 3), unit="x", how=how, peer=peer)
            )
        told.append(
            Metric(
                id="condition_300_cpu_percent",
                value=round(100 * watch / _CAMERAS * _MANY, 1),
                unit="% of core",
                how=f"processes beside it that look at key pictures (one in 2 s), of {_CAMERAS} cameras, times 300/16",
            )
        )
        told += await _seek(media)
        told.append(await _masked(media))
    finally:
        await media.close()
    return told


async def _record(
    media: MediaChild, port: int, folder: Path, recording: set[int], told: list[Metric | NotRun]
) -> tuple[float, float, float | None]:
    """Shares of a core: the recorder, the watch over conditions beside it, ffmpeg."""
    alone, watch, theirs = list[float](), list[float](), list[float]()
    for number in range(_CAMERAS):
        media.open_camera(number, f"rtsp://127.0.0.1:{port}/cam/{number + 1:03d}")
    for _ in range(_ROUNDS):
        _plan(media, RecordingMode.CONTINUOUS)
        await _until_all(recording)
        await asyncio.sleep(_SETTLE_S)
        helpers = [child.pid for child in psutil.Process(media.pid).children(recursive=True)]
        both = Meter((), (media.pid,)), Meter((), helpers)
        await asyncio.sleep(_SECONDS)
        alone.append(_share(both[0].stop()))
        watch.append(_share(both[1].stop()))
        _plan(media, RecordingMode.OFF)
        recording.clear()
        try:
            with ffmpeg(port, _CAMERAS, *_COPY, str(folder / "{number}.mp4")) as running:
                await asyncio.sleep(_SETTLE_S)
                meter = Meter((), running.pids)
                await asyncio.sleep(_SECONDS)
                theirs.append(_share(meter.stop()))
        except Absent as error:
            told.append(NotRun("record_cpu_vs_ffmpeg_copy", str(error)))
            break
    _plan(media, RecordingMode.CONTINUOUS)
    await _until_all(recording)
    return statistics.median(alone), statistics.median(watch), statistics.median(theirs) if theirs else None


def _plan(media: MediaChild, mode: RecordingMode) -> None:
    for number in range(_CAMERAS):
        media.tell(PlanRecording(camera_id=number, plan=RecordingPlan(mode=mode, stream="sub")))


async def _until_all(recording: set[int]) -> None:
    until = time.monotonic() + _WITHIN_S
    while len(recording) < _CAMERAS:
        if time.monotonic() > until:
            raise RecordingFailed(f"{len(recording)} of {_CAMERAS} cameras are recorded")
        await asyncio.sleep(0.05)


def _share(stretch: Stretch) -> float:
    return stretch.cpu_s / stretch.seconds


async def _seek(media: MediaChild) -> list[Metric | NotRun]:
    """Moments at random in what has just been recorded, from wish to picture, as a tile sees it."""
    begun = wall()
    await asyncio.sleep(12.0)
    span = (begun + 2.0, wall() - 3.0)
    told = list[Metric | NotRun]()
    for name, masks in (("seek", ()), ("seek_masked", _MASKS)):
        took = await _look_up(media, span, masks)
        how = f"{len(took)} moments at random on 4 tiles, from the wish to the picture at a 33 ms tick of the wall"
        if len(took) < _SEEKS * 0.95:
            told.append(
                NotRun(f"{name}_p95_ms", f"{_SEEKS - len(took)} of {_SEEKS} moments never came", is_failure=True)
            )
        else:
            told.append(Metric(id=f"{name}_p50_ms", value=quantile(took, 0.5), unit="ms", how=how))
            told.append(Metric(id=f"{name}_p95_ms", value=quantile(took, 0.95), unit="ms", how=how))
    return told


async def _look_up(media: MediaChild, span: tuple[float, float], masks: tuple[Mask, ...]) -> list[float]:
    pool, chance, took = DecoderPool(), random.Random(4), list[float]()
    await pool.start()
    try:

        async def access(number: int, at: float) -> FootageTicket:
            del at
            return await media.footage(number, span[0] - 2.0, span[1] + 2.0, masks)

        for number in range(4):
            pool.open_footage(str(number), partial(access, number), 476, 268)
            pool.seek(str(number), span[0])
        await asyncio.sleep(2.0)
        for turn in range(_SEEKS):
            tile, at = str(turn % 4), chance.uniform(*span)
            begun = time.monotonic()
            pool.seek(tile, at)
            while time.monotonic() < begun + 2.0:
                await asyncio.sleep(_TICK_S)
                frame = pool.newest(tile)
                if frame is not None and frame.shown_at is not None and abs(frame.shown_at - at) < _NEAR_S:
                    took.append((time.monotonic() - begun) * 1e3)
                    break
    finally:
        await pool.close()
    return took


async def _masked(media: MediaChild) -> Metric:
    """A live stream with masks costs decoding and coding; in processes beside the media process."""
    pool = DecoderPool()
    await pool.start()
    before = {child.pid for child in psutil.Process(media.pid).children(recursive=True)}
    meter = Meter((), tuple(before))
    await asyncio.sleep(4.0)
    idle = _share(meter.stop())
    try:
        for number in range(_MASKED):
            pool.open(str(number), partial(media.address, number, "sub", _MASKS), 476, 268)
        await asyncio.sleep(_SETTLE_S)
        helpers = [child.pid for child in psutil.Process(media.pid).children(recursive=True)]
        frames = [frame.sequence if (frame := pool.newest(str(number))) else 0 for number in range(_MASKED)]
        meter = Meter((), helpers)
        await asyncio.sleep(_SECONDS)
        busy = _share(meter.stop())
        shown = sum(
            (frame.sequence if (frame := pool.newest(str(number))) else 0) - frames[number] for number in range(_MASKED)
        )
    finally:
        await pool.close()
    rate = shown / _SECONDS / _MASKED
    how = f"of a picture: decode, mask, code again; {_MASKED} streams of 640x360, {rate:.1f} pictures/s"
    return Metric(
        id="masked_stream_cpu_ms",
        value=round((busy - idle) * 1e3 * _SECONDS / max(shown, 1), 3),
        unit="ms",
        how=f"{how}; load average {os.getloadavg()[0]:.1f}",
    )
