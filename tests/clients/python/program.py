"""Shared by the Python programs: the protocol of ../checks.mjs, the world of ../world.mjs, a check of a JPEG."""

import asyncio
import inspect
import os
import struct
from importlib.metadata import version

SIZES = [48, 64, 96, 120, 240, 360, 432, 504, 648]
WORLD = {name[6:].lower(): value for name, value in os.environ.items() if name.startswith("CAMEO_")}
with open(WORLD["picture"], "rb") as file:
    PICTURE = file.read()


def assert_square(data, side):
    assert data[:2] == b"\xff\xd8", "a JPEG"
    at = 2
    while data[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    height, width = struct.unpack_from(">HH", data, at + 5)
    assert (width, height) == (side, side), (width, height)


async def run(checks):
    for check in checks:
        name = check.__name__.strip("_").replace("_", "-")
        try:
            result = check()
            if inspect.isawaitable(result):
                await result
            print(f"check {name} ok")
        except Exception as error:  # whatever it is, the next check is to run
            print(f"check {name} FAIL {type(error).__name__}: {' '.join(str(error).split())}")


def run_checks(packages, checks):
    print("version " + ", ".join(f"{name} {version(name)}" for name in packages))
    asyncio.run(run(checks))
