"""Trains the weights of the trained steps on hand codes, and says how well they hold on articles not trained on.

    python -m framing.coding.train SET... [--out FOLDER]

A set is a table of articles as `framing code` takes it (`a.jsonl`, its hand codes beside it in `a_codes.csv` and,
where not all units were coded, the list of those in `a_units.csv`; or all named, `a.jsonl=codes.csv=units.csv`), a
file of cases (`.yaml`, see `tests/cases`), or a folder of either. A set of articles whose name begins with n holds
newspapers, every other reports of the war. Writes `register.csv`, `weights.csv` and `telling.csv` into the folder, by
default the package. What the shipped files were made of stands in `tests/trained/README.md`.

Prints precision, recall and F1 by set, each article scored by weights that were trained without it, and the same for
voice and modality over all hand codes that can be reached. The register, which looks at no code, is made of all
articles; the settings below were chosen by the same scores.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from rich.console import Console
from rich.progress import track
from scipy import sparse
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from framing import reading, tables
from framing.arabic import fold_map, words
from framing.coding import coder, register, surroundings, telling, weights
from framing.coding.unit import Told, UnitReading

# Inverse strength of the ridge penalty, and in how many articles a feature must occur; the best of a few tried by
# cross-validation. A feature of one article could only learn that article by heart.
RIDGE, ARTICLES, FOLDS = 0.3, 3, 8
# How far a feature's leaning (see `leaning`) scales it, from not at all to wholly, and the rows that every feature is
# taken to have beside those it has.
LEAN, SMOOTH = 0.5, 5
# Fewer articles than this teach nothing that carries.
ENOUGH = 40
_CODED = ("article_id", "unit", "actor", "role", "modality", "voice")
ERRORS = Console(stderr=True)
# In how many units a word must stand to say something of a register.
UNITS = 12
# Weights smaller than this change no decision that matters and are left out of the file.
SMALL = 0.05


@dataclass(frozen=True)
class Gathered:
    """What one set of hand codes gives to learn from.

    `actors` has a row for every actor that a unit may give a role: article_id, unit, actor, `held` (its set of
    features) and a column of 0 and 1 for each role. `tellings` has a row for every hand code of a unit that was read:
    article_id, `held`, voice and modality by hand, and both by scope. `hand` counts the hand codes of the set.
    """

    actors: pd.DataFrame
    tellings: pd.DataFrame
    hand: int


@dataclass(frozen=True)
class HandSet:
    """Articles and units (tables of those names), hand codes, the units that were coded (None for all), and whether
    the articles are those of newspapers."""

    articles: pd.DataFrame
    units: pd.DataFrame
    hand: pd.DataFrame
    coded: set[tuple[str, int]] | None = None
    press: bool = False


def read_set(given: str) -> HandSet:
    """Read what one argument names; raises `ValueError` where its codes are missing."""
    file, *beside = map(Path, given.split("="))
    if file.suffix == ".yaml":
        return _read_cases(file)
    codes = beside[0] if beside else file.with_name(f"{file.stem}_codes.csv")
    listed = beside[1] if len(beside) > 1 else file.with_name(f"{file.stem}_units.csv")
    if not codes.exists():
        raise ValueError(f"{file.name}: no hand codes in {codes.name}")
    hand = pd.read_csv(codes, dtype=str, keep_default_na=False).rename(columns={"id": "article_id"})
    if missing := [column for column in _CODED if column not in hand]:
        raise ValueError(f"{codes.name}: it has no column {missing[0]}; hand codes need {', '.join(_CODED)}")
    press = file.stem.startswith("n")
    articles, units = reading.read_articles(file)
    hand = hand.assign(unit=hand["unit"].astype(int))
    hand = hand[hand["article_id"].isin(articles["article_id"])]
    if not listed.exists():
        return HandSet(articles, units, hand, press=press)
    coded = pd.read_csv(listed, dtype=str, keep_default_na=False)
    keys = set(zip(coded["article_id"], coded["unit"].astype(int), strict=True))
    keep = [key in keys for key in zip(hand["article_id"], hand["unit"], strict=True)]
    return HandSet(articles, units, hand[keep], keys, press)


def _read_cases(file: Path) -> HandSet:
    """Every case of a file as an article of its own whose last unit is coded."""
    lines, hand, coded = [], [], set()
    for number, case in enumerate(yaml.safe_load(file.read_text(encoding="utf-8")), start=1):
        article_id, units = f"{file.stem}-{number}", []
        for unit, line in enumerate(case["text"], start=1):
            kind, _, rest = line.partition(": ")
            kind, text = (kind, rest) if kind in ("headline", "subhead") else ("body", line)
            units.append({"unit": unit, "kind": kind, "text": text})
        lines.append(json.dumps({"article_id": article_id, "outlet_id": "cases", "units": units}, ensure_ascii=False))
        coded.add((article_id, len(units)))
        for code in case["codes"]:
            actor, role, modality, voice = code.split()
            hand.append((article_id, len(units), actor.rstrip("*"), role, modality, voice))
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "cases.jsonl")
        table.write_text("\n".join(lines), encoding="utf-8")
        articles, units_table = reading.read_articles(table)
    return HandSet(articles, units_table, pd.DataFrame(hand, columns=list(_CODED)), coded)


def gather(given: HandSet) -> Gathered:
    """Read the units of one set and put their features beside the hand codes."""
    by_unit = dict(list(given.hand.groupby(["article_id", "unit"])))
    none = given.hand.iloc[:0]
    actors, tellings = [], []
    for text, own, resolved in coder.passages(given.articles, given.units):
        for unit, told in coder.read_article(text, own, resolved):
            place = unit.unit["article_id"], unit.unit["unit"]
            if given.coded is not None and place not in given.coded:
                continue
            rows, held_by = by_unit.get(place, none), surroundings.features(unit, told)
            codes = set(zip(rows["actor"], rows["role"], strict=True))
            for actor, held in held_by.items():
                actors.append((*place, actor, held, *(int((actor, role) in codes) for role in tables.ROLES)))
            reached = [code for code in rows.itertuples() if code.actor in held_by]
            tellings += [(place[0], *_telling(unit, told, code)) for code in reached]
    table = pd.DataFrame(actors, columns=["article_id", "unit", "actor", "held", *tables.ROLES])
    return Gathered(
        table.astype(dict.fromkeys(tables.ROLES, "int64")),
        pd.DataFrame(tellings, columns=["article_id", "held", "voice", "modality", "scope_voice", "scope_modality"]),
        given.hand.drop_duplicates(["article_id", "unit", "actor", "role"]).shape[0],
    )


def register_of(sets: Iterable[HandSet]) -> dict[str, float]:
    """The weight of every word that stands in enough units, by how many units of the press and of the war hold it."""
    found: tuple[Counter, Counter] = Counter(), Counter()
    for given in sets:
        texts = dict(zip(given.articles["article_id"], given.articles["text"], strict=True))
        for row in given.units.itertuples():
            unit = fold_map(texts[row.article_id][row.start : row.end])[0]
            found[given.press].update({word for word, _, _ in words(unit)})
    war, press = found
    often = sorted(word for word in war | press if war[word] + press[word] >= UNITS)
    shares = [(press[word] + 1) / (press.total() + 1) / (war[word] + 1) * (war.total() + 1) for word in often]
    return dict(zip(often, np.log(shares).round(2).tolist(), strict=True))


def _telling(unit: UnitReading, told: Told, code: tuple) -> tuple:
    """The features of a hand code's telling with its voice and modality, by hand and by scope."""
    row, at = coder.by_scope(unit, weights.findings(unit, told, code.actor, code.role))[0]
    return telling.features(unit, told, at, row), code.voice, code.modality, row["voice"], row["modality"]


