"""Compares how news outlets frame the same events, in Arabic first."""

__version__ = "0.1.0"
