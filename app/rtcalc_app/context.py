"""What the pages share: the knowledge in use and the settings."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.registry import Registry
from rtcalc_app.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """Handed to each page when it is registered; nothing in it changes while the server runs."""

    registry: Registry
    settings: Settings