def vocabulary(table: pd.DataFrame) -> dict[str, int]:
    """The features that occur in enough articles, each with its column."""
    seen = Counter(f for _, held in table.groupby("article_id")["held"] for f in set().union(*held))
    return {feature: column for column, feature in enumerate(sorted(f for f, n in seen.items() if n >= ARTICLES))}


def matrix(table: pd.DataFrame, columns: dict[str, int]) -> sparse.csr_matrix:
    """Rows of `table` by features."""
    cells = []
    for row, held in enumerate(table["held"]):
        factors = weights.strengths(held)
        cells += [(row, columns[f], factors[weights.group(f)]) for f in sorted(held) if f in columns]
    rows, cols, values = zip(*cells, strict=True)
    return sparse.csr_matrix((values, (rows, cols)), shape=(len(table), len(columns)))


def leaning(cells: sparse.csr_matrix, answer: np.ndarray) -> np.ndarray:
    """How unevenly each feature stands in the rows with and without an answer: the absolute logarithm of the ratio of
    its two shares, relative to the root mean square over all features.

    Scaling by it tells the ridge to spare what leans (Wang and Manning 2012, interpolated as they do).
    """
    held = cells.astype(bool).astype(int)
    withs, without = (SMOOTH + np.asarray(held[answer == value].sum(axis=0)).ravel() for value in (1, 0))
    ratios = np.abs(np.log(withs / (answer == 1).sum() / (without / (answer == 0).sum())))
    return ratios / np.sqrt((ratios**2).mean())


def fit(cells: sparse.csr_matrix, answers: np.ndarray) -> np.ndarray:
    """Weights by feature and column of answers, one ridge logistic regression a column; the intercept is `any=1`."""
    model, columns = LogisticRegression(C=RIDGE, solver="liblinear", fit_intercept=False, max_iter=500), []
    for answer in answers.T:
        scale = 1 - LEAN + LEAN * leaning(cells, answer)
        columns.append(model.fit(cells @ sparse.diags(scale), answer).coef_[0] * scale)
    return np.column_stack(columns)


def held_apart(table: pd.DataFrame, answers: np.ndarray) -> np.ndarray:
    """Sums of weights by row and column of answers, each article scored by weights trained on the other folds."""
    cells, found = matrix(table, vocabulary(table)), np.zeros(answers.shape)
    articles = table["article_id"].str.partition("~")[0]  # windows of one article are told apart behind ~
    for train, test in track(
        list(GroupKFold(FOLDS).split(table, groups=articles)), "Training fold by fold", console=ERRORS
    ):
        found[test] = cells[test] @ fit(cells[train], answers[train])
    return found


