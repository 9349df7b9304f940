"""Compares how news outlets frame the same events, in Arabic first."""

from pathlib import Path

__version__ = "0.1.0"


def bundled(name: str) -> Path:
    """The folder `corpus` or `notebooks` that comes with the package: in an installed wheel, else in the checkout."""
    inside = Path(__file__).parent / "share" / name
    return inside if inside.is_dir() else Path(__file__).parent.parent / name
