"""Words for what the tables hold: labels, notes and whole sentences, every number in them taken from a table.

Sentences are Markdown. Names from `outlets.csv` are escaped in them and set apart with Unicode isolates, so that an
Arabic name never turns the order of the English around it.

>>> in_words("us", "sponsor"), percent(0.125), count(1, "unit"), listed(["a", "b", "c"])
('US as sponsor', '12%', '1 unit', 'a, b and c')
"""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from framing.measuring.attribution import intervals_in_words
from framing.tables import ALIGNMENTS, ROLES

ACTOR_NAMES = {"us": "US", "russia": "Russia", "iran": "Iran", "syria": "Syrian government"}
_THE = {"us": "the US", "russia": "Russia", "iran": "Iran", "syria": "the Syrian government"}
RESPONSIBLE = ("sponsor", "colluder", "bystander")
# The meaning of each role, shortened from the codebook, with the Arabic term that readers may know it by.
ROLE_MEANINGS = {
    "sponsor": ("راعٍ", "makes ISIS activity happen or keeps it alive"),
    "colluder": ("متواطئ", "deals with ISIS for its own gain without directing it"),
    "bystander": ("متفرّج", "could act against ISIS and does not, stops, or acts without effect"),
    "opponent": ("خصم", "fights ISIS"),
    "target": ("مستهدَف", "is attacked by ISIS or takes losses from it"),
}
MODALITY_WORDS = {"asserted": "stated as fact", "hedged": "hedged", "denied": "denied"}
VOICE_WORDS = {"outlet": "in the outlet's own voice", "source": "given to a source"}
NAMED_WORDS = {
    "sentence": "actor named elsewhere in the sentence",
    "earlier": "actor named earlier in the article",
    "nowhere": "actor not named up to here",
}
# From outlet_id, actor and role to the address of the sentences that give this outlet's count.
Link = Callable[[str, str, str], str]


def in_words(actor: str, role: str) -> str:
    """One (actor, role) pair as a phrase, such as "Iran as target"."""
    return f"{ACTOR_NAMES[actor]} as {role}"


def count(n: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1200, "unit")
    '1,200 units'
    """
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def percent(share: float) -> str:
    """A fraction in percent, with one decimal below 10%; a dash where it is undefined.

    >>> percent(0.125), percent(0.045), percent(0.0004), percent(0), percent(float("nan"))
    ('12%', '4.5%', '<0.1%', '0%', '–')
    """
    return "–" if pd.isna(share) else f"{_rounded(100 * share)}%"


def points(difference: float) -> str:
    """A difference of two shares in percentage points, signed, rounded as `percent` does.

    >>> points(0.5), points(-0.071), points(0.003), points(-0.0004), points(0.0), points(float("nan"))
    ('+50', '−7.1', '+0.3', '−<0.1', '0', '–')
    """
    if pd.isna(difference):
        return "–"
    size = _rounded(100 * abs(difference))
    return size if size == "0" else ("+" if difference > 0 else "−") + size


def _rounded(number: float) -> str:
    # Sums of shares in another order differ by rounding; no count of units comes near so small a share.
    if number < 1e-9:
        return "0"
    if number < 0.1:
        return "<0.1"
    return f"{number:.1f}" if round(number, 1) < 10 else f"{number:.0f}"


def listed(items: list[str], none: str = "none") -> str:
    """Items as an English list."""
    items = list(items)
    return none if not items else ", ".join(items[:-1]) + (" and " if items[1:] else "") + items[-1]


def plain(text: str) -> str:
    """Text from a table as Markdown that shows exactly it, isolated from the writing direction around it.

    >>> plain("a_b|c").encode("ascii", "backslashreplace")
    b'\\\\u2068a\\\\_b\\\\|c\\\\u2069'
    """
    text = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    text = re.sub(r"([\\`*_{}\[\]()#+!|~$])", r"\\\1", text).replace("&", "&amp;").replace("<", "&lt;")
    return f"\u2068{text}\u2069"


def unmarked(text: str) -> str:
    """Markdown of this module as plain text, for places that show no Markdown, such as alt text.

    >>> unmarked("- **sponsor**: " + plain("a_b"))
    'sponsor: a_b'
    """
    text = re.sub("[\u2068\u2069]|\\*\\*|^- ", "", text, flags=re.MULTILINE).replace("\n", " ")
    return re.sub(r"\\([\\`*_{}\[\]()#+!|~$])", r"\1", text).replace("&lt;", "<").replace("&amp;", "&")


def outlet_label(name: str, name_ar: str) -> str:
    """An outlet's name with its Arabic name beside it, in Markdown; the name alone where both are the same."""
    return plain(name) if name_ar in ("", name) else f"{plain(name)} · {plain(name_ar)}"


