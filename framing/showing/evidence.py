"""The sentences behind the numbers: as a table, as cards to read, and any table with Arabic in it shown the right way.

What is shown here must read well in an untrusted notebook, where only inline styles and `dir` survive. Whatever comes
from an article is escaped; direction overrides in it are dropped, lest a text rearrange what stands around it.
"""

import html
import re
import unicodedata

import pandas as pd
from IPython.display import HTML

from framing.showing import words
from framing.showing.plots import ROLE_COLOURS
from framing.tables import ACTORS, ROLES

COLUMNS = (
    *("outlet_id", "name", "name_ar", "alignment", "actor", "role", "in_words", "sentence", "evidence"),
    *("modality", "voice", "proxy", "actor_named", "rule", "coder", "article_id", "title", "published", "url"),
    *("unit", "kind", "span_start", "span_end"),
)

_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]")
_CARD = (
    "background:#ffffff;color:#111111;border:1px solid #cccccc;border-left:8px solid {colour};border-radius:4px;"
    "padding:8px 12px;margin:8px 0;max-width:52em;font-family:sans-serif;text-align:left"
)
_SENTENCE = "direction:rtl;text-align:right;font-size:1.15em;line-height:1.8;margin:6px 0"
_SPAN = "background:#fff3bf;color:#111111;font-weight:bold;text-decoration:underline"
_SMALL = "color:#444444;font-size:0.9em"
_CELL = "unicode-bidi:plaintext;vertical-align:top;padding:4px 8px;border-bottom:1px solid #dddddd"


