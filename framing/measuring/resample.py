"""Intervals and tests by resampling: drawing, interval and test apart, none of them knowing about outlets.

Everything that is resampled here is a table of counts, one row for each article (or unit), and every statistic is a
function of column sums: a share is codes over units, precision is hits over hits and false alarms. `bootstrap` draws
rows and hands the sums to the statistic; `interval` reads limits off the draws.

Where rows do not differ, drawing them again cannot show any uncertainty; `wilson` serves there, and `combine` puts
limits of both kinds together for a difference. `permutation_p` asks what chance alone would do to labels.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

# Ways to deal labels that are still gone through one by one: 15 outlets (6,435 ways), 20 columns take 15 ms.
MOST_ASSIGNMENTS = 10_000
# Shares are quotients of counts summed in different orders; equal ones differ by rounding, far less than this.
_TOLERANCE = 1e-12
# Cells of one block of drawn rows, which bounds memory at some 50 MB however many articles there are.
_BLOCK = 2_000_000


@dataclass(frozen=True)
class Resampling:
    """How intervals are made: the level, the number of bootstrap replicates, and the seed.

    Raises `ValueError` for a level outside 0 to 1, fewer than 100 replicates or a seed that is no whole number.

    >>> Resampling(level=95)
    Traceback (most recent call last):
        ...
    ValueError: level 95 is not between 0 and 1; write 0.95 for 95%
    """

    level: float = 0.95
    replicates: int = 2000
    seed: int = 20150721

    def __post_init__(self):
        if not 0 < self.level < 1:
            raise ValueError(f"level {self.level!r} is not between 0 and 1; write 0.95 for 95%")
        if not isinstance(self.replicates, Integral) or self.replicates < 100:
            raise ValueError(f"replicates {self.replicates!r} is not a whole number of at least 100")
        if not isinstance(self.seed, Integral) or isinstance(self.seed, bool) or self.seed < 0:
            raise ValueError(f"seed {self.seed!r} is not a whole number of at least 0")


# scipy.stats.bootstrap was tried: for 20 shares of one outlet it copies every column for every replicate and takes
# twenty times as long (0.21 s against 0.01 s at 500 articles), and it refuses a sample of one row. Its intervals
# are the same within Monte Carlo error, which a test holds.
def bootstrap(
    counts: ArrayLike,
    statistic: Callable[[np.ndarray], np.ndarray],
    replicates: int,
    seed: int | np.random.SeedSequence,
) -> np.ndarray:
    """Draw the rows of `counts` with replacement, sum each draw by column, and give the sums to `statistic`.

    `counts` has one row for each resampled article or unit, and one column for each thing counted. `statistic` takes
    sums of shape (draws, columns) and returns one row for each draw; applied to `counts.sum(axis=0)` it gives the
    estimate itself. Returns the statistic of all replicates, those first. Rows stay whole, so that statistics of
    several columns keep their dependence. The same seed gives the same draws. Raises `ValueError` for a table
    without rows or not of two dimensions.

    Efron, B. & Tibshirani, R. (1993), An Introduction to the Bootstrap, chapter 6.

    >>> bootstrap([[1, 10], [1, 10]], lambda sums: sums[..., 0] / sums[..., 1], replicates=3, seed=1)
    array([0.1, 0.1, 0.1])
    """
    counts = np.asarray(counts, dtype=float)
    if counts.ndim != 2 or not len(counts):
        raise ValueError(f"counts of shape {counts.shape} cannot be resampled; they need two dimensions and a row")
    rng, rows = np.random.default_rng(seed), len(counts)
    step = max(1, _BLOCK // rows)
    blocks = []
    for done in range(0, replicates, step):
        block = min(step, replicates - done)
        drawn = rng.integers(rows, size=(block, rows)) + np.arange(block)[:, None] * rows
        times = np.bincount(drawn.ravel(), minlength=block * rows).reshape(block, rows)
        blocks.append(statistic(times.astype(float) @ counts))
    return np.concatenate(blocks)


def interval(draws: ArrayLike, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The percentile interval of `draws` along their first axis: low and high, NaN where a draw is undefined.

    Percentiles rather than BCa limits: these need a jackknife over the rows, which for an outlet with two articles is
    a jackknife over two values. With few rows percentile intervals are too narrow (two rows have only three
    different draws). Efron & Tibshirani (1993), chapter 13.

    >>> [float(limit) for limit in interval([0.0, 0.1, 0.2, 0.3, 0.4], level=0.5)]
    [0.1, 0.3]
    """
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


