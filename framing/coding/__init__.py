"""Coding: from units to who does what to whom.

The rules, in the order they work: mentions, sentence, clauses, acts, scope, roles. The trained steps: unit,
surroundings, weights, telling. Both together: coder, explain. `train` makes the weights.
"""

from framing.coding.coder import CODER, code
from framing.coding.explain import Explanation, describe, explain

__all__ = ["CODER", "Explanation", "code", "describe", "explain"]
