"""Where the built-in knowledge files are: in the wheel, or in the checkout of an editable install."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def builtin() -> Path:
    """Folder of the built-in protocols."""
    packaged = Path(str(files("rtcalc").joinpath("_protocols")))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "protocols"


def files_of(folder: Path, kind: str) -> list[Path]:
    """Files of one kind in one folder: one file, or those of a sub-folder in the order of their names."""
    if "." in kind:
        path = folder / kind
        return [path] if path.is_file() else []
    return sorted((folder / kind).glob("*.yaml"))