def roles_glossary() -> pd.DataFrame:
    """The five roles: columns role, arabic, the actor ..., responsible ("yes" or "no")."""
    rows = [
        {"role": role, "arabic": arabic, "the actor …": meaning, "responsible": "yes" if role in RESPONSIBLE else "no"}
        for role, (arabic, meaning) in ROLE_MEANINGS.items()
    ]
    return pd.DataFrame(rows)


def describe_corpus(
    outlets: pd.DataFrame, articles: pd.DataFrame, units: pd.DataFrame, codes: pd.DataFrame, what: str = "code"
) -> str:
    """What was read and coded, and what was left out, in two or three sentences; `what` names one of the codes."""
    ok = articles[articles["status"] == "ok"]
    used = outlets[outlets["outlet_id"].isin(ok["outlet_id"])]
    groups = [f"{n} {group}" for group in ALIGNMENTS if (n := int((used["alignment"] == group).sum()))]
    coded = len(codes[["article_id", "unit"]].drop_duplicates())
    carry = f"{coded:,} of them carry {count(len(codes), what)}" if coded else f"none of them carries a {what}"
    sentences = [
        f"The corpus gives {count(len(ok), 'article')} of {count(len(used), 'outlet')}"
        + (f" ({', '.join(groups)})" if groups else "")
        + f", {count(len(units), 'unit')} in all; {carry}."
    ]
    left = articles.loc[articles["status"] != "ok", "status"].value_counts()
    if len(left):
        reasons = listed([f"{n} {status.replace('_', ' ')}" for status, n in left.items()])
        sentences.append(f"{count(int(left.sum()), 'article')} could not be used: {reasons}.")
    return " ".join(sentences)


def about_corpus(folder: Path) -> str:
    """What the maker of a corpus says of it, in Markdown: the first paragraph of its README.md, or "" without one.

    Readers of a report meet it before any number.
    """
    readme = Path(folder) / "README.md"
    if not readme.is_file():
        return ""
    paragraphs = re.split(r"\n\s*\n", readme.read_text(encoding="utf-8", errors="replace"))
    return next((" ".join(text.split()) for text in paragraphs if text.strip() and not text.startswith("#")), "")


def describe_article(one: pd.DataFrame, outlets: pd.DataFrame) -> str:
    """The outlet, the date and the length of the article in the one-row table `one`, in a sentence."""
    if one.empty:
        return "This corpus has no article that could be used, so the tables below stay empty."
    row = name_outlets(one, outlets).iloc[0]
    dated = f"dated {row['published']}" if row["published"] else "without a date"
    return (
        f"It is by {row['label']}, coded as {row['alignment']}, {dated}, {count(len(row['text']), 'character')} long."
    )


def describe_units(units: pd.DataFrame) -> str:
    """How many units there are and of which kinds."""
    kinds = units["kind"].value_counts()
    names = {"headline": "headline", "subhead": "subheading", "body": "sentence"}
    return f"{count(len(units), 'unit')}: {listed([count(n, names[kind]) for kind, n in kinds.items()])}."


