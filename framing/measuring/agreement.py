"""How far two coders agree: a machine with hand codes, or any two that fill the table `codes`.

Two views of the same pairs. Precision, recall and F1 take the first coder as right and count (article, unit, actor,
role). Krippendorff's alpha takes neither as right and corrects for chance: over the presence of every actor and role
in every unit, and over modality, voice and proxy of the codes that both made.
"""

import warnings

import krippendorff
import numpy as np
import pandas as pd

from framing import tables
from framing.measuring.resample import Resampling, bootstrap, interval

KEY = ["article_id", "unit", "actor", "role"]
_PAIRS = len(tables.ACTORS) * len(tables.ROLES)
_VALUES = {"modality": tables.MODALITIES, "voice": tables.VOICES, "proxy": (0, 1)}


def agreement(
    first: pd.DataFrame, second: pd.DataFrame, units: pd.DataFrame, settings: Resampling | None = None
) -> pd.DataFrame:
    """Compare two coders over the units that both have seen.

    In: two tables `codes`, each of one coder, and the table `units` of what both coded; codes of other units are left
    out. Out: table `agreement`, the first coder taken as right:

    - `presence`: every (unit, actor, role). `n` is the number of those that either coder set, `alpha` is
      Krippendorff's nominal alpha over all of them, set or not; then `role …` and `actor …`, the same for a part.
    - `modality`, `voice`, `proxy`: alpha over the codes that both set (`n`); precision, recall and F1 are NaN.
    - `low` and `high` are percentile limits of alpha from resampling articles; `f1_low`, `f1_high` those of F1.

    Undefined is NaN: alpha where both coders use one value only, precision where the second set nothing, recall where
    the first set nothing, limits with fewer than two articles. Raises `ValueError` for tables against their contract,
    and where either holds several coders.

    Krippendorff, K. (2019), Content Analysis, 4th edition, chapter 12.
    """
    settings = settings or Resampling()
    names = [_coder(codes) for codes in (first, second)]
    seen = pd.MultiIndex.from_frame(units[["article_id", "unit"]])
    sides = []
    for codes in (first, second):
        own = codes[pd.MultiIndex.from_frame(codes[["article_id", "unit"]]).isin(seen)]
        sides.append(own.set_index(KEY)[list(_VALUES)])
    merged = sides[0].merge(sides[1], how="outer", left_index=True, right_index=True, suffixes=("_a", "_b"))
    merged = merged.reset_index()
    merged["a"], merged["b"] = merged["modality_a"].notna(), merged["modality_b"].notna()
    n_units = units.groupby("article_id", sort=False).size()
    rows = [_presence("presence", merged, n_units * _PAIRS, settings)]
    for column, values in (("role", tables.ROLES), ("actor", tables.ACTORS)):
        for value in values:
            part = merged[merged[column] == value]
            cells = n_units * (_PAIRS // len(values))
            rows.append(_presence(f"{column} {value}", part, cells, settings))
    both = merged[merged["a"] & merged["b"]]
    rows += [_values(name, both, n_units.index, settings) for name in _VALUES]
    frame = pd.DataFrame(rows)
    frame.insert(0, "coder_a", names[0])
    frame.insert(1, "coder_b", names[1])
    return tables.check(frame, "agreement")


def disagreements(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """The codes on which two coders differ, the first taken as right.

    In: two tables `codes`; articles that the first has no code of are left out. Out: the rows of `codes` with a column
    `difference` in front: `missed` (the first alone set it; the row is the first's), `added` (the second alone set it)
    or which of modality, voice and proxy the second set otherwise (`modality asserted for hedged`; the row is the
    second's). Ordered by article and unit.
    """
    second = second[second["article_id"].isin(first["article_id"])]
    pairs = first.merge(second, on=KEY, how="outer", suffixes=("_a", "_b"), indicator="found")
    both = pairs[pairs["found"] == "both"].astype({"proxy_a": "int64", "proxy_b": "int64"})
    told = pd.Series("", index=both.index)
    for name in _VALUES:
        other = both[f"{name}_a"] != both[f"{name}_b"]
        values = both[f"{name}_b"].astype("str") + " for " + both[f"{name}_a"].astype("str")
        told += (name + " " + values).where(other, "") + "; "
    named = both[KEY].assign(difference=told.str.strip("; ").str.replace(r"(; )+", "; ", regex=True))
    alone = {"left_only": "missed", "right_only": "added"}
    lone = pairs.loc[pairs["found"] != "both", [*KEY, "found"]]
    lone = lone.assign(difference=lone["found"].astype("str").map(alone)).drop(columns="found")
    rows = [
        first.merge(lone[lone["difference"] == "missed"], on=KEY),
        second.merge(lone[lone["difference"] == "added"], on=KEY),
        second.merge(named[named["difference"] != ""], on=KEY),
    ]
    found = pd.concat(rows, ignore_index=True).sort_values(KEY, ignore_index=True)
    return found[["difference", *first.columns]]


def _coder(codes: pd.DataFrame) -> str:
    coders = tables.check(codes, "codes")["coder"].unique().tolist()
    if len(coders) > 1:
        raise ValueError(f"codes holds the coders {', '.join(coders)}; choose one")
    return coders[0] if coders else "none"


def _presence(name: str, part: pd.DataFrame, cells: pd.Series, settings: Resampling) -> dict:
    """A row over presence; `cells` are the (unit, actor, role) of each article."""
    counts = pd.DataFrame(
        {
            "both": (part["a"] & part["b"]).groupby(part["article_id"]).sum(),
            "a": (part["a"] & ~part["b"]).groupby(part["article_id"]).sum(),
            "b": (part["b"] & ~part["a"]).groupby(part["article_id"]).sum(),
        }
    )
    counts = counts.reindex(cells.index, fill_value=0).astype(float)
    neither = cells.to_numpy() - counts.sum(axis=1).to_numpy()
    table = np.column_stack([counts["both"], counts["a"], counts["b"], neither])
    sums = table.sum(axis=0)
    both, only_a, only_b, _ = sums
    precision = both / (both + only_b) if both + only_b else np.nan
    recall = both / (both + only_a) if both + only_a else np.nan
    matrix = table.reshape(-1, 2, 2)
    return {
        "variable": name,
        "n": int(both + only_a + only_b),
        **_alpha_with_limits(matrix, settings),
        "precision": precision,
        "recall": recall,
        "f1": float(_f1(sums[None])[0]),
        **_limits("f1_low", "f1_high", table, _f1, settings),
    }


def _values(name: str, both: pd.DataFrame, articles: pd.Index, settings: Resampling) -> dict:
    """A row over the values of a column in the codes that both coders set."""
    values = list(_VALUES[name])
    matrix = np.zeros((len(articles), len(values), len(values)))
    places = articles.get_indexer(both["article_id"])
    first = [values.index(value) for value in both[f"{name}_a"]]
    second = [values.index(value) for value in both[f"{name}_b"]]
    np.add.at(matrix, (places, first, second), 1)
    undefined = dict.fromkeys(("precision", "recall", "f1", "f1_low", "f1_high"), np.nan)
    return {"variable": name, "n": len(both), **_alpha_with_limits(matrix, settings), **undefined}


def _alpha_with_limits(matrix: np.ndarray, settings: Resampling) -> dict:
    """Alpha of the counts (article, value of the first, value of the second), and its limits over articles."""
    size = matrix.shape[1]
    if not len(matrix):
        return {"alpha": np.nan, "low": np.nan, "high": np.nan}
    total = matrix.sum(axis=0)
    pairs = [(i, j) for i in range(size) for j in range(size) for _ in range(int(total[i, j]))]
    alpha = np.nan
    if len({value for pair in pairs for value in pair}) > 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            alpha = float(krippendorff.alpha(np.array(pairs).T, level_of_measurement="nominal"))
    flat = matrix.reshape(len(matrix), -1)
    return {
        "alpha": alpha,
        **_limits("low", "high", flat, lambda sums: alpha_of(sums.reshape(-1, size, size)), settings),
    }


def alpha_of(counts: np.ndarray) -> np.ndarray:
    """Krippendorff's nominal alpha of two coders without missing values, for many tables of counts at once.

    `counts` has the shape (tables, values, values): how often the first coder said this and the second that. NaN
    where only one value occurs. The package krippendorff gives the same for a single table, more slowly.

    >>> alpha_of(np.array([[[2, 1], [0, 3]]])).round(3).tolist()
    [0.686]
    """
    coincidences = counts + counts.transpose(0, 2, 1)
    marginals = coincidences.sum(axis=2)
    n = marginals.sum(axis=1)
    observed = n - np.trace(coincidences, axis1=1, axis2=2)
    expected = (n**2 - (marginals**2).sum(axis=1)) / np.where(n > 1, n - 1, np.nan)
    return 1 - observed / np.where(expected > 0, expected, np.nan)


def _f1(sums: np.ndarray) -> np.ndarray:
    total = 2 * sums[:, 0] + sums[:, 1] + sums[:, 2]
    return 2 * sums[:, 0] / np.where(total > 0, total, np.nan)


def _limits(low: str, high: str, table: np.ndarray, statistic: object, settings: Resampling) -> dict:
    if len(table) < 2:
        return {low: np.nan, high: np.nan}
    draws = bootstrap(table, statistic, settings.replicates, settings.seed)
    draws = draws[~np.isnan(draws)]
    if not len(draws):
        return {low: np.nan, high: np.nan}
    limits = interval(draws, settings.level)
    return {low: float(limits[0]), high: float(limits[1])}
