"""What every committed notebook keeps to. That its outputs still come out the same is checked by nbval."""

import json
import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def book(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def outputs(book):
    return [output for cell in code_cells(book) for output in cell.outputs]


def test_there_are_notebooks():
    assert {"01_one_article", "05_attribution", "07_coding_check"} <= {path.stem for path in NOTEBOOKS}


def test_the_first_code_cell_takes_the_corpus(book):
    first = code_cells(book)[0]
    assert first.metadata.get("tags") == ["parameters"]
    assert first.source.startswith("CORPUS = None")


def test_it_was_run_once_from_top_to_bottom(book):
    # nbval never compares a cell without an execution count, so a stripped notebook would pass.
    cells = code_cells(book)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


def test_it_is_read_in_one_sitting(book):
    assert 20 <= len(book.cells) <= 30
    assert book.cells[0].source.startswith("# ")
    for cell in code_cells(book):
        assert len(cell.source.splitlines()) <= 8, cell.source
        assert "def " not in cell.source and "lambda" not in cell.source, cell.source


def test_no_cell_failed_or_warned(book):
    assert [output.output_type for output in outputs(book) if output.output_type == "error"] == []
    assert [output.text for output in outputs(book) if output.get("name") == "stderr"] == []


def test_outputs_name_no_path_of_a_machine(book):
    shown = json.dumps([output.get("data", output.get("text", "")) for output in outputs(book)])
    shown = re.sub(r'"image/png": "[^"]*"', "", shown)
    assert re.findall(r"""(?:^|[\s"'(>=])(?:/[\w.-]+/[\w.-]+|[A-Z]:\\\\|~/)[^\s"']*""", shown) == []


def test_figures_are_pictures_that_describe_themselves(book):
    pictures = [output for output in outputs(book) if "image/png" in output.get("data", {})]
    assert all(len(output.metadata["image/png"]["alt"]) > 20 for output in pictures)
    assert not any("image/svg+xml" in output.get("data", {}) for output in outputs(book))


def test_prose_types_no_result(book):
    # Numbers in prose come from tables; what remains in Markdown are headings' numbers and names of other notebooks.
    for cell in book.cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"`[^`]*`|^#.*$", "", cell.source, flags=re.MULTILINE)
            assert not re.search(r"\d+(?:\.\d+)?\s*(?:%|percent|units?\b|articles?\b|codes?\b)", prose), cell.source


def test_it_carries_the_plain_kernel_and_no_traces(book):
    assert book.metadata.kernelspec.name == "python3"
    assert set(book.metadata) == {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= {"tags"} for cell in book.cells)
