"""Forty first requests at once on a server that has just started, over and over: not one may be answered with an error.

Dash finishes its set-up in its first request; without the warming of `create_server` others meanwhile get HTTP 500.
Each start is a process of its own, by turns `rtcalc serve` (waitress) and gunicorn.

`python benchmarks/cold_start.py` starts each once; `--full` 20 times in all, and writes results/cold-start.txt.
"""

import argparse
import socket
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from load_web import THREADS, WORKERS, gunicorn
from web import PATIENCE, RTCALC, free_port, machine, report, started

AT_ONCE = 40
PATHS = ("/", "/_dash-layout", "/_dash-dependencies", "/case")


def asked(port: int, path: str, together: Barrier) -> str:
    """The status of one request, sent when everybody is ready."""
    together.wait(PATIENCE)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        return connection.recv(64).decode("latin-1").split(" ")[1]


def listening(port: int) -> None:
    """Wait until somebody listens, without asking anything."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit(f"nobody listens at port {port}")


def first_requests(command: list[str], port: int) -> Counter[str]:
    """The answers to the first requests of a server."""
    together = Barrier(AT_ONCE)
    with started(command), ThreadPoolExecutor(AT_ONCE) as crowd:
        listening(port)
        jobs = [crowd.submit(asked, port, PATHS[number % len(PATHS)], together) for number in range(AT_ONCE)]
        return Counter(job.result() for job in jobs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="20 starts, kept in results/cold-start.txt")
    full = parser.parse_args().full
    lines = [machine("waitress", "gunicorn")]
    answers: Counter[str] = Counter()
    starts = 20 if full else 2
    for number in range(starts):
        port = free_port()
        command = [RTCALC, "serve", "--port", str(port)] if number % 2 == 0 else gunicorn(port)
        answers += first_requests(command, port)
    lines.append(
        f"{starts} starts (by turns waitress of 8 threads, gunicorn of {WORKERS} x {THREADS}), "
        f"{AT_ONCE} first requests at once: answers {dict(answers)}"
    )
    met = set(answers) == {"200"}
    lines.append("budget met: no error" if met else "the budget of no error is missed")
    report("cold-start", lines, keep=full)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
