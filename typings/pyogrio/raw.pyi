from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

def read(
    path_or_buffer: Path | str,
    /,
    layer: str | None = None,
    *,
    columns: Sequence[str] | None = None,
    force_2d: bool = False,
    max_features: int | None = None,
    encoding: str | None = None,
) -> tuple[
    dict[str, object], NDArray[np.int64] | None, NDArray[np.object_] | None, list[NDArray[np.generic]]
]: ...
def write(
    path: Path | str,
    geometry: NDArray[np.object_],
    field_data: Sequence[NDArray[np.generic]],
    fields: Sequence[str],
    *,
    layer: str | None = None,
    driver: str | None = None,
    geometry_type: str | None = None,
    crs: str | None = None,
    append: bool = False,
    encoding: str | None = None,
    layer_options: dict[str, str] | None = None,
    nan_as_null: bool = True,
    field_mask: Sequence[NDArray[np.bool_] | None] | None = None,
) -> None: ...