# scipy.stats.binomtest gives the same limits, one share a call; importing scipy.stats takes a second.
def wilson(n: ArrayLike, total: ArrayLike, level: float) -> tuple[np.ndarray, np.ndarray]:
    """The Wilson score interval of the share `n` of `total`: low and high, NaN where `total` is 0.

    Unlike a bootstrap it has a width at 0 and at 1. It takes the `total` as independent; sentences of one article
    are not quite, so it is the narrowest that can be defended. Wilson, E. B. (1927), JASA 22: 209-212; recommended
    for small samples by Brown, Cai & DasGupta (2001), Statistical Science 16: 101-133.

    >>> low, high = wilson(0, 10, level=0.95)
    >>> round(float(low), 3), round(float(high), 3)
    (0.0, 0.278)
    """
    total = np.where(np.asarray(total) > 0, total, np.nan)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = n / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    # At the ends the limit is the end itself; rounding would put it a hair off, and the share outside its interval.
    return np.where(share == 0, 0.0, centre - half), np.where(share == 1, 1.0, centre + half)


def combine(weights: ArrayLike, estimates: ArrayLike, low: ArrayLike, high: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a weighted sum of independent estimates, from the limits of each (the MOVER method).

    `weights` has one entry for each row of the three others. Each side adds up in squares the distances that pull
    the sum that way: an estimate with a positive weight pulls it down by its lower limit, one with a negative weight
    by its upper limit. Zou & Donner (2008), Statistics in Medicine 27: 1693-1702; for the difference of two shares
    with Wilson limits it is method 10 of Newcombe (1998), Statistics in Medicine 17: 873-890.

    >>> low, high = combine([1, -1], [0.5, 0.2], [0.2, 0.1], [0.9, 0.6])
    >>> round(float(low), 3), round(float(high), 3)
    (-0.2, 0.712)
    """
    weights, estimates = np.asarray(weights, dtype=float), np.asarray(estimates, dtype=float)
    signed = weights.reshape(-1, *[1] * (estimates.ndim - 1))
    total, below, above = (signed * estimates).sum(axis=0), estimates - low, high - estimates
    down = np.sqrt((np.where(signed > 0, below, above) ** 2 * signed**2).sum(axis=0))
    up = np.sqrt((np.where(signed > 0, above, below) ** 2 * signed**2).sum(axis=0))
    return total - down, total + up


# scipy.stats.permutation_test was tried: it refuses a group of one, and its two-sided p doubles the smaller tail,
# which for groups of unequal size is not the share of assignments that lie as far out as the observed one.
def permutation_p(values: ArrayLike, first: ArrayLike, seed: int) -> tuple[np.ndarray, float]:
    """The two-sided permutation p of a difference between two group means, and the smallest p there could be.

    `values` has a row for each member and a column for each measure, `first` says which members are in the first
    group. p is the share of all ways to choose as many members for the first group whose difference is, in absolute
    size, at least the observed one; the observed way counts. The smallest p is one way in all, or two where the
    groups are of equal size, because then the mirrored choice lies as far out; with one member each it is 1. Beyond
    `MOST_ASSIGNMENTS` ways that many less one are drawn at random and p is (hits + 1) / (draws + 1): Phipson & Smyth
    (2010), Statistical Applications in Genetics and Molecular Biology 9: 39. NaN in a column makes its p NaN.

    Raises `ValueError` where a group is empty. Fisher, R. A. (1935), The Design of Experiments, section 21.

    >>> p, smallest = permutation_p([[9.0], [4.0], [1.0], [2.0], [3.0]], [True, True, False, False, False], seed=1)
    >>> p.tolist(), smallest
    ([0.1], 0.1)
    """
    values, first = np.asarray(values, dtype=float), np.asarray(first, dtype=bool)
    members, chosen = len(first), int(first.sum())
    if not 0 < chosen < members:
        raise ValueError(f"{chosen} of {members} members are in the first group; each group needs one")
    ways = math.comb(members, chosen)
    if ways <= MOST_ASSIGNMENTS:
        masks = np.zeros((ways, members), dtype=bool)
        choices = np.array(list(itertools.combinations(range(members), chosen)))
        np.put_along_axis(masks, choices, True, axis=1)
        added, smallest = 0, (2 if 2 * chosen == members else 1) / ways
    else:
        masks = np.random.default_rng(seed).permuted(np.tile(first, (MOST_ASSIGNMENTS - 1, 1)), axis=1)
        added, smallest = 1, 1 / MOST_ASSIGNMENTS
    observed = np.abs(mean_difference(first) @ values)
    hits = (np.abs(mean_difference(masks) @ values) >= observed - _TOLERANCE).sum(axis=0)
    p = (hits + added) / (len(masks) + added)
    return np.where(np.isnan(observed), np.nan, p), smallest


def mean_difference(first: np.ndarray) -> np.ndarray:
    """The weights that make a sum the mean of the group `first` less the mean of the rest.

    >>> mean_difference(np.array([True, True, False])).tolist()
    [0.5, 0.5, -1.0]
    """
    chosen = first.sum(axis=-1, keepdims=True)
    return np.where(first, 1 / chosen, -1 / (first.shape[-1] - chosen))
