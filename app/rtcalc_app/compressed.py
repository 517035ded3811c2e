"""Compressed scripts are kept: the megabytes of the chart library are compressed once and not for each visitor."""

from __future__ import annotations

from flask import Flask, Request

SCRIPTS = "/_dash-component-suites/"
MOST_BYTES = 16 * 1024 * 1024
"""Kept at most; what is beyond is compressed each time."""


class Kept:
    """The store that Flask-Compress asks. Only scripts are kept: an answer may hold data and is never the same twice.

    Examples
    --------
    >>> kept = Kept()
    >>> kept.set("zstd;/_dash-component-suites/a.js", b"..."); kept.set("zstd;", b"numbers")
    >>> kept.get("zstd;/_dash-component-suites/a.js"), kept.get("zstd;")
    (b'...', None)
    """

    def __init__(self) -> None:
        self._found: dict[str, bytes] = {}
        self._size = 0

    def get(self, key: str) -> bytes | None:
        """What is kept under a key."""
        return self._found.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Keep the compressed bytes of a script."""
        if key.endswith(";") or key in self._found or self._size + len(value) > MOST_BYTES:
            return
        self._found[key] = value
        self._size += len(value)


def key(request: Request) -> str:
    """The path of a script, which names its version too; nothing for everything else."""
    return request.path if request.path.startswith(SCRIPTS) else ""


def keep_scripts(server: Flask) -> None:
    """Set it up; call it before Dash sets up its compression."""
    server.config["COMPRESS_CACHE_BACKEND"] = Kept
    server.config["COMPRESS_CACHE_KEY"] = key
