"""Figures of who is given which role: each function draws one tidy table onto one Axes and returns the Axes.

One visual language everywhere: every role has its colour (Okabe and Ito's, told apart by colour-blind readers), every
alignment its marker, and each number that a colour stands for is also printed or read from an axis. `*_figure`
functions make whole figures, with a note that says n, the interval and what was resampled.
"""

import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from framing.showing import words
from framing.tables import ACTORS, ROLES

# Okabe and Ito (2008), Color Universal Design.
ROLE_COLOURS = {
    "sponsor": "#D55E00",
    "colluder": "#E69F00",
    "bystander": "#CC79A7",
    "opponent": "#0072B2",
    "target": "#009E73",
}
ALIGNMENT_MARKERS = {"state-aligned": "s", "opposition": "o", "independent": "D"}
_SYMBOLS = {"state-aligned": "■", "opposition": "●", "independent": "◆"}

_STYLE = {
    # The one family that matplotlib ships with Arabic letters; its obliques and serifs have none.
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": "#767676",
    "xtick.color": "#333333",
    "ytick.color": "#111111",
    "ytick.left": False,
    "text.color": "#111111",
}
_GREY = "#595959"
_DPI = 110


def draw_attribution(profile: pd.DataFrame, outlets: pd.DataFrame, ax: Axes, actors: tuple[str, ...] = ACTORS) -> Axes:
    """Draw a matrix: a row per outlet, grouped by alignment, a column per actor and role.

    Each cell prints the number of units that give the actor the role, and their share of the outlet's units; the
    darker the role's colour, the larger the share. `profile` and `outlets` are the tables of those names.
    """
    rows = _rows(profile, outlets)
    if not len(rows):
        return _nothing(ax, "no outlet has an article to show")
    darkest = profile["share"].max()
    cells = profile.set_index(["outlet_id", "actor", "role"])
    columns = {
        (actor, role): block * (len(ROLES) + 0.3) + place
        for block, actor in enumerate(actors)
        for place, role in enumerate(ROLES)
    }
    for row in rows.itertuples():
        for (actor, role), x in columns.items():
            key = (row.outlet_id, actor, role)
            n, share = (cells.at[key, "n"], cells.at[key, "share"]) if key in cells.index else (0, float("nan"))
            shade = 0 if not n or pd.isna(share) else 0.15 + 0.85 * share / darkest
            colour = tuple(1 - shade * (1 - part) for part in to_rgb(ROLE_COLOURS[role]))
            ax.add_patch(Rectangle((x, row.y), 1, 1, facecolor=colour, edgecolor="#bbbbbb", linewidth=0.5))
            label = f"{n}\n{words.percent(share)}" if n else "–" if pd.isna(share) else "0"
            ax.text(x + 0.5, row.y + 0.5, label, ha="center", va="center", size=8.5, color=_ink(colour) if n else _GREY)
    for (actor, role), x in columns.items():
        ax.add_patch(Rectangle((x, -0.12), 1, 0.1, facecolor=ROLE_COLOURS[role], linewidth=0))
        ax.text(x + 0.5, -0.2, role, ha="center", va="bottom", size=8)
        if role == ROLES[len(ROLES) // 2]:
            name = words.ACTOR_NAMES[actor]
            ax.text(x + 0.5, -0.7, name, ha="center", va="bottom", size=10, weight="bold")
    ax.set(xlim=(-0.05, max(columns.values()) + 1.05), ylim=(_height(rows) + 0.05, -1.15), xticks=[])
    _outlet_labels(ax, rows)
    ax.spines["bottom"].set_visible(False)
    return ax


def attribution_figure(profile: pd.DataFrame, outlets: pd.DataFrame, actors: tuple[str, ...] = ACTORS) -> Figure:
    """Make the attribution matrix as a figure, two actors to a strip."""
    strips = [actors[i : i + 2] for i in range(0, len(actors), 2)]
    rows = _rows(profile, outlets)
    tall = (_height(rows) + 1.15) * max(_row_inches(rows), 0.5)
    with plt.rc_context(_STYLE):
        figure, axes = _figure((10, tall * len(strips)), len(strips), 1)
        for ax, strip in zip(axes.flat, strips, strict=True):
            draw_attribution(profile, outlets, ax, strip)
        darkest = words.percent(profile["share"].max()) if len(profile) else "–"
        shades = f"Cells: units that give the role, share of the outlet's units; darkest = {darkest}."
        _note(figure, f"{shades} {words.note(profile, intervals=False)}")
    return _described(figure, "Matrix of outlets by actor and role.", words.answers_by_role(profile, outlets))


def draw_intervals(profile: pd.DataFrame, outlets: pd.DataFrame, ax: Axes, actor: str, role: str) -> Axes:
    """Draw one (actor, role) pair of a profile: a dot for each outlet's share, a line for its interval."""
    rows = _rows(profile, outlets)
    if not len(rows):
        return _nothing(ax, "no outlet has an article to show")
    one = profile[(profile["actor"] == actor) & (profile["role"] == role)].set_index("outlet_id")
    for row in rows.itertuples():
        if row.outlet_id not in one.index or pd.isna(one.at[row.outlet_id, "share"]):
            continue
        cell, y = one.loc[row.outlet_id], row.y + 0.5
        ax.plot(
            [cell["low"], cell["high"]],
            [y, y],
            color=ROLE_COLOURS[role],
            linewidth=_width(cell["interval"]),
            solid_capstyle="butt",
        )
        ax.plot(
            [cell["share"]],
            [y],
            marker=ALIGNMENT_MARKERS[row.alignment],
            color=ROLE_COLOURS[role],
            markerfacecolor=ROLE_COLOURS[role] if cell["n"] else "white",
            markeredgecolor="#333333" if cell["n"] else _GREY,
            markersize=7,
            clip_on=False,
            zorder=3,
        )
    ax.set(ylim=(_height(rows), 0), xlim=(0, 1))
    ax.set_title(words.in_words(actor, role))
    ax.xaxis.set_major_formatter(lambda share, _: f"{round(100 * share, 6):g}%")
    ax.grid(axis="x", color="#e5e5e5", linewidth=0.8)
    ax.set_axisbelow(True)
    _outlet_labels(ax, rows)
    return ax


def intervals_figure(
    profile: pd.DataFrame,
    outlets: pd.DataFrame,
    actors: tuple[str, ...] = ("us", "russia", "iran"),
    roles: tuple[str, ...] = words.RESPONSIBLE,
) -> Figure:
    """Make a figure of outlets' shares with intervals: a row of panels per actor, a column per role."""
    shown = profile[profile["actor"].isin(actors) & profile["role"].isin(roles)]
    rows = _rows(profile, outlets)
    tall = 0.4 + _height(rows) * _row_inches(rows)
    with plt.rc_context(_STYLE):
        figure, axes = _figure((10, tall * len(actors) + 0.4), len(actors), len(roles), sharex=True, sharey=True)
        for i, actor in enumerate(actors):
            for j, role in enumerate(roles):
                draw_intervals(profile, outlets, axes[i, j], actor, role)
        reach = max(shown["share"].max(), shown["high"].max()) if len(shown) else float("nan")
        axes[0, 0].set_xlim(0, 1 if pd.isna(reach) or not reach else min(1, 1.05 * reach))
        marks = "Share of the outlet's units; hollow: none; thin: Wilson interval, where resampling shows no spread."
        _note(figure, f"{marks} {words.note(shown, short=True)}")
    return _described(
        figure, "Shares of the outlets' units, with intervals.", words.answers_by_outlet(profile, outlets)
    )


def draw_contrast(contrast: pd.DataFrame, ax: Axes, roles: tuple[str, ...] = ROLES) -> Axes:
    """Draw a forest plot: for each actor and role the difference between two groups' shares with its interval.

    To the right of zero the first group (`group_a`) gives the role more often. Shares and permutation p are printed
    at the side; intervals put together from outlets' limits are thin. Rows whose role neither group gives are left out.
    """
    rows = _differing(contrast, roles)
    if not len(rows):
        return _nothing(ax, "no role to compare between two groups of outlets")
    for row in rows.itertuples():
        colour, width = ROLE_COLOURS[row.role], _width(row.interval)
        ax.plot([row.low, row.high], [row.y, row.y], color=colour, linewidth=width, solid_capstyle="butt")
        ax.plot([row.difference], [row.y], marker="|", color="#111111", markersize=12, markeredgewidth=2.5)
        side = f"{words.percent(row.share_a)} − {words.percent(row.share_b)}   {words.p_value(row.p)}"
        ax.text(1.02, row.y, side, transform=ax.get_yaxis_transform(), va="center", size=8.5)
    ax.axvline(0, color=_GREY, linewidth=1)
    first = rows.iloc[0]
    reach = rows[["low", "high", "difference"]].abs().max(axis=None)
    ax.set(
        xlim=(-1.05 * reach, 1.05 * reach),
        ylim=(rows["y"].max() + 0.7, -0.7),
        yticks=rows["y"],
        yticklabels=[words.in_words(row.actor, row.role) for row in rows.itertuples()],
        xlabel=f"← more by {first['group_b']}     difference of shares     more by {first['group_a']} →",
    )
    ax.xaxis.set_major_formatter(_signed)
    ax.grid(axis="x", color="#e5e5e5", linewidth=0.8)
    ax.set_axisbelow(True)
    return ax


def contrast_figure(contrast: pd.DataFrame, roles: tuple[str, ...] = ROLES) -> Figure:
    """Make the forest plot as a figure."""
    rows = _differing(contrast, roles)
    with plt.rc_context(_STYLE):
        figure, axes = _figure((9, 1.5 + 0.32 * max(2, len(rows))), 1, 1)
        draw_contrast(contrast, axes[0, 0], roles)
        marks = "Percentage points between means over outlets; thin: an outlet in it has no code to resample."
        _note(figure, f"{marks} {words.contrast_note(rows if len(rows) else contrast, short=True)}", 140)
    return _described(figure, "Differences between the two groups.", words.answers_by_group(contrast))


def draw_agreement(agreement: pd.DataFrame, ax: Axes) -> Axes:
    """Draw the table `agreement`: for all codes, each role and each actor a dot for F1 with its limits.

    Precision is a triangle that points left, recall one that points right. Rows without any code are left out.
    """
    rows = agreement[agreement["f1"].notna()].reset_index(drop=True)
    if not len(rows):
        return _nothing(ax, "no hand codes to compare with")
    part = rows["variable"].str.partition(" ")[0]
    rows = rows.assign(y=rows.index + 0.5 * ((part != part.shift()).cumsum() - 1))
    for row in rows.itertuples():
        colour = ROLE_COLOURS.get(row.variable.removeprefix("role "), "#333333")
        ax.plot([row.f1_low, row.f1_high], [row.y, row.y], color=colour, linewidth=2.5, solid_capstyle="butt")
        ax.plot([row.f1], [row.y], marker="o", color=colour, markeredgecolor="#111111", markersize=8, zorder=3)
        for value, marker in ((row.precision, 4), (row.recall, 5)):
            ax.plot([value], [row.y], marker=marker, color=_GREY, markersize=7, clip_on=False)
        side = f"n {row.n}   P {row.precision:.2f}   R {row.recall:.2f}   F1 {row.f1:.2f}"
        ax.text(1.03, row.y, side, transform=ax.get_yaxis_transform(), va="center", size=8.5)
    names = {"presence": "all codes"} | {f"actor {actor}": name for actor, name in words.ACTOR_NAMES.items()}
    labels = [names.get(variable, variable.removeprefix("role ")) for variable in rows["variable"]]
    ax.set(xlim=(0, 1.02), ylim=(rows["y"].max() + 0.7, -0.7), yticks=rows["y"], yticklabels=labels)
    ax.grid(axis="x", color="#e5e5e5", linewidth=0.8)
    ax.set_axisbelow(True)
    return ax


def agreement_figure(agreement: pd.DataFrame) -> Figure:
    """Make the agreement plot as a figure."""
    shown = int(agreement["f1"].notna().sum())
    with plt.rc_context(_STYLE):
        figure, axes = _figure((9, 1.3 + 0.33 * max(2, shown)), 1, 1)
        draw_agreement(agreement, axes[0, 0])
        marks = "Dot: F1; line: its 95% limits from resampling articles; ◄ precision, ► recall."
        _note(figure, f"{marks} n: codes that either coder gave.", 140)
    return _described(figure, "Agreement of the coder with hand codes.", words.scores_in_words(agreement))


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write `figure` as `name`.svg and `name`.png into `folder`, byte for byte the same for the same figure."""
    paths = [Path(folder) / f"{name}.svg", Path(folder) / f"{name}.png"]
    with plt.rc_context({"svg.hashsalt": "framing", "svg.fonttype": "path"}):
        figure.savefig(paths[0], metadata={"Date": None, "Creator": None})
        figure.savefig(paths[1], metadata={"Software": None})
    return paths


def _figure(size: tuple[float, float], rows: int, columns: int, **shared: bool) -> tuple[Figure, object]:
    return plt.subplots(rows, columns, figsize=size, dpi=_DPI, squeeze=False, layout="constrained", **shared)


def _rows(profile: pd.DataFrame, outlets: pd.DataFrame) -> pd.DataFrame:
    """One row per outlet of the profile with its place `y`; a group begins half a row below the one before."""
    rows = words.name_outlets(profile.drop_duplicates("outlet_id")[["outlet_id", "n_units", "n_articles"]], outlets)
    group = (rows["alignment"] != rows["alignment"].shift()).cumsum()
    shown = [_label(name, name_ar) for name, name_ar in zip(rows["name"], rows["name_ar"], strict=True)]
    return rows.assign(y=rows.index + 0.5 * group, shown=pd.Series(shown, dtype="str"))


def _height(rows: pd.DataFrame) -> float:
    return rows["y"].max() + 1 if len(rows) else 1


def _differing(contrast: pd.DataFrame, roles: tuple[str, ...]) -> pd.DataFrame:
    rows = contrast[contrast["role"].isin(roles) & ((contrast["share_a"] > 0) | (contrast["share_b"] > 0))]
    rows = rows[rows["difference"].notna()].reset_index(drop=True)
    return rows.assign(y=rows.index + 0.6 * ((rows["actor"] != rows["actor"].shift()).cumsum() - 1))


def _outlet_labels(ax: Axes, rows: pd.DataFrame) -> None:
    """Label each row with its outlet and what it rests on, and each group with its alignment and marker."""
    heads = rows.drop_duplicates("alignment")
    places = [*(heads["y"] - 0.25), *(rows["y"] + 0.5)]
    labels = [f"{_SYMBOLS[group]} {group}" for group in heads["alignment"]] + [
        f"{row.shown}\n{words.count(row.n_units, 'unit')}, {words.count(row.n_articles, 'article')}"
        for row in rows.itertuples()
    ]
    ax.set_yticks(places, labels, size=8.5, parse_math=False)
    for label in ax.get_yticklabels()[: len(heads)]:
        label.set(weight="bold", size=9)


def _label(name: str, name_ar: str) -> str:
    """Both names on one line where they are short, else each on its own, wrapped, and cut after two lines."""
    if name_ar in ("", name):
        return _wrapped(name)
    return f"{name}  {name_ar}" if len(name) + len(name_ar) <= 26 else f"{_wrapped(name)}\n{_wrapped(name_ar)}"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 36, max_lines=2, placeholder=" …")


def _row_inches(rows: pd.DataFrame) -> float:
    """The height of a row in inches: enough for the longest label, and for the two lines of a cell."""
    lines = rows["shown"].str.count("\n").max() + 2 if len(rows) else 2
    return max(0.42, 0.155 * lines + 0.06)


def _ink(colour: tuple[float, ...]) -> str:
    """Black or white, whichever is read better on `colour` (relative luminance of WCAG 2.2)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"


def _signed(difference: float, _: int) -> str:
    """A tick in percentage points, as exact as it stands on the axis."""
    number = round(100 * difference, 6)
    return f"{number:+g}".replace("-", "−") if number else "0"


def _width(interval: str) -> float:
    """The width of an interval's line: thin where something stands in for resampling."""
    return 2.5 if interval == "bootstrap" else 1


def _note(figure: Figure, text: str, wide: int = 160) -> None:
    figure.supxlabel(textwrap.fill(text, wide), x=0.01, ha="left", size=8, color=_GREY, parse_math=False)


def _nothing(ax: Axes, why: str) -> Axes:
    ax.text(0.5, 0.5, why, ha="center", va="center", transform=ax.transAxes, color=_GREY)
    ax.set_axis_off()
    return ax


def _described(figure: Figure, what: str, markdown: str) -> Figure:
    """Give the figure its description, which Jupyter stores beside the picture and nbconvert writes as alt text."""
    alt = f"{what} {words.unmarked(markdown)}"
    figure._repr_mimebundle_ = lambda **_: ({}, {"image/png": {"alt": alt}})
    return figure


def description(figure: Figure) -> str:
    """What a figure of this module shows, in words made from its table."""
    return figure._repr_mimebundle_()[1]["image/png"]["alt"]
