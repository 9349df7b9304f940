"""The commands. Every mistake in the input ends with one line on stderr and exit code 2."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from framing import __version__, bundled, coding, measuring, pipeline, reading

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
_console = Console(stderr=True)


def run() -> None:
    """Entry point: runs a command and turns what is wrong with the input into one line and exit code 2."""
    try:
        app()
    except (ValueError, OSError) as problem:
        named = isinstance(problem, OSError) and problem.filename
        reason = f"{problem.filename}: {problem.strerror}" if named else problem
        typer.echo(f"framing: {' '.join(str(reason).split())}", err=True)
        sys.exit(2)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=_console, transient=True, disable=not _console.is_terminal)


@app.callback(invoke_without_command=True)
def main(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    """Compare how news outlets frame the same events, in Arabic first."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def report(
    corpus: Annotated[Path | None, typer.Option(help="Your corpus folder; without it, the embedded one.")] = None,
    out: Annotated[Path, typer.Option(help="Where the report is written.")] = Path("report"),
) -> None:
    """Read, code and measure a corpus, run the notebooks on it, and write a report to open in a browser."""
    # Imported here because drawing takes longer to import than the other commands need to run.
    from framing.showing import report as reports

    with _bar() as bar:
        task = bar.add_task("reading")
        analysis = pipeline.analyse(corpus, progress=lambda done, total: bar.update(task, completed=done, total=total))
        task = bar.add_task("running the notebooks")
        index = reports.write_report(
            analysis,
            bundled("notebooks"),
            out,
            progress=lambda done, total, label: bar.update(task, completed=done, total=total, description=label),
            command=" ".join(["framing report", *(["--corpus", corpus.name] if corpus else [])]),
            made_on=date.today().isoformat(),
        )
    _tell(analysis.articles)
    typer.echo(f"{len(analysis.codes)} codes in {len(analysis.units)} units. Open {index} in a browser.")


@app.command()
def ingest(
    sources: Annotated[list[Path], typer.Argument(help="Pages (.html), scrapes (.txt), tables, or a folder of them.")],
    out: Annotated[Path, typer.Option(help="The corpus folder to write.")],
    outlet: Annotated[str | None, typer.Option(help="The outlet that all sources are from.")] = None,
    outlets: Annotated[
        Path | None,
        typer.Option(help="CSV that says whose each file is: file, outlet_id, name, name_ar, alignment, note."),
    ] = None,
) -> None:
    """Turn pages and scrapes into a corpus folder: the article's own text, without what stands around it."""
    with _bar() as bar:
        task = bar.add_task("reading")
        articles = reading.ingest(
            sources,
            _outlets(outlets, outlet),
            out,
            outlet=outlet or "",
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    _tell(articles)
    typer.echo(f"{(articles['status'] == 'ok').sum()} articles written to {out}.")


def _outlets(given: Path | None, outlet: str | None) -> Path | None:
    """The outlets file to use: the one given, else the embedded one where it knows the outlet."""
    embedded = bundled("corpus") / "outlets.csv"
    known = set(pd.read_csv(embedded, dtype=str)["outlet_id"])
    if given is None and outlet is not None and outlet not in known:
        raise ValueError(
            f"outlet {outlet!r} is not known: give --outlets FILE, a CSV with a row for it "
            f"(outlet_id, name, name_ar, alignment, country, note, source); without a file these are known: "
            f"{', '.join(sorted(known))}"
        )
    return given or (embedded if outlet else None)


@app.command()
def code(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="A corpus folder, or a .jsonl, .csv or .parquet.")],
    out: Annotated[Path, typer.Option(help="The file to write: .csv or .parquet.")],
) -> None:
    """Code a corpus folder or a table of articles: one a line, text, article_id and outlet_id."""
    if out.suffix not in (".csv", ".parquet"):
        raise ValueError(f"{out}: give --out a name that ends in .csv or .parquet")
    if out.is_dir():
        raise ValueError(f"{out} is a folder; give --out the name of a file")
    if not out.absolute().parent.is_dir():
        raise ValueError(f"{out.parent}: no such folder; make it first, or give --out another")
    with _bar() as bar:
        task = bar.add_task("reading and coding")
        if source.is_dir():
            analysis = pipeline.analyse(source, lambda done, total: bar.update(task, completed=done, total=total))
            articles, codes = analysis.articles, analysis.codes
        else:
            articles, units = reading.read_articles(
                source, progress=lambda done, total: bar.update(task, completed=done, total=total)
            )
            codes = coding.code(articles, units)[1]
    _write(codes, out)
    _tell(articles)
    typer.echo(f"{len(codes)} codes written to {out}.")


