"""Shows what the tables say: figures (`plots`), the sentences behind each number (`evidence`), sentences made from
tables (`words`), and the report (`report`, imported by name since it brings the notebook machinery with it).
"""

from framing.showing.evidence import card, cards, evidence, one_article, table
from framing.showing.groups import contrast_if_any, limits_in_words
from framing.showing.plots import agreement_figure, attribution_figure, contrast_figure, intervals_figure, save

__all__ = [
    "agreement_figure",
    "attribution_figure",
    "card",
    "cards",
    "contrast_figure",
    "contrast_if_any",
    "evidence",
    "intervals_figure",
    "limits_in_words",
    "one_article",
    "save",
    "table",
]
