"""The pinhole camera that looks at a generated street: metres to pixels and rays back."""

import math
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]


class Optics(msgspec.Struct, frozen=True):
    """Stands at (x, 0), `height` metres up; x to the right, y along the street, z up."""

    width: int
    height_px: int
    x: float
    height: float
    yaw: float
    pitch: float
    focal: float

    def rays(self) -> tuple[Floats, Floats, Floats]:
        """Direction of every pixel; their length is 1 along the optical axis."""
        u = (np.arange(self.width, dtype=np.float32) - self.width / 2 + 0.5) / self.focal
        v = (np.arange(self.height_px, dtype=np.float32) - self.height_px / 2 + 0.5) / self.focal
        right, down = np.meshgrid(u, v)
        forward = math.cos(self.pitch) - down * math.sin(self.pitch)
        up = -math.sin(self.pitch) - down * math.cos(self.pitch)
        x = right * math.cos(self.yaw) + forward * math.sin(self.yaw)
        y = forward * math.cos(self.yaw) - right * math.sin(self.yaw)
        return x.astype(np.float32), y.astype(np.float32), up.astype(np.float32)

    def depth(self, x: float, y: float) -> float:
        """Distance of a ground point along the street as the depth map counts it."""
        return math.hypot(x - self.x, y)

    def project(self, points: Floats) -> Floats:
        """Pixels of points (n, 3); those behind the camera are moved far off the picture."""
        dx, y, dz = points[:, 0] - self.x, points[:, 1], points[:, 2] - self.height
        right = dx * math.cos(self.yaw) - y * math.sin(self.yaw)
        level = dx * math.sin(self.yaw) + y * math.cos(self.yaw)
        forward = level * math.cos(self.pitch) - dz * math.sin(self.pitch)
        down = -level * math.sin(self.pitch) - dz * math.cos(self.pitch)
        safe = np.where(forward > 0.3, forward, 0.3)
        u = self.width / 2 + self.focal * right / safe
        v = self.height_px / 2 + self.focal * down / safe
        return np.stack((u, v), axis=1).astype(np.float32)

    def pixels_per_metre(self, x: float, y: float) -> float:
        """How large a metre is there."""
        level = (x - self.x) * math.sin(self.yaw) + y * math.cos(self.yaw)
        forward = level * math.cos(self.pitch) + self.height * math.sin(self.pitch)
        return self.focal / max(forward, 0.5)
