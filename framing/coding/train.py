"""Trains the weights of the trained step on hand codes, and says how well they hold on articles not trained on.

    python -m framing.coding.train ARTICLES.jsonl=CODES.csv [ARTICLES.jsonl=CODES.csv=UNITS.csv ...] [--out FILE]

Articles are a table as `framing code` takes it, codes have article_id, unit, actor and role; with a file of units
(article_id, unit) only those count. Prints precision, recall and F1 by set, each article scored by weights that were
trained without it, and writes `weights.csv`. The shipped file was made of the sets that `tests/trained.csv` names.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from framing import reading, tables
from framing.coding import coder, surroundings, weights

# Inverse strength of the ridge penalty, and in how many articles a feature must occur; the best of a few tried by
# cross-validation. A feature of one article could only learn that article by heart.
RIDGE, ARTICLES, FOLDS = 0.3, 3, 8
# Weights smaller than this change no decision that matters and are left out of the file.
SMALL = 0.02


def gather(articles: Path, codes: Path, units: Path | None = None) -> pd.DataFrame:
    """One row for every actor that a unit may give a role: article_id, unit, actor, `held` (its set of features), one
    column of 0 and 1 for each role, and `hand`, the number of hand codes of the whole set in the first row."""
    hand = pd.read_csv(codes, dtype=str, keep_default_na=False)
    hand = hand.rename(columns={"id": "article_id"})
    wanted = None
    if units is not None:
        listed = pd.read_csv(units, dtype=str, keep_default_na=False)
        wanted = set(zip(listed["article_id"], listed["unit"].astype(int), strict=True))
    keys = set(zip(hand["article_id"], hand["unit"].astype(int), hand["actor"], hand["role"], strict=True))
    keys = {key for key in keys if wanted is None or key[:2] in wanted}
    rows = []
    for text, own, resolved in coder.passages(*reading.read_articles(articles)):
        for unit, told in coder.read_article(text, own, resolved):
            place = unit.unit["article_id"], unit.unit["unit"]
            if wanted is None or place in wanted:
                for actor, held in surroundings.features(unit, told).items():
                    rows.append((*place, actor, held, *(int((*place, actor, role) in keys) for role in tables.ROLES)))
    table = pd.DataFrame(rows, columns=["article_id", "unit", "actor", "held", *tables.ROLES])
    return table.assign(hand=[len(keys)] + [0] * (len(table) - 1))


def vocabulary(table: pd.DataFrame) -> dict[str, int]:
    """The features that occur in enough articles, each with its column."""
    seen = Counter(f for _, held in table.groupby("article_id")["held"] for f in set().union(*held))
    return {feature: column for column, feature in enumerate(sorted(f for f, n in seen.items() if n >= ARTICLES))}


def matrix(table: pd.DataFrame, columns: dict[str, int]) -> sparse.csr_matrix:
    """Rows of `table` by features."""
    cells = [
        (row, columns[feature], weights.STRONG.get(feature.partition("=")[0], 1.0))
        for row, held in enumerate(table["held"])
        for feature in held
        if feature in columns
    ]
    rows, cols, values = zip(*cells, strict=True)
    return sparse.csr_matrix((values, (rows, cols)), shape=(len(table), len(columns)))


def fit(table: pd.DataFrame, cells: sparse.csr_matrix) -> np.ndarray:
    """Weights by feature and role, one ridge logistic regression a role; the intercept is the feature `any=1`."""
    model = [LogisticRegression(C=RIDGE, solver="liblinear", fit_intercept=False, max_iter=500) for _ in tables.ROLES]
    return np.array([m.fit(cells, table[role]).coef_[0] for m, role in zip(model, tables.ROLES, strict=True)]).T


def held_apart(table: pd.DataFrame) -> np.ndarray:
    """Probabilities by row and role, each article scored by weights trained on the articles of the other folds."""
    cells, found = matrix(table, vocabulary(table)), np.zeros((len(table), len(tables.ROLES)))
    for train, test in GroupKFold(FOLDS).split(table, groups=table["article_id"].str.partition("~")[0]):
        found[test] = 1 / (1 + np.exp(-cells[test] @ fit(table.iloc[train], cells[train])))
    return found


def score(table: pd.DataFrame, given: np.ndarray) -> str:
    """Precision, recall and F1 of the roles given, by row and role, against the hand codes of a set."""
    both = int((given & (table[list(tables.ROLES)].to_numpy() == 1)).sum())
    hand, machine = int(table["hand"].sum()), int(given.sum())
    p, r, f = both / machine if machine else np.nan, both / hand, 2 * both / (machine + hand)
    return f"P {p:.3f}  R {r:.3f}  F1 {f:.3f}  (hand {hand}, machine {machine}, both {both})"


def main(arguments: list[str]) -> None:
    """Train on the sets named in the arguments."""
    out = Path(arguments[arguments.index("--out") + 1]) if "--out" in arguments else weights.FILE
    sets = {a: gather(*map(Path, a.split("="))) for a in arguments if "=" in a}
    table = pd.concat([part.assign(set=name) for name, part in sets.items()], ignore_index=True)
    given = held_apart(table) >= weights.THRESHOLD
    for name in sets:
        print(f"{score(table[table['set'] == name], given[table['set'] == name])}  {name}")
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4):
        print(f"{score(table, held_apart(table) >= threshold)}  all, threshold {threshold}")
    columns = vocabulary(table)
    learned = fit(table, matrix(table, columns))
    learned *= np.array([[weights.STRONG.get(feature.partition("=")[0], 1.0)] for feature in columns])
    kept = pd.DataFrame(learned, columns=list(tables.ROLES)).assign(feature=list(columns))
    kept = kept[kept[list(tables.ROLES)].abs().max(axis=1) >= SMALL]
    kept[["feature", *tables.ROLES]].round(3).to_csv(out, index=False)
    print(f"{len(kept)} features written to {out}")


if __name__ == "__main__":
    main(sys.argv[1:])
