"""Whom each outlet holds responsible: shares of its units that give an actor a part in ISIS activity.

The share of an outlet is a ratio of sums: its units that carry a code, over all units of its articles. Articles are
what is sampled, sentences of one article hang together, so articles are resampled; where an outlet has one article
its units are, and the column `resampled` says so. Every outlet draws from its own stream of the seed, numbered in the
order in which outlets first appear in `articles`: no result depends on what an outlet is called.

Three things that no interval here covers: outlets that were not sampled, mistakes of the coder, and, where units
were resampled, how an outlet's other articles differ from the one at hand.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing import tables
from framing.measuring.resample import (
    MOST_ASSIGNMENTS,
    Resampling,
    bootstrap,
    combine,
    interval,
    mean_difference,
    permutation_p,
    wilson,
)

CODED = ("asserted", "hedged")
_PAIRS = [(actor, role) for actor in tables.ACTORS for role in tables.ROLES]


@dataclass(frozen=True)
class _Sample:
    """An outlet as it is resampled: a row for each article or unit, first column its units, then codes by pair."""

    counts: np.ndarray
    n_articles: int
    resampled: str


@dataclass(frozen=True)
class _Estimate:
    """The shares of one outlet, one entry for each pair of actor and role; `draws` has a row for each replicate."""

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    draws: np.ndarray
    flat: np.ndarray


def attribution_profile(
    articles: pd.DataFrame,
    units: pd.DataFrame,
    codes: pd.DataFrame,
    settings: Resampling | None = None,
    modalities: tuple[str, ...] = CODED,
    coder: str | None = None,
) -> pd.DataFrame:
    """For every outlet, actor and role, the share of the outlet's units that give the actor that role.

    In: tables `articles`, `units` and `codes`, and the `coder` to count where `codes` holds several. Articles whose
    status is not `ok` are left out with their units and codes. `modalities` are those counted: `denied` is left out
    by default, because such a unit says that the actor did not play the part. The coder must have coded all these
    articles, else units that nobody looked at count as units without a code. To count proxies alone, headlines
    alone and the like, filter `codes` (and `units`, which are what the share is of) before.

    Out: table `profile`, a row for every outlet with an ok article x actor x role, also where nothing was found, plus
    the column `interval`:

    - `n` units with the code, `n_units` units, `share` n / n_units, `n_articles` ok articles;
    - `low`, `high`: limits of the share. `interval` is `bootstrap` for percentile limits over resampled articles (or
      units: `resampled`), and `wilson` where every row has the same share, as with none or all of the units: there a
      bootstrap would return the share itself, as if it were certain. The Wilson limits stand in for it, taking units
      as independent, and are the narrowest that can be defended.
    - An outlet without any unit has a share and limits of NaN and `interval` `none`.

    `settings` are those of `Resampling` (default: `Resampling()`), and `level`, `replicates` and `seed` in every row
    say which. Draws go by the order of rows in `articles` and `units`.

    Raises `ValueError` for tables against their contract, a code whose unit is not in `units`, a unit whose article is
    not in `articles`, an unknown coder or modality, and several coders where none is chosen.
    """
    settings = settings or Resampling()
    samples = _samples(articles, units, _select(codes, modalities, coder))
    frames = []
    for (outlet, sample), seed in zip(samples.items(), _streams(samples, settings), strict=True):
        estimate = _estimate(sample, seed, settings)
        totals = sample.counts.sum(axis=0).astype(int)
        frame = pd.DataFrame(_PAIRS, columns=["actor", "role"]).assign(
            n=totals[1:],
            n_units=totals[0],
            share=estimate.share,
            low=estimate.low,
            high=estimate.high,
            n_articles=sample.n_articles,
            **_settings_columns(settings, sample.resampled),
            interval=np.where(estimate.flat, "wilson", "bootstrap") if totals[0] else "none",
        )
        frame.insert(0, "outlet_id", outlet)
        frames.append(frame)
    if not frames:
        return tables.empty("profile").assign(interval=pd.Series(dtype="str"))
    return tables.check(pd.concat(frames, ignore_index=True).astype({"interval": "str"}), "profile")


def contrast(
    articles: pd.DataFrame,
    units: pd.DataFrame,
    codes: pd.DataFrame,
    outlets: pd.DataFrame,
    groups: tuple[str, str] = ("state-aligned", "opposition"),
    settings: Resampling | None = None,
) -> pd.DataFrame:
    """For every actor and role, how the outlets of one group differ from those of another.

    In: as for `attribution_profile`, with one coder and the codes that are not denied (filter `codes` before for
    fewer), and table `outlets`, whose column `alignment` says which outlet is in which of the two `groups`. Outlets
    of other groups and outlets without a unit are left out.

    Out: table `contrast`, a row for every actor x role, plus the column `interval`:

    - `share_a`, `share_b`: mean of the group's outlet shares; outlets weigh alike, however much they printed.
      `difference` is share_a - share_b: positive where the first group gives the actor this role more often.
    - `low`, `high`: limits of the difference. The outlets are kept as they are, and within each its articles are
      resampled (its units where it has one article; `resampled` is `articles` only where all outlets have two or
      more). So the limits do not cover variation between outlets: another outlet of the same group may well lie
      outside. `interval` is `bootstrap`, or `combined` where some outlet's share could not be resampled (see
      `attribution_profile`): there the limits of the outlet shares are put together by `combine`.
    - `p`: exact two-sided permutation test over all ways to deal the group labels to the outlets, drawn at random
      where there are more than 10,000; see `permutation_p`. `smallest_p` is the smallest that so many outlets can
      give. With one outlet in each group both are 1. No p is corrected for the 20 comparisons; see `limits`.

    Raises `ValueError` as `attribution_profile` does, for an outlet of `articles` that is not in `outlets`, and for
    a group without an outlet.
    """
    settings = settings or Resampling()
    outlets = tables.check(outlets, "outlets")
    samples = _samples(articles, units, _select(codes, CODED, None))
    alignment = _alignments(samples, outlets, groups)
    names = [name for name in samples if alignment.get(name) in groups]
    streams = dict(zip(samples, _streams(samples, settings), strict=True))
    found = [_estimate(samples[name], streams[name], settings) for name in names]

    first = np.array([alignment[name] == groups[0] for name in names])
    weights = mean_difference(first)
    share = np.stack([one.share for one in found])
    flat = np.any([one.flat for one in found], axis=0)
    drawn = interval(np.tensordot(weights, np.stack([one.draws for one in found]), axes=1), settings.level)
    combined = combine(weights, share, np.stack([one.low for one in found]), np.stack([one.high for one in found]))
    p, smallest = permutation_p(share, first, settings.seed)
    articles_all = all(samples[name].resampled == "articles" for name in names)
    return tables.check(
        pd.DataFrame(_PAIRS, columns=["actor", "role"]).assign(
            group_a=groups[0],
            group_b=groups[1],
            outlets_a=int(first.sum()),
            outlets_b=int((~first).sum()),
            share_a=share[first].mean(axis=0),
            share_b=share[~first].mean(axis=0),
            difference=weights @ share,
            low=np.where(flat, combined[0], drawn[0]),
            high=np.where(flat, combined[1], drawn[1]),
            p=p,
            smallest_p=smallest,
            **_settings_columns(settings, "articles" if articles_all else "units"),
            interval=pd.Series(np.where(flat, "combined", "bootstrap"), dtype="str"),
        ),
        "contrast",
    )


def limits(contrast: pd.DataFrame, threshold: float = 0.05) -> str:
    """What so few outlets can show and what the intervals leave out, in sentences made from a table `contrast`.

    `threshold` is the p below which a reader would be tempted to speak of a finding. Raises `ValueError` for a table
    without rows or with more than one pair of groups.
    """
    contrast = tables.check(contrast, "contrast")
    said = ["group_a", "group_b", "outlets_a", "outlets_b", "smallest_p", "resampled", "level", "replicates", "seed"]
    kinds = contrast[said].drop_duplicates()
    if len(kinds) != 1:
        raise ValueError(f"table contrast has {len(kinds)} pairs of groups or settings; limits are stated for one")
    row = kinds.iloc[0]
    ways = math.comb(row.outlets_a + row.outlets_b, row.outlets_a)
    sides = f"{_outlets(row.outlets_a, row.group_a)} against {_outlets(row.outlets_b, row.group_b)}"
    compared = len(contrast)
    if row.smallest_p > threshold:
        sentences = [
            f"{sides} can be split in {ways:,} ways, so an exact permutation p is {row.smallest_p:#.2g} "
            "at the lowest: the differences describe these articles, "
            "and say nothing firm about other outlets of either group."
        ]
    else:
        exact = "an exact permutation p" if ways <= MOST_ASSIGNMENTS else "a permutation p from random splits"
        sentences = [
            f"{sides} can be split in {ways:,} ways, so {exact} can be as low as {row.smallest_p:#.2g}.",
            f"{compared} differences are tested and none is corrected for that: "
            f"chance alone gives up to {compared * threshold:#.2g} of them, on average, a p of at most {threshold:g}.",
        ]
    sentences.append(f"The {100 * row.level:g}% intervals of these differences: {intervals_in_words(contrast)}.")
    left_out = ["variation between outlets", "mistakes of the coder"]
    left_out += [] if row.resampled == "articles" else ["how the other articles of an outlet with one here differ"]
    sentences.append(f"None of them covers {', '.join(left_out[:-1])} or {left_out[-1]}.")
    return " ".join(sentences)


def intervals_in_words(table: pd.DataFrame, short: bool = False) -> str:
    """How many intervals of a profile or a contrast were made in which way, in words; `short` leaves out why.

    In: rows of table `profile` or `contrast` with the column `interval`, of one setting. Raises `ValueError` for a
    table without that column or without rows.
    """
    if "interval" not in table.columns or table.empty:
        raise ValueError(
            "the table has no row or no column interval; give what `attribution_profile` or `contrast` made"
        )
    first, kinds = table.iloc[0], set(table["resampled"])
    if kinds == {"units"} and "share" in table.columns:
        rows = "units"
    elif kinds == {"articles"}:
        rows = "articles"
    else:
        # A contrast says `units` as soon as one of its outlets has one article.
        rows = "articles or units" if short else "articles, or of units where an outlet has one article"
    ways = {
        "bootstrap": (f"from {first['replicates']:,} resamples of {rows} (seed {first['seed']})", ""),
        "wilson": ("Wilson's", ", since resampling shows no spread where an outlet has no code or the same everywhere"),
        "combined": (
            "put together from the outlets' limits",
            ", since an outlet without a code, or with the same everywhere, cannot be resampled "
            "(its Wilson interval stands in)",
        ),
        "none": ("undefined", ", since the outlet has no units"),
    }
    found = {way: n for way in ways if (n := int((table["interval"] == way).sum()))}
    number = "all {:,}" if len(found) == 1 else "{:,}"
    return ", ".join(f"{number.format(n)} {ways[way][0]}{'' if short else ways[way][1]}" for way, n in found.items())


def commonest_role(profile: pd.DataFrame, actors: tuple[str, ...] = ("us", "russia", "iran")) -> pd.DataFrame:
    """For each outlet, the actor and role that most of its units carry, among `actors`.

    In: table `profile`. Out: columns outlet_id, actor, role, n, n_units, share in the order of the profile; several
    rows for an outlet where several pairs tie, none where no unit carries any. Raises `ValueError` for an actor that
    does not exist.
    """
    profile = tables.check(profile, "profile")
    if unknown := [actor for actor in actors if actor not in tables.ACTORS]:
        raise ValueError(f"actor {unknown[0]!r} is not one of {', '.join(tables.ACTORS)}")
    among = profile[profile["actor"].isin(actors) & (profile["n"] > 0)]
    most = among["n"] == among.groupby("outlet_id")["n"].transform("max")
    return among.loc[most, ["outlet_id", "actor", "role", "n", "n_units", "share"]].reset_index(drop=True)


def attribution_matrix(profile: pd.DataFrame, value: str = "share") -> pd.DataFrame:
    """A profile laid out wide for figures and reading: a row for each outlet, columns actor x role.

    In: table `profile` and the name of one of its columns of numbers. Out: `value` with index outlet_id, in the order
    of the profile, and columns (actor, role) in the order of `tables.ACTORS` and `tables.ROLES`, all 20 of them; NaN
    where the profile has no such row. Raises `ValueError` for a column that is not a number.
    """
    profile = tables.check(profile, "profile")
    numbers = profile.select_dtypes("number").columns
    if value not in numbers:
        raise ValueError(f"value {value!r} is not a number column of the profile; it has {', '.join(numbers)}")
    wide = profile.pivot(index="outlet_id", columns=["actor", "role"], values=value)
    columns = pd.MultiIndex.from_tuples(_PAIRS, names=["actor", "role"])
    return wide.reindex(index=profile["outlet_id"].drop_duplicates().tolist(), columns=columns).rename_axis("outlet_id")


def _select(codes: pd.DataFrame, modalities: tuple[str, ...], coder: str | None) -> pd.DataFrame:
    codes = tables.check(codes, "codes")
    if unknown := [modality for modality in modalities if modality not in tables.MODALITIES]:
        raise ValueError(f"modality {unknown[0]!r} is not one of {', '.join(tables.MODALITIES)}")
    coders = sorted(codes["coder"].unique())
    if coder is None and len(coders) > 1:
        raise ValueError(f"codes holds {len(coders)} coders, {', '.join(coders)}; keep the codes of one")
    if coder is not None and coders and coder not in coders:
        raise ValueError(f"coder {coder!r} has no codes; codes holds {', '.join(coders)}")
    kept = codes["modality"].isin(modalities)
    return codes[kept if coder is None else kept & (codes["coder"] == coder)]


def _samples(articles: pd.DataFrame, units: pd.DataFrame, codes: pd.DataFrame) -> dict[str, _Sample]:
    articles, units = tables.check(articles, "articles"), tables.check(units, "units")
    _check_known(units, articles, ["article_id"], "units", "articles")
    _check_known(codes, units, ["article_id", "unit"], "codes", "units")
    ok = articles.loc[articles["status"] == "ok", ["article_id", "outlet_id"]]

    rows = units[["article_id", "unit"]].merge(ok, on="article_id")
    with_units = rows.groupby("outlet_id")["article_id"].nunique()
    alone = rows["outlet_id"].map(with_units).to_numpy() < 2
    article = rows.groupby("article_id", sort=False).ngroup().to_numpy()
    rows["row"] = np.where(alone, len(rows) + np.arange(len(rows)), article)
    rows["row"] = rows.groupby("row", sort=False).ngroup()

    counts = np.zeros((rows["row"].nunique(), 1 + len(_PAIRS)))
    np.add.at(counts, (rows["row"].to_numpy(), 0), 1)
    coded = codes[["article_id", "unit", "actor", "role"]].merge(rows, on=["article_id", "unit"])
    pairs = pd.MultiIndex.from_tuples(_PAIRS).get_indexer(pd.MultiIndex.from_frame(coded[["actor", "role"]]))
    np.add.at(counts, (coded["row"].to_numpy(), 1 + pairs), 1)

    places = rows.drop_duplicates("row").groupby("outlet_id")["row"]
    places = {outlet: place.to_numpy() for outlet, place in places}
    none = np.array([], dtype=int)
    return {
        outlet: _Sample(
            counts[places.get(outlet, none)], number, "units" if with_units.get(outlet, 0) < 2 else "articles"
        )
        for outlet, number in ok.groupby("outlet_id", sort=False).size().items()
    }


def _check_known(rows: pd.DataFrame, known: pd.DataFrame, keys: list[str], table: str, other: str) -> None:
    absent = ~pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(known[keys]))
    if absent.any():
        values = ", ".join(f"{key}={rows.loc[absent, key].tolist()[0]!r}" for key in keys)
        raise ValueError(
            f"table {table}, row {rows.index[absent][0]}: {values} is not in {other}; "
            f"give the {other} that these {table} were made from, or keep the {table} of these {other}"
        )


def _streams(samples: dict[str, _Sample], settings: Resampling) -> list[np.random.SeedSequence]:
    # One seed for all would give outlets with as many articles the same draws, and their difference too little width.
    return np.random.SeedSequence(settings.seed).spawn(len(samples))


def _estimate(sample: _Sample, seed: np.random.SeedSequence, settings: Resampling) -> _Estimate:
    total = sample.counts.sum(axis=0)
    n, n_units = total[1:], total[0]
    if not n_units:
        undefined = np.full(len(_PAIRS), np.nan)
        return _Estimate(undefined, undefined, undefined, undefined[None], np.zeros(len(_PAIRS), dtype=bool))
    draws = bootstrap(sample.counts, _share, settings.replicates, seed)
    low, high = interval(draws, settings.level)
    # Compared as products of whole numbers: the share of every row is the share of all, without rounding.
    flat = np.all(sample.counts[:, 1:] * n_units == sample.counts[:, :1] * n, axis=0)
    wilson_low, wilson_high = wilson(n, n_units, settings.level)
    return _Estimate(_share(total), np.where(flat, wilson_low, low), np.where(flat, wilson_high, high), draws, flat)


def _share(sums: np.ndarray) -> np.ndarray:
    return sums[..., 1:] / sums[..., :1]


def _alignments(samples: dict[str, _Sample], outlets: pd.DataFrame, groups: tuple[str, str]) -> dict[str, str]:
    if len(groups) != 2 or groups[0] == groups[1]:
        raise ValueError(f"groups {groups!r} are not two different ones")
    alignment = dict(zip(outlets["outlet_id"], outlets["alignment"], strict=True))
    if absent := [name for name in samples if name not in alignment]:
        raise ValueError(f"outlet {absent[0]!r} has articles but no row in outlets; add it there with its alignment")
    there = {name: alignment[name] for name, sample in samples.items() if len(sample.counts)}
    for group in groups:
        if group not in there.values():
            found = ", ".join(sorted(set(there.values()))) or "none"
            raise ValueError(f"no outlet with units is in group {group!r}; groups there are: {found}")
    return there


def _settings_columns(settings: Resampling, resampled: str) -> dict[str, object]:
    return {
        "resampled": resampled,
        "level": settings.level,
        "replicates": settings.replicates,
        "seed": settings.seed,
    }


def _outlets(number: int, group: str) -> str:
    return f"{number} {group} outlet{'' if number == 1 else 's'}"