def describe_mentions(mentions: pd.DataFrame, units: pd.DataFrame) -> str:
    """How often ISIS and each actor are mentioned, and in how many units nobody is."""
    if mentions.empty:
        return f"None of {count(len(units), 'unit')} names anybody of the word lists."
    actors = mentions.loc[mentions["kind"] == "actor", "actor"].value_counts()
    parts = [f"ISIS {int((mentions['kind'] == 'isis').sum()):,}"]
    parts += [f"{_THE[actor]} {n:,}" for actor, n in actors.items() if actor]
    rest = int((~mentions["kind"].isin(["actor", "isis"])).sum())
    parts += [f"other words of the lists {rest:,}"] if rest else []
    without = len(units) - mentions["unit"].nunique()
    nobody = f"In {without:,} of {count(len(units), 'unit')} nobody is named."
    return f"{count(len(mentions), 'mention')}: {listed(parts)}. {nobody}"


def describe_codes(codes: pd.DataFrame, units: pd.DataFrame) -> str:
    """How many codes an article has, in how many of its units, and which pairs of actor and role they give."""
    if codes.empty:
        return f"None of {count(len(units), 'unit')} carries a code: naming an actor is not enough for one."
    pairs = codes[["actor", "role"]].value_counts(sort=False).sort_values(ascending=False, kind="stable")
    given = listed([f"{in_words(actor, role)} {n:,}" for (actor, role), n in pairs.items()])
    return (
        f"{count(len(codes), 'code')} in {codes['unit'].nunique():,} of {count(len(units), 'unit')}: {given}. "
        "The other units carry none: naming an actor is not enough for a code."
    )


def answer(
    profile: pd.DataFrame,
    outlets: pd.DataFrame,
    contrast: pd.DataFrame | None = None,
    actors: tuple[str, ...] = ("us", "russia", "iran"),
    link: Link | None = None,
) -> str:
    """For each group of outlets, whom it holds responsible most often, in one paragraph.

    Most often is by the mean of the outlets' shares, as in `framing.measuring.contrast`; pairs that tie are all named.
    Where `contrast` compares the group, the other group's mean and the difference with its interval stand beside it. A
    count that comes from one outlet alone is linked to its sentences, where `link` says where these are.
    """
    sentences = []
    for group, rows in name_outlets(profile, outlets).groupby("alignment", sort=False):
        n_units = int(rows.drop_duplicates("outlet_id")["n_units"].sum())
        rows = rows[rows["role"].isin(RESPONSIBLE) & rows["actor"].isin(actors)]
        if not rows["n"].sum():
            nobody = listed([_THE[actor] for actor in actors])
            sentences.append(
                f"The {group} outlets hold none of {nobody} responsible in any of {count(n_units, 'unit')}."
            )
            continue
        means = rows.groupby(["actor", "role"])["share"].mean()
        # Equal means can differ by rounding, as shares are added up in the order of outlets.
        most = means.index[means >= means.max() - 1e-12]
        parts = [
            f"{_THE[actor]} as {role} ("
            + _group_share(rows[(rows["actor"] == actor) & (rows["role"] == role)], n_units, link)
            + _against(contrast, group, actor, role)
            + ")"
            for actor, role in most
        ]
        sentences.append(f"Of those held responsible, the {group} outlets most often name {listed(parts)}.")
    if not sentences:
        return "No outlet has an article that could be used."
    return " ".join([*sentences, "In a mean every outlet counts alike, however many units it has."])


def _group_share(rows: pd.DataFrame, n_units: int, link: Link | None) -> str:
    """One actor and role in the rows of a group's outlets: the count over all, and the mean of the shares."""
    n, made = int(rows["n"].sum()), rows[rows["n"] > 0]
    shown = _linked(n, made.iloc[0], link if len(made) == 1 else None)
    with_units = int(rows["share"].notna().sum())
    return (
        f"{shown} of {count(n_units, 'unit')}; mean over {count(with_units, 'outlet')} {percent(rows['share'].mean())}"
    )


