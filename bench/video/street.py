"""A street of cameras for the bench: `python -m bench.video.street COUNT` says its port and serves until stdin closes.

Each picture carries CLOCK_MONOTONIC in its strip. `/cam/001?fault=stall` and the like, as for every test camera.
"""

import asyncio
import sys
from pathlib import Path

import platformdirs

from video.rtsp.server import RtspServer
from video.test_camera.camera import CameraStreet, TestCamera
from video.test_camera.film import SUB_STREAM
from video.test_camera.loops import StreetLoops

_SCENES = 6


async def _serve(count: int) -> None:
    # The demo city's own folder: scenes take minutes to draw and are drawn once a machine.
    loops = StreetLoops(Path(platformdirs.user_cache_dir("beffroi")) / "street-scenes")
    for scene in range(min(_SCENES, count)):
        await loops.film(scene, SUB_STREAM, is_night=False)
    cameras = {
        f"/cam/{number:03d}": TestCamera(f"CAM {number:03d}", number % _SCENES, loops, has_stamp=True)
        for number in range(1, count + 1)
    }
    server = RtspServer("127.0.0.1", 0, CameraStreet(cameras).resolve)
    await server.start()
    print(server.port, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.close()
    await loops.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
