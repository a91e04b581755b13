"""What the wall has to reach, by the names of its figures. Ratios of one run gate; absolute figures are told."""

from __future__ import annotations

from typing import Final

from bench.report import Bar

BARS: Final = {
    "wall16_cpu_vs_ffmpeg": Bar(1.5, gates=True),
    "wall16_cpu_vs_mpv": Bar(0.85, gates=True),
    "latency_vs_mpv": Bar(0.35, gates=True),
    "record_cpu_vs_ffmpeg_copy": Bar(2.0, gates=True),
    "wall36_shown_share": Bar(0.99, "at least", gates=True),
    "streams_without_skip": Bar(36, "at least"),
    "wall16_gap_p99_ms": Bar(5),
    "wall36_gap_p99_ms": Bar(10),
    "first_picture_with_dead_s": Bar(3),
    "stall_noticed_s": Bar(3.5),
    "decoder_back_s": Bar(3),
    "latency_p50_ms": Bar(60),
    "seek_p95_ms": Bar(150),
}
