"""Measures of framing, each with its uncertainty: whom an outlet holds responsible, and how outlets differ."""

from framing.measuring.agreement import agreement, disagreements
from framing.measuring.attribution import (
    attribution_matrix,
    attribution_profile,
    commonest_role,
    contrast,
    limits,
)
from framing.measuring.resample import Resampling, bootstrap, combine, interval, permutation_p, wilson

__all__ = [
    "Resampling",
    "agreement",
    "attribution_matrix",
    "attribution_profile",
    "bootstrap",
    "combine",
    "commonest_role",
    "contrast",
    "disagreements",
    "interval",
    "limits",
    "permutation_p",
    "wilson",
]