@app.command()
def explain(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="A corpus folder, or a .jsonl, .csv or .parquet.")],
    unit: Annotated[int | None, typer.Option(help="The number of the unit; without it, every unit.")] = None,
    article: Annotated[str | None, typer.Option(help="The article_id, where there are several articles.")] = None,
) -> None:
    """Show what the coder saw in a unit: parties, acts and their sides, and why each code was made or not."""
    if source.is_dir():
        read = reading.read_corpus(source)
        articles, units = read.articles, read.units
    else:
        articles, units = reading.read_articles(source)
    ids = articles["article_id"].tolist()
    if article is None and len(ids) > 1:
        raise ValueError(f"{source} holds {len(ids)} articles; name one with --article, for example {ids[0]}")
    explained = coding.explain(articles, units, article or ids[0])
    wanted = [one for one in explained if unit in (None, one.unit)]
    numbers = ", ".join(str(one.unit) for one in explained)
    if not wanted:
        raise ValueError(f"{source}: unit {unit} is not in {article or ids[0]}, whose units are {numbers}")
    for one in wanted:
        typer.echo(coding.describe(one) + "\n")


@app.command()
def validate(
    hand: Annotated[Path, typer.Argument(help="A CSV file of hand codes.")],
    corpus: Annotated[Path | None, typer.Option(help="The corpus they are of; without it, the embedded one.")] = None,
    codes: Annotated[Path | None, typer.Option(help="Codes to compare; without them, this coder's.")] = None,
    out: Annotated[Path | None, typer.Option(help="A CSV file for the whole table.")] = None,
) -> None:
    """Say how far codes agree with hand codes: precision, recall, F1 and Krippendorff's alpha."""
    analysis = pipeline.analyse(corpus)
    first = reading.read_codes(hand, analysis.units)
    second = analysis.codes if codes is None else reading.read_codes(codes, analysis.units)
    table = measuring.agreement(first, second, analysis.units)
    if out is not None:
        _write(table, out)
    shown = table.drop(columns=["coder_a", "coder_b"]).round(3)
    typer.echo(f"{table['coder_a'][0]} (taken as right) and {table['coder_b'][0]}:")
    typer.echo(shown.to_string(index=False, na_rep="-"))
    articles, held = analysis.units["article_id"].nunique(), first["article_id"].nunique()
    typer.echo(f"Compared on {len(analysis.units)} units of {articles} articles, {held} of which have hand codes;")
    typer.echo("a unit without a hand code counts as one that the hand gave none. n counts codes that either gave.")
    typer.echo("low and high are 95% limits of alpha, f1_low and f1_high of F1, from resampling articles.")


def _write(table: pd.DataFrame, out: Path) -> None:
    """Write beside, then rename, so that a stop half-way leaves nothing behind."""
    beside = out.with_name(f".{out.name}.part")
    try:
        if out.suffix == ".parquet":
            table.to_parquet(beside, index=False)
        else:
            table.to_csv(beside, index=False)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


def _tell(articles: pd.DataFrame) -> None:
    """One line for every article that was left out, with its reason."""
    for row in articles[articles["status"] != "ok"].itertuples():
        typer.echo(f"{row.article_id}: left out, {row.status}: {row.reason}", err=True)
