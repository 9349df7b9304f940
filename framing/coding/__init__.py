"""Coding: from units to who does what to whom, in the order mentions, sentence, acts, scope, roles, coder."""

from framing.coding.coder import CODER, code

__all__ = ["CODER", "code"]