def evidence(
    articles: pd.DataFrame,
    units: pd.DataFrame,
    codes: pd.DataFrame,
    outlets: pd.DataFrame,
    mentions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put the sentence and the outlet beside every code.

    Takes the tables of those names and returns one row per code in the columns `COLUMNS`, ordered by outlet (groups
    together, as in the figures), actor, role, article and unit. `sentence` is the unit as printed, `evidence` the
    part of it that made the code, `span_start` and `span_end` the place of that part in the sentence (code points);
    a span that reaches beyond its unit is cut to it. `actor_named` says where `mentions` has the actor: `marked` (in
    the evidence), `sentence` (elsewhere in it), `earlier` (in the article before it) or `nowhere`; "" without mentions.
    Raises ValueError for a code whose unit or outlet is missing.
    """
    found = codes.merge(
        units[["article_id", "unit", "kind", "start", "end"]],
        on=["article_id", "unit"],
        how="left",
        suffixes=("", "_unit"),
        validate="many_to_one",
    )
    if found["kind"].isna().any():
        row = found[found["kind"].isna()].iloc[0]
        raise ValueError(
            f"codes: article {row['article_id']!r} has no unit {row['unit']}; code the units it was split into"
        )
    found = found.merge(
        articles[["article_id", "outlet_id", "title", "published", "url", "text"]],
        on="article_id",
        validate="many_to_one",
    )
    found = words.name_outlets(found, outlets)
    start, end = found["start_unit"].astype(int), found["end_unit"].astype(int)
    found["span_start"] = found["start"].clip(start, end) - start
    found["span_end"] = found["end"].clip(start, end) - start
    found["sentence"] = [text[a:b] for text, a, b in zip(found["text"], start, end, strict=True)]
    found["evidence"] = [
        text[a:b] for text, a, b in zip(found["sentence"], found["span_start"], found["span_end"], strict=True)
    ]
    found["actor_named"] = _where_named(found, mentions)
    found["in_words"] = [words.in_words(a, r) for a, r in zip(found["actor"], found["role"], strict=True)]
    return found.loc[_reading_order(found), list(COLUMNS)].reset_index(drop=True)


def _reading_order(found: pd.DataFrame) -> pd.Index:
    place = pd.DataFrame(
        {
            "outlet": pd.factorize(found["outlet_id"])[0],
            "actor": found["actor"].map({actor: i for i, actor in enumerate(ACTORS)}),
            "role": found["role"].map({role: i for i, role in enumerate(ROLES)}),
            "article": found["article_id"],
            "unit": found["unit"],
        }
    )
    return place.sort_values(list(place), kind="stable").index


def _where_named(codes: pd.DataFrame, mentions: pd.DataFrame | None) -> pd.Series:
    """For each code with the place of its unit, where its actor is named: the nearest of the four places."""
    if mentions is None:
        return pd.Series("", index=codes.index, dtype="str")
    places = codes[["article_id", "actor", "start", "end", "start_unit", "end_unit"]].reset_index(names="code")
    named = mentions[["article_id", "actor", "start", "end"]]
    both = places.merge(named, on=["article_id", "actor"], suffixes=("", "_named"))
    marked = (both["start_named"] < both["end"]) & (both["end_named"] > both["start"])
    inside = (both["start_named"] >= both["start_unit"]) & (both["start_named"] < both["end_unit"])
    earlier = both["start_named"] < both["start_unit"]
    where = pd.Series("nowhere", index=codes.index, dtype="str")
    for place, there in (("earlier", earlier), ("sentence", inside), ("marked", marked)):
        where.loc[both.loc[there, "code"].unique()] = place
    return where


def one_article(articles: pd.DataFrame, article_id: str | None = None) -> pd.DataFrame:
    """Return one row of `articles`: the one called `article_id`, else the first that is ok; no row where none is.

    Raises ValueError where there is no article of that name.
    """
    if article_id is None:
        return articles[articles["status"] == "ok"].head(1)
    if article_id not in set(articles["article_id"]):
        some = words.listed(articles["article_id"].head(10).tolist())
        raise ValueError(f"there is no article {article_id!r}; the first ones are {some}")
    return articles[articles["article_id"] == article_id]


def cards(evidence: pd.DataFrame, most: int | None = None) -> HTML:
    """Show rows of `evidence` as cards: who says it, of whom, and the sentence with its evidence marked.

    `most` limits the number of cards and then says how many there are in all.
    """
    shown = evidence if most is None else evidence.head(most)
    parts = [card(row) for row in shown.itertuples(index=False)]
    if len(shown) < len(evidence):
        parts.append(f'<p style="{_SMALL}">{len(shown)} of {words.count(len(evidence), "sentence")} shown.</p>')
    return HTML("\n".join(parts) if parts else "<p>No sentence carries such a code.</p>")


def card(row: object) -> str:
    """Return the HTML of one row of `evidence`."""
    name = f"<bdi>{_shown(row.name)}</bdi>"
    if row.name_ar not in ("", row.name):
        name += f' <bdi lang="ar">{_shown(row.name_ar)}</bdi>'
    parts = (
        row.sentence[: row.span_start],
        row.sentence[row.span_start : row.span_end],
        row.sentence[row.span_end :],
    )
    before, marked, after = map(_shown, parts)
    said = [words.MODALITY_WORDS[row.modality], words.VOICE_WORDS[row.voice]]
    said += ["through a proxy"] if row.proxy else []
    said += [words.NAMED_WORDS[row.actor_named]] if row.actor_named in words.NAMED_WORDS else []
    said += [f"coder {row.coder}" + (f", rule {row.rule}" if row.rule else "")]
    frame = _CARD.format(colour=ROLE_COLOURS[row.role])
    return (
        f'<div class="tex2jax_ignore mathjax_ignore" dir="ltr" lang="en" style="{frame}">'
        f'<div><b>{_shown(row.in_words)}</b> · {name} <span style="{_SMALL}">({row.alignment})</span></div>'
        f'<p dir="rtl" lang="ar" style="{_SENTENCE}">{before}<mark style="{_SPAN}">{marked}</mark>{after}</p>'
        f'<div style="{_SMALL}">{_shown("; ".join(said))} · <bdi>{_shown(row.article_id)}</bdi>, unit {row.unit}</div>'
        "</div>"
    )


def table(df: pd.DataFrame, caption: str = "") -> HTML:
    """Show a small table whose cells each take their writing direction from their own text; fractions to two digits.

    pandas' own display gives Arabic cells a left-to-right base and cuts long ones.
    """
    head = "".join(
        f'<th scope="col" style="text-align:left;{_CELL}">{_shown(str(column))}</th>' for column in df.columns
    )
    body = "".join(
        "<tr>" + "".join(_cell(_text(value)) for value in row) + "</tr>\n"
        for row in df.itertuples(index=False, name=None)
    )
    title = f'<caption style="text-align:left;{_SMALL}">{_shown(caption)}</caption>' if caption else ""
    return HTML(
        '<table class="tex2jax_ignore mathjax_ignore" style="border-collapse:collapse">'
        f"{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"
    )


def _cell(text: str) -> str:
    # A long text squeezed by narrow columns beside it would run down the page on a phone.
    width = ";min-width:11em" if len(text) > 60 else ""
    return f'<td dir="auto" style="text-align:{_side(text)};{_CELL}{width}">{_shown(text)}</td>'


def _side(text: str) -> str:
    """The side a text starts from, by its first strong character: JupyterLab drops `text-align:start`."""
    strong = (kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL"))
    return "left" if next(strong, "L") == "L" else "right"


def _shown(text: str) -> str:
    return html.escape(_UNSEEN.sub("", text))


def _text(value: object) -> str:
    if isinstance(value, float):
        if pd.isna(value):
            return "–"
        # Shares of a real corpus are often below one in a hundred.
        return f"{value:.2f}" if abs(value) >= 0.1 or not value else f"{value:.2g}"
    return str(value)