def score(hand: int, given: np.ndarray, right: np.ndarray) -> str:
    """Precision, recall and F1 of the roles given against the hand codes of a set."""
    both, machine = int((given & right).sum()), int(given.sum())
    p, r = (both / n if n else np.nan for n in (machine, hand))
    f = 2 * both / (machine + hand) if machine + hand else np.nan
    return f"P {p:.3f}  R {r:.3f}  F1 {f:.3f}  (hand {hand}, machine {machine}, both {both})"


def weigh(table: pd.DataFrame, answers: np.ndarray, names: tuple[str, ...]) -> pd.DataFrame:
    """Train on all articles; the weights that are not small, a row for each feature."""
    columns = vocabulary(table)
    trained = fit(matrix(table, columns), answers)
    kept = pd.DataFrame(trained, columns=list(names)).assign(feature=list(columns))
    kept = kept[kept[list(names)].abs().max(axis=1) >= SMALL]
    return kept[["feature", *names]].round(2)


def check(actors: pd.DataFrame, tellings: pd.DataFrame) -> None:
    """Raise `ValueError` where there is too little to learn from."""
    for role in tables.ROLES:
        if not actors[role].any():
            raise ValueError(f"no hand code says {role}; every role needs some")
    for column, values in (("voice", tables.VOICES), ("modality", tables.MODALITIES)):
        if missing := [value for value in values if value not in set(tellings[column])]:
            raise ValueError(f"no hand code says {missing[0]}; every {column} needs some")


def main(arguments: list[str]) -> None:
    """Train on the sets named in the arguments."""
    parser = argparse.ArgumentParser("framing.coding.train", description="Train the weights on hand codes.")
    parser.add_argument("sets", nargs="*", metavar="SET", help="articles with hand codes, cases, or a folder of them")
    parser.add_argument("--out", type=Path, default=weights.FILE.parent, help="folder for the weights")
    given = parser.parse_args(arguments)
    out = given.out
    if not out.is_dir():
        raise ValueError(f"there is no folder {out} to write the weights into")
    files = [file for a in given.sets for file in (sorted(Path(a).glob("*.[jy]*l")) if Path(a).is_dir() else [a])]
    if not files:
        raise ValueError("name the sets to train on: files of articles or cases, or folders of them")
    read = {str(file): read_set(str(file)) for file in files}
    if (count := sum(len(given.articles) for given in read.values())) < ENOUGH:
        raise ValueError(f"training needs at least {ENOUGH} articles, not {count}")
    with tempfile.TemporaryDirectory() as folder:
        # The features look the register up in its file, so it must lie somewhere before they are made.
        listed = Path(folder, register.FILE.name)
        pd.Series(register_of(read.values()), name="weight").rename_axis("word").to_csv(listed)
        with register.using(listed):
            sets = {name: gather(given) for name, given in track(read.items(), "Reading the sets", console=ERRORS)}
        made = {listed.name: pd.read_csv(listed, dtype=str, keep_default_na=False)}
    actors = pd.concat([part.actors.assign(set=name) for name, part in sets.items()], ignore_index=True)
    tellings = pd.concat([part.tellings for part in sets.values()], ignore_index=True)
    check(actors, tellings)
    roles = actors[list(tables.ROLES)].to_numpy()
    chance = expit(held_apart(actors, roles))
    for name, part in sets.items():
        own = (actors["set"] == name).to_numpy()
        print(f"{score(part.hand, chance[own] >= weights.THRESHOLD, roles[own] == 1)}  {name}")
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4):
        hand = sum(part.hand for part in sets.values())
        print(f"{score(hand, chance >= threshold, roles == 1)}  all, threshold {threshold}")
    source = (tellings["voice"] == "source").to_numpy()
    moods = np.column_stack([tellings["modality"] == mood for mood in tables.MODALITIES])
    answers = np.column_stack([source, moods]).astype(int)
    sums = held_apart(tellings, answers)
    by_scope = [(tellings[name] == tellings[f"scope_{name}"]).mean() for name in ("voice", "modality")]
    right = ((sums[:, 0] > 0) == source).mean(), (sums[:, 1:].argmax(axis=1) == moods.argmax(axis=1)).mean()
    print(f"voice right {right[0]:.3f} (by scope alone {by_scope[0]:.3f}), ", end="")
    print(f"modality right {right[1]:.3f} (by scope alone {by_scope[1]:.3f}), of {len(tellings)} hand codes")
    made[weights.FILE.name] = weigh(actors, roles, tables.ROLES)
    made[telling.FILE.name] = weigh(tellings, answers, telling.COLUMNS)
    for name, table in made.items():
        table.to_csv(out / name, index=False)
        print(f"{len(table)} rows written to {name}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError) as error:
        print(f"train: {error}", file=sys.stderr)
        sys.exit(2)
