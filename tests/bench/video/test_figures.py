"""What the video bench tells: pictures left out are counted, breaks are found, growth is seen."""

import numpy as np
import pytest

from bench.report import Metric, NotRun
from bench.video.bars import BARS
from bench.video.measuring import judged
from bench.video.soak import growth_of
from bench.video.troubles import longest_wait
from bench.video.wall import Tally
from video.test_camera.film import SUB_STREAM
from video.test_camera.stamp import put_stamp, read_stamp
from video.test_camera.strip import blank_strip


def test_a_picture_that_was_decoded_and_never_painted_is_skipped() -> None:
    tally = Tally()
    for sequence, at in ((7, 1.0), (8, 1.07), (11, 1.27)):
        tally.saw(sequence, at)
    assert (tally.shown, tally.skipped) == (3, 2)
    assert (tally.first_at, tally.last_at) == (1.0, 1.27)


def test_a_tile_is_back_with_its_first_picture_after_the_break() -> None:
    steady = [10 + index / 15 for index in range(60)]
    assert longest_wait(steady, 10.0) == 0.0
    assert longest_wait([at for at in steady if not 11 < at < 12.5], 10.0) == pytest.approx(2.53, abs=0.1)
    assert longest_wait([], 10.0) == float("inf")


def test_growth_is_a_slope_after_the_first_fifth() -> None:
    samples = [(second, 200 + 50 * (second < 100) + second / 3600 * 6) for second in map(float, range(0, 1200, 20))]
    growth, _, _, files = growth_of(samples, [90] * len(samples), 20.0)
    assert isinstance(growth, Metric)
    assert growth.value == pytest.approx(6.0, abs=0.1)
    assert isinstance(files, Metric)
    assert files.value == 0


def test_ratios_gate_and_absolute_figures_are_told() -> None:
    slow = judged(Metric(id="wall16_cpu_vs_mpv", value=0.9, unit="x", how=""))
    assert isinstance(slow, Metric)
    assert slow.holds is False
    assert BARS["wall16_cpu_vs_mpv"].gates
    assert not BARS["seek_p95_ms"].gates
    assert isinstance(judged(NotRun("latency_vs_mpv", "mpv is not installed")), NotRun)


def test_a_stamp_is_read_from_a_tile_of_half_the_stream_whose_rim_is_cut() -> None:
    strip = put_stamp(blank_strip(SUB_STREAM.columns, SUB_STREAM.strip_rows), 4242.042)
    picture = np.full((360, 640), 90, np.uint8)
    picture[: strip.shape[0]] = strip
    tile = picture[2:358, 2:638].reshape(178, 2, 318, 2).mean(axis=(1, 3)).astype(np.uint8)
    assert read_stamp(tile, SUB_STREAM.width) == 4242042 % 2**24
