"""Reads a running backend as a program of somebody else would: lists standing alarms and what stands in a class.

    python docs/examples/read_the_city.py http://127.0.0.1:8080 --class streetlight
    BEFFROI_KEY=...  (an API key: Administration, Keys of machines)   or   BEFFROI_USER=... BEFFROI_PASSWORD=...

Run it from the folder of Beffroi, under its Python. Secrets come by the environment: others see a command line.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from backend_client.errors import ClientError
from backend_client.session import Session
from contract.api import AlarmPage, AssetPage
from contract.assets import Asset


async def assets_of(session: Session, class_: str) -> AsyncIterator[Asset]:
    """Every asset of a class that one may see, page by page."""
    cursor: str | None = None
    while True:
        page = await session.get("/assets", AssetPage, {"class": class_, "limit": 500, "cursor": cursor})
        for asset in page.items:
            yield asset
        cursor = page.next
        if cursor is None:
            return


async def read(url: str, class_: str) -> None:
    """Log in or take the key, ask, print. Raises ClientError."""
    session = Session(url)
    key = os.environ.get("BEFFROI_KEY", "")
    try:
        if key:
            session.use_key(key)
        else:
            await session.login(os.environ.get("BEFFROI_USER", ""), os.environ.get("BEFFROI_PASSWORD", ""))
        alarms = await session.get("/alarms", AlarmPage, {"limit": 100})
        print(f"{alarms.total} alarms")
        for alarm in alarms.items:
            print(f"  P{int(alarm.priority)}  asset {alarm.asset_id}  {alarm.kind}")
        print(f"{class_}:")
        async for asset in assets_of(session, class_):
            print(f"  {asset.code}  {asset.lon:.5f} {asset.lat:.5f}  {asset.commune}")
        if not key:
            await session.logout()
    finally:
        await session.close()


def main() -> int:
    """0: read; 1: refused or not there, in words."""
    words = argparse.ArgumentParser(description="List standing alarms and the assets of a class.")
    words.add_argument("url")
    words.add_argument("--class", dest="class_", default="streetlight")
    given = words.parse_args()
    try:
        asyncio.run(read(given.url, given.class_))
    except ClientError as error:
        print(f"The backend said no: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
