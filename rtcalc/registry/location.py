"""Where the built-in knowledge files are: in the wheel, or in the checkout of an editable install."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def builtin() -> Path:
    """Folder of the built-in protocols."""
    packaged = Path(str(files("rtcalc").joinpath("_protocols")))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "protocols"