def _against(contrast: pd.DataFrame | None, group: str, actor: str, role: str) -> str:
    """What the other group of a contrast has, and the difference; nothing where the group is not compared."""
    if contrast is None:
        return ""
    compared = contrast[(contrast["actor"] == actor) & (contrast["role"] == role)]
    for row in compared.itertuples():
        if group in (row.group_a, row.group_b):
            other = (row.group_b, row.share_b) if group == row.group_a else (row.group_a, row.share_a)
            limits = (
                "" if pd.isna(row.low) else f", {_level(row.level)} interval {points(row.low)} to {points(row.high)}"
            )
            return (
                f", {other[0]} {percent(other[1])}; "
                f"{row.group_a} less {row.group_b}: {points(row.difference)} points{limits}"
            )
    return ""


def _linked(n: int, row: object, link: Link | None) -> str:
    return f"{n:,}" if link is None else f"[{n:,}]({link(row.outlet_id, row.actor, row.role)})"


def answers_by_role(
    profile: pd.DataFrame, outlets: pd.DataFrame, roles: tuple[str, ...] = ROLES, link: Link | None = None
) -> str:
    """Who is given each role, in how many units and by whom: a Markdown list with one entry per role.

    With `link`, the count of each outlet leads to its sentences.
    """
    named = name_outlets(profile, outlets)
    lines = []
    for role in roles:
        made = named[(named["role"] == role) & (named["n"] > 0)].sort_values("n", ascending=False, kind="stable")
        totals = made.groupby("actor")["n"].sum().sort_values(ascending=False, kind="stable")
        parts = [
            f"{_THE[actor]} in {count(int(total), 'unit')} ("
            + ", ".join(f"{plain(row.name)} {_linked(row.n, row, link)}" for row in rows.itertuples(index=False))
            + ")"
            for actor, total in totals.items()
            for rows in [made[made["actor"] == actor]]
        ]
        lines.append(f"- **{role}**: {listed(parts, none='nobody')}.")
    return "\n".join(lines)


def answers_by_outlet(profile: pd.DataFrame, outlets: pd.DataFrame, link: Link | None = None) -> str:
    """Whom each outlet holds responsible (as sponsor, colluder or bystander): a Markdown list, one entry per outlet.

    With `link`, each count leads to its sentences.
    """
    lines = []
    for _, rows in name_outlets(profile, outlets).groupby("outlet_id", sort=False):
        outlet = rows.iloc[0]
        blamed = rows[rows["role"].isin(RESPONSIBLE) & (rows["n"] > 0)].sort_values("n", ascending=False, kind="stable")
        parts = [
            f"{_THE[row.actor]} as {row.role} in {_linked(row.n, row, link)} ({percent(row.share)})"
            for row in blamed.itertuples()
        ]
        holds = listed(parts, none="none holds anyone responsible")
        lines.append(f"- **{outlet['label']}**, {outlet['alignment']}: of {count(outlet['n_units'], 'unit')}, {holds}.")
    return "\n".join(lines) if lines else "No outlet has an article that could be used."


def answers_by_group(contrast: pd.DataFrame, most: int = 5, roles: tuple[str, ...] = RESPONSIBLE) -> str:
    """The largest differences between the two groups of outlets in `contrast`: a Markdown list, at most `most` long."""
    rows = contrast[contrast["role"].isin(roles) & (contrast["difference"].fillna(0) != 0)]
    rows = rows.loc[rows["difference"].abs().sort_values(ascending=False, kind="stable").index].head(most)
    if contrast.empty or contrast["difference"].isna().all():
        return "There are not two groups of outlets to compare."
    lines = [
        f"- **{in_words(row.actor, row.role)}**: mean over {count(row.outlets_a, f'{row.group_a} outlet')} "
        f"{percent(row.share_a)}, over {count(row.outlets_b, f'{row.group_b} outlet')} {percent(row.share_b)}; "
        f"difference {points(row.difference)} points{interval(row.low, row.high, row.level)}, {p_value(row.p)}."
        for row in rows.itertuples()
    ]
    return "\n".join(lines) if lines else "The two groups do not differ in any of these roles."


