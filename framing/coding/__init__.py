"""Coding: from units to who does what to whom, in the order mentions, sentence, acts, scope, roles, coder, explain."""

from framing.coding.coder import CODER, code
from framing.coding.explain import Explanation, describe, explain

__all__ = ["CODER", "Explanation", "code", "describe", "explain"]
