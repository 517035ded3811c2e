"""A department at work: 100 users, each changing a number twice a second for a minute, on one machine through gunicorn.

A change is what the page of the calculator sends for it: one request, answered with messages, chart and calculation.
Users begin spread over half a second and keep their own pace; one that has to wait changes its next number at once. The
load generator shares the machine with the server. Budgets: no error, 95 % of the answers within 250 ms.

`python benchmarks/load_web.py` runs 10 users for 5 s; `--full` the whole, and writes benchmarks/results/load.txt.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from web import free_port, machine, report, served

from rtcalc_app.services.calculator.form import Form

WORKERS, THREADS = 2, 8
STATE = "calculator-state"
PACE = 0.5
"""Between two changes of one user. [s]"""
BUDGET = 250.0
"""For 95 % of the answers. [ms]"""


def gunicorn(port: int) -> list[str]:
    """How a department starts it."""
    command = [str(Path(sys.executable).with_name("gunicorn")), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    command += ["--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "30"]
    return [*command, "rtcalc_app.server:create_server()"]


@dataclass
class Seen:
    """What came back: status or kind of failure, and milliseconds."""

    outcomes: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)


def template(url: str) -> dict[str, Any]:
    """The request of a change, as the browser builds it from what the server says of its callbacks."""
    with urllib.request.urlopen(f"{url}/_dash-dependencies") as answer:
        known = json.load(answer)
    given = {"unit.value": "gy", "decimal.value": "point", "dark.data": False}
    entry = next(one for one in known if "calculator-curve.figure" in one["output"])
    names = entry["output"].removeprefix("..").removesuffix("..").split("...")
    return {
        "output": entry["output"],
        "outputs": [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names],
        "inputs": [
            {"id": one["id"], "property": one["property"], "value": given.get(f"{one['id']}.{one['property']}")}
            for one in entry["inputs"]
        ],
        "changedPropIds": [f"{STATE}.data"],
        "parsedChangedPropsIds": [f"{STATE}.data"],
    }


def change(body: dict[str, Any], draw: random.Random) -> bytes:
    """The body of a change: another schedule."""
    form = Form().to_dict()
    form["schedules"][0] |= {"total": str(draw.randrange(100, 800) / 10), "fractions": str(draw.randrange(1, 41))}
    form |= {"undo": None, "left": []}
    inputs = [one | {"value": form} if one["id"] == STATE else one for one in body["inputs"]]
    return json.dumps(body | {"inputs": inputs}).encode()


class Connection:
    """One kept connection, with no more of HTTP than the answers of this server need."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def post(self, body: bytes) -> str:
        """Send a body; the status."""
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        lines = [
            "POST /_dash-update-component HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Content-Type: application/json",
            "Accept-Encoding: gzip",
            "Sec-Fetch-Site: same-origin",
            f"Content-Length: {len(body)}",
        ]
        head = "\r\n".join([*lines, "", ""])
        self.writer.write(head.encode() + body)
        await self.writer.drain()
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in answer[1:] if ": " in line)
        await self.reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.writer.close()
        return answer[0].split(" ")[1]


async def user(number: int, port: int, until: float, body: dict[str, Any], seen: Seen) -> None:
    """One user until the time is over."""
    draw = random.Random(number)
    connection = Connection(port)
    due = time.perf_counter() + PACE * draw.random()
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await one(connection, change(body, draw), seen)
        due = max(due + PACE, time.perf_counter())


async def one(connection: Connection, body: bytes, seen: Seen) -> None:
    """One request, its outcome and its time."""
    begin = time.perf_counter()
    try:
        outcome = await asyncio.wait_for(connection.post(body), 30.0)
    except (OSError, asyncio.IncompleteReadError, TimeoutError) as problem:
        outcome = type(problem).__name__
        connection.writer = None
    seen.outcomes[outcome] += 1
    seen.times.append((time.perf_counter() - begin) * 1000.0)


async def crowd(users: int, seconds: float, port: int, url: str) -> Seen:
    """Everybody at once."""
    seen = Seen()
    body = await asyncio.to_thread(template, url)
    until = time.perf_counter() + seconds
    await asyncio.gather(*[user(number, port, until, body, seen) for number in range(users)])
    return seen


def measured(users: int, seconds: float) -> tuple[list[str], bool]:
    """Lines of the report, and whether the budgets were met."""
    lines = [machine("gunicorn")]
    port = free_port()
    with served(gunicorn(port), port) as url:
        seen = asyncio.run(crowd(users, seconds, port, url))
    errors = sum(count for outcome, count in seen.outcomes.items() if outcome != "200")
    cuts = statistics.quantiles(seen.times, n=100)
    lines += [
        f"gunicorn, {WORKERS} x {THREADS} threads; {users} users, a change every {PACE} s each, for {seconds:.0f} s",
        f"{len(seen.times)} requests, {len(seen.times) / seconds:.0f} a second; answers {dict(seen.outcomes)}",
        f"errors {errors}; median {cuts[49]:.0f} ms, 95 % {cuts[94]:.0f} ms, 99 % {cuts[98]:.0f} ms, "
        f"worst {max(seen.times):.0f} ms (budget: 0 errors, 95 % within {BUDGET:.0f} ms)",
    ]
    met = errors == 0 and cuts[94] < BUDGET
    lines.append("budgets met" if met else "a budget is missed")
    return lines, met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="100 users for 60 s, kept in results/load.txt")
    full = parser.parse_args().full
    lines, met = measured(100, 60.0) if full else measured(10, 5.0)
    report("load", lines, keep=full)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