def interval(low: float, high: float, level: float) -> str:
    """An interval of a difference in points as an apposition; nothing where it is undefined.

    >>> interval(-0.1, 0.25, 0.95)
    ' (95% interval −10 to +25)'
    """
    if pd.isna(low) or pd.isna(high):
        return ""
    return f" ({_level(level)} interval {points(low)} to {points(high)})"


def p_value(p: float) -> str:
    """A permutation p with two digits, never as zero.

    >>> p_value(0.1), p_value(0.0004), p_value(float("nan"))
    ('p = 0.10', 'p < 0.001', 'p not defined')
    """
    if pd.isna(p):
        return "p not defined"
    return "p < 0.001" if p < 0.001 else f"p = {p:.2f}" if p >= 0.01 else f"p = {p:.3f}"


def agreement(codes: pd.DataFrame, hand: pd.DataFrame) -> pd.DataFrame:
    """Count, over the articles that have hand codes, the codes that both coders gave and those of one alone.

    A code is the same where article, unit, actor and role are. Returns one row per role with columns role, both,
    hand_only, machine_only, and a last row "all".
    """
    key = ["article_id", "unit", "actor", "role"]
    machine = codes.loc[codes["article_id"].isin(hand["article_id"]), key].drop_duplicates()
    pairs = hand[key].drop_duplicates().merge(machine, on=key, how="outer", indicator="found")
    table = pd.crosstab(pairs["role"], pairs["found"].astype(str))
    table = table.reindex(index=ROLES, columns=["both", "left_only", "right_only"], fill_value=0)
    table.loc["all"] = table.sum()
    table.columns = ["both", "hand_only", "machine_only"]
    return table.rename_axis(index="role").reset_index()


def agreement_in_words(table: pd.DataFrame) -> str:
    """The result of `agreement` as one sentence."""
    both, hand_only, machine_only = table.set_index("role").loc["all", ["both", "hand_only", "machine_only"]]
    if both + hand_only == 0:
        return "This corpus has no hand codes, so nothing here says how often the machine is right."
    return (
        f"Of {count(both + hand_only, 'hand code')} the machine gives {both:,} ({percent(both / (both + hand_only))}) "
        f"and misses {hand_only:,}; it gives {machine_only:,} that no hand gave."
    )


def scores_in_words(agreement: pd.DataFrame) -> str:
    """The table `agreement` as a Markdown list: all codes, the weakest role and actor, shared codes."""
    rows = agreement.set_index("variable")
    if not rows.at["presence", "n"] or pd.isna(rows.at["presence", "recall"]):
        return "This corpus has no hand codes, so nothing here says how often the coder is right."
    overall = rows.loc["presence"]
    lines = [
        f"- Over all actors and roles: precision {overall['precision']:.2f}, recall {overall['recall']:.2f}, "
        f"F1 {overall['f1']:.2f}{_limits_in_words(overall['f1_low'], overall['f1_high'])}; "
        f"alpha {overall['alpha']:.2f}{_limits_in_words(overall['low'], overall['high'])}."
    ]
    for part in ("role", "actor"):
        scored = rows[rows.index.str.startswith(f"{part} ") & rows["f1"].notna()]
        weakest = scored["f1"].idxmin()
        lines.append(f"- Weakest {part}: {weakest.removeprefix(f'{part} ')}, F1 {scored.at[weakest, 'f1']:.2f}.")
    for name in ("modality", "voice", "proxy"):
        alpha = rows.at[name, "alpha"]
        value = "not defined, as only one value occurs" if pd.isna(alpha) else f"{alpha:.2f}"
        lines.append(f"- {name.capitalize()} of the {count(int(rows.at[name, 'n']), 'shared code')}: alpha {value}.")
    return "\n".join(lines)


