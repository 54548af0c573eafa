"""Whoever asks in `bench disclose`: some connections that stay open, each with one question after the other, for some seconds.

`python -m openxin.cli.bench.disclose_client CONNECTIONS`, what to ask on stdin as JSON, what came back on stdout.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import time
from typing import Any

_OK = b"HTTP/1.1 200"


async def _connection(said: dict[str, Any], paths: Any, until: float, waits: list[float], refused: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", said["port"])
    body = '{"form":"statement"}'
    head = (
        f" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {said['token']}\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    while time.perf_counter() < until:
        began = time.perf_counter()
        writer.write(f"POST {next(paths)}{head}".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        waits.append((time.perf_counter() - began) * 1000)
        if not answer.startswith(_OK):
            refused.append(answer[:12])
    writer.close()


async def _ask(said: dict[str, Any], connections: int) -> dict[str, Any]:
    random.shuffle(said["grants"])
    path = "/api/v1/grants/{}/readings" if said["which"] == "door" else "/api/v1/bench/{}"
    paths = itertools.cycle([path.format(grant) for grant in said["grants"]])
    waits: list[float] = []
    refused: list[bytes] = []
    began = time.perf_counter()
    until = began + said["seconds"]
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_connection(said, paths, until, waits, refused))
    seconds = time.perf_counter() - began
    return {"answers": len(waits) - len(refused), "refused": len(refused), "seconds": seconds, "waits_ms": waits}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_ask(json.loads(sys.stdin.read()), int(sys.argv[1])))))  # noqa: T201
