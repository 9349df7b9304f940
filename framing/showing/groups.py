"""The comparison of two groups of outlets, made safe to show for any corpus: also one that lacks a group."""

import pandas as pd

from framing import measuring
from framing.tables import empty

GROUPS = ("state-aligned", "opposition")


def contrast_if_any(
    articles: pd.DataFrame,
    units: pd.DataFrame,
    codes: pd.DataFrame,
    outlets: pd.DataFrame,
    groups: tuple[str, str] = GROUPS,
) -> pd.DataFrame:
    """Return `framing.measuring.contrast`, or that table without rows where a group has no outlet with units."""
    used = articles.loc[(articles["status"] == "ok") & articles["article_id"].isin(units["article_id"]), "outlet_id"]
    present = set(outlets.loc[outlets["outlet_id"].isin(used), "alignment"])
    if not set(groups) <= present:
        return empty("contrast")
    return measuring.contrast(articles, units, codes, outlets, groups)


def limits_in_words(contrast: pd.DataFrame) -> str:
    """Return what so few outlets can show (`framing.measuring.limits`), also of a contrast without rows."""
    if contrast.empty:
        return (
            f"This corpus has no outlets in both groups ({' and '.join(GROUPS)}), so nothing is compared between them."
        )
    return measuring.limits(contrast)