def _limits_in_words(low: float, high: float) -> str:
    return "" if pd.isna(low) else f" ({low:.2f} to {high:.2f})"


def disagreements_in_words(disagreements: pd.DataFrame, hand: pd.DataFrame) -> str:
    """How many codes the coder missed, added or gave other values, as one sentence."""
    if hand.empty:
        return "This corpus has no hand codes, so there is nothing to disagree with."
    kinds = disagreements["difference"].where(disagreements["difference"].isin(["missed", "added"]), "other")
    n = kinds.value_counts().reindex(["missed", "added", "other"], fill_value=0)
    return (
        f"Of {count(len(hand), 'hand code')} the coder missed {n['missed']:,}; it added {n['added']:,} that no hand "
        f"gave, and {n['other']:,} shared {'code has' if n['other'] == 1 else 'codes have'} another modality, voice "
        "or proxy."
    )


def note(profile: pd.DataFrame, intervals: bool = True, short: bool = False) -> str:
    """What the shares of a profile rest on: units, articles, outlets and, with `intervals`, how those were made.

    The intervals counted are those of the rows given; `short` leaves out why they were made so.
    """
    if profile.empty:
        return "No units."
    outlets = profile.drop_duplicates("outlet_id")
    n = (
        f"n = {count(int(outlets['n_units'].sum()), 'unit')} in {count(int(outlets['n_articles'].sum()), 'article')} "
        f"of {count(len(outlets), 'outlet')}"
    )
    return f"{n}; {_intervals(profile, short)}." if intervals else f"{n}."


def contrast_note(contrast: pd.DataFrame, short: bool = False) -> str:
    """What the differences of a contrast rest on: outlets of each group, intervals, smallest possible p.

    The intervals counted are those of the rows given; `short` leaves out why they were made so.
    """
    if contrast.empty:
        return "No groups to compare."
    first = contrast.iloc[0]
    smallest = first["smallest_p"]
    return (
        f"{count(first['outlets_a'], first['group_a'] + ' outlet')}, "
        f"{count(first['outlets_b'], first['group_b'] + ' outlet')}; {_intervals(contrast, short)}"
        + ("" if pd.isna(smallest) else f"; smallest possible permutation p = {smallest:#.2g}")
        + "."
    )


def name_outlets(table: pd.DataFrame, outlets: pd.DataFrame) -> pd.DataFrame:
    """A table with an outlet_id, joined with name, name_ar, alignment and a Markdown label, groups kept together.

    Rows come in the order of alignments, then of `outlets`. Raises ValueError for an outlet that `outlets` lacks.
    """
    if unknown := sorted(set(table["outlet_id"]) - set(outlets["outlet_id"])):
        raise ValueError(f"outlet {unknown[0]!r} is not in outlets.csv: add a row for it")
    order = outlets.assign(group=outlets["alignment"].map({group: i for i, group in enumerate(ALIGNMENTS)}))
    order = order.sort_values("group", kind="stable")[["outlet_id", "name", "name_ar", "alignment"]]
    place = {outlet: i for i, outlet in enumerate(order["outlet_id"])}
    order["label"] = [
        outlet_label(name, name_ar) for name, name_ar in zip(order["name"], order["name_ar"], strict=True)
    ]
    named = table.merge(order, on="outlet_id", validate="many_to_one")
    return named.iloc[named["outlet_id"].map(place).argsort(kind="stable")].reset_index(drop=True)


def left_out(articles: pd.DataFrame) -> pd.DataFrame:
    """The articles that could not be used: columns article_id, status (in words) and reason."""
    left = articles.loc[articles["status"] != "ok", ["article_id", "status", "reason"]]
    return left.assign(status=left["status"].str.replace("_", " ")).reset_index(drop=True)


def _intervals(table: pd.DataFrame, short: bool) -> str:
    return f"{_level(table.iloc[0]['level'])} intervals: {intervals_in_words(table, short)}"


def _level(level: float) -> str:
    return f"{100 * level:g}%"
