"""The figures of the synthetic plant's alarm list in pandas: reckoned without a line of ours."""

import importlib
from pathlib import Path
from typing import Any, NamedTuple

pandas: Any = importlib.import_module("pandas")  # it has no types of its own


class PlantFigures(NamedTuple):
    """What both ways of counting must agree on."""

    annunciated: int
    per_window: float
    peak: int
    over_windows: int
    top_ten: list[tuple[str, int]]
    top_share: float
    chattering: list[str]
    fleeting: int


def plant_figures(file: Path, speed: int) -> PlantFigures:
    """An alarm is a tag with a condition; it comes where it did not stand already. `speed`: the week told faster."""
    log = pandas.read_csv(file, parse_dates=["timestamp"])
    first = log["timestamp"].min().normalize()
    log["timestamp"] = first + (log["timestamp"] - first) / speed
    log["is_over"] = log["condition"].str.endswith(" RECOVERED")
    log["source"] = log["tag"] + " " + log["condition"].str.replace(" RECOVERED", "", regex=False)
    log = log.sort_values("index")
    before = log.groupby("source")["is_over"].shift(fill_value=True)
    came = log[~log["is_over"] & before.astype(bool)].copy()
    windows = came.groupby(came["timestamp"].dt.floor("10min")).size()
    span = -(-(log["timestamp"].max() - first) // pandas.Timedelta("10min"))
    counts = came.groupby("source").size()
    top = counts.sort_values(ascending=False).head(10)
    third = came["timestamp"] - came.groupby("source")["timestamp"].shift(2)
    chattering = came.loc[third < pandas.Timedelta("60s"), "source"].unique()
    ended = log[log["is_over"]]
    pairs = pandas.merge_asof(
        ended.sort_values("timestamp", kind="stable"),
        came[["timestamp", "source"]].rename(columns={"timestamp": "came"}).sort_values("came", kind="stable"),
        left_on="timestamp",
        right_on="came",
        by="source",
    )
    was_standing = ~log.groupby("source")["is_over"].shift(fill_value=True).astype(bool)
    ended_while_standing = set(log[log["is_over"] & was_standing]["index"])
    pairs = pairs[pairs["index"].isin(ended_while_standing)]
    fleeting = ((pairs["timestamp"] - pairs["came"]) < pandas.Timedelta("60s")).sum()
    return PlantFigures(
        annunciated=len(came),
        per_window=len(came) / span,
        peak=int(windows.max()),
        over_windows=int((windows > 10).sum()),
        top_ten=sorted(((name, int(count)) for name, count in top.items()), key=lambda pair: (-pair[1], pair[0])),
        top_share=float(top.sum() / len(came)),
        chattering=sorted(chattering),
        fleeting=int(fleeting),
    )
