"""The walls of the package: imports run one way, and what the README promises is there."""

import ast
import re
from pathlib import Path

import framing

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "framing"
ORDER = ("tables", "arabic", "lexicons", "reading", "coding", "measuring", "showing", "pipeline", "cli")


def imported_stages(path: Path) -> set[str]:
    """The stages of the package that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import hides its stage"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("framing.")}
    return found & set(ORDER)


def test_imports_run_one_way():
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        stage = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if stage == "__init__":
            assert not imported_stages(path)
            continue
        later = {other for other in imported_stages(path) if ORDER.index(other) > ORDER.index(stage)}
        wrong += [f"{path.relative_to(ROOT)} imports {other}" for other in sorted(later)]
    assert not wrong


def test_every_stage_is_in_the_order():
    stages = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert stages - {"__init__", "__pycache__", "share"} == set(ORDER)


def test_readme_has_exactly_two_commands():
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    assert len(blocks) == 2
    assert "framing report" in blocks[0]
    assert "pytest" in blocks[1]


def test_constraints_name_versions_only():
    lines = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    named = [line for line in lines if line and not line.startswith("#")]
    assert named
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.+]*", line) for line in named)


def test_bundled_folders_are_found():
    assert (framing.bundled("corpus") / "outlets.csv").is_file()
    assert list(framing.bundled("notebooks").glob("*.ipynb"))


def test_version_is_the_same_everywhere():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'version = "{framing.__version__}"' in project
    assert f"version: {framing.__version__}" in citation
