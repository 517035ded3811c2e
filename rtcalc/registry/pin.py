"""The pin: a department's folder held to the one state of the knowledge that was reviewed.

The file stands in the folder and is itself no knowledge: it is not part of the hash it holds.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtcalc import __version__
from rtcalc.errors import DomainError, ProtocolError
from rtcalc.textfile import load

if TYPE_CHECKING:
    from rtcalc.registry import Registry

NAME = "rtcalc.pin"
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def path(registry: Registry) -> Path:
    """Where the pin of a registry stands, whether or not it is there.

    Raises
    ------
    DomainError
        The registry has no folder of a department.
    """
    if len(registry.folders) == 1:
        raise DomainError(
            "no department folder to pin: the built-in knowledge changes only with rtcalc itself; "
            "give a folder with --protocols DIR or RTCALC_PROTOCOLS"
        )
    return registry.folders[-1] / NAME


def text(registry: Registry) -> str:
    """The content of the pin that holds a registry to its present state."""
    return (
        "# Written by `rtcalc pin`. Another state of the knowledge, built in or of this folder, is refused.\n"
        f"registry_sha256: {registry.sha256}\n"
        f"rtcalc: {__version__}\n"
    )


def held(registry: Registry) -> tuple[str, str] | None:
    """The pinned hash and the version that pinned it; None without a pin.

    Raises
    ------
    ProtocolError
        A pin that cannot be read. It is never taken for no pin.
    """
    if len(registry.folders) == 1 or not os.path.lexists(path(registry)):
        return None
    document = load(path(registry))
    fields: Any = document.data if isinstance(document.data, dict) else {}
    pinned, version = fields.get("registry_sha256"), fields.get("rtcalc")
    if not (isinstance(pinned, str) and HASH.fullmatch(pinned) and isinstance(version, str)):
        raise ProtocolError(
            f"{document.name}: not a pin (expected registry_sha256 of 64 hexadecimal digits, and rtcalc); "
            "review the folder with rtcalc protocols check, then run rtcalc pin again"
        )
    return pinned, version


def require(registry: Registry) -> None:
    """Refuse a registry that is not the pinned one.

    Raises
    ------
    ProtocolError
        With the hash that was expected, the one found, and what to do.

    Examples
    --------
    >>> from rtcalc.registry import Registry
    >>> require(Registry())  # the built-in knowledge alone is never pinned
    """
    found = held(registry)
    if found is not None and found[0] != registry.sha256:
        pinned, version = found
        by = "" if version == __version__ else f" (by rtcalc {version}; this is {__version__})"
        raise ProtocolError(
            f"{path(registry)}: the knowledge is not the pinned one: expected {pinned}{by}, found {registry.sha256}; "
            "review the changes (rtcalc protocols check, rtcalc protocols review SET), then run rtcalc pin again"
        )
