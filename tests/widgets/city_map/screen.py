"""What stands on the screen, as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtGui import QImage, QPainter, QPixmap

from widgets.city_map import CityMap

Picture = np.ndarray[Any, np.dtype[np.int64]]
MIDDLE = (5.04, 47.32)


def picture_of(city_map: CityMap) -> Picture:
    """Red, green, blue of every pixel, without the frame that tells of the focus."""
    picture = rgb(city_map.grab().toImage())
    edge = 3
    picture[:edge], picture[-edge:], picture[:, :edge], picture[:, -edge:] = (picture[edge, edge],) * 4
    return picture


def rgb(image: QImage) -> Picture:
    """Red, green, blue of every pixel, over black."""
    plain = QImage(image.size(), QImage.Format.Format_RGB32)
    plain.fill(0)

    painter = QPainter(plain)
    painter.drawImage(0, 0, image)
    painter.end()
    every = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)
    return every[:, :, 2::-1].astype(np.int64)


def sprite_rgb(sprite: QPixmap) -> Picture:
    """Red, green, blue of a sprite over black."""
    return rgb(sprite.toImage())


def chroma(picture: Picture) -> Picture:
    """How far each pixel is from grey."""
    spread: Picture = picture.max(axis=2) - picture.min(axis=2)
    return spread


def differing(one: Picture, other: Picture, more_than: int = 24) -> int:
    """How many pixels differ clearly."""
    return int(np.any(np.abs(one - other) > more_than, axis=2).sum())


def as_seen_by(picture: Picture, kind: str) -> Picture:
    """The picture as somebody without red or green cones sees it (Machado 2009, severity 1)."""
    matrix = {
        "protanopia": [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        "deuteranopia": [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        "monochrome": [[0.2126, 0.7152, 0.0722]] * 3,
    }[kind]
    linear = (picture / 255.0) ** 2.2
    seen = np.clip(linear @ np.array(matrix).T, 0, 1) ** (1 / 2.2)
    return np.asarray(np.round(seen * 255), np.int64)
