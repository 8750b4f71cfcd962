"""README and documents: the two commands first, links that lead somewhere, words and files that exist."""

from __future__ import annotations

import ast
import re
import shlex
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from PIL import Image

from povlib.cli.parser import parse_words
from povlib.params import load
from povlib.runs.asked_papers import ASKED

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
WRITTEN = [*DOCUMENTS, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "benchmarks").glob("*.md"))]
# The changelog tells what was, under the names things had: its paths and names may be gone
NOW_TRUE = [path for path in WRITTEN if path.name != "CHANGELOG.md"]
CHINESE, ENGLISH = README.split("\n## English\n")
LAUNCHER = {"setup", "test", "wheelhouse"}


def _tool(name: str) -> ModuleType:
    spec = spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _blocks(text: str) -> list[list[str]]:
    return [block.split("\n") for block in re.findall(r"(?<=\n\n)(?: {4}.+\n?)+", text)]


def test_the_two_commands_come_first() -> None:
    first = [line.strip() for line in _blocks(README)[0] if line.strip()]
    assert first == ["python3 workbench.py run", "python3 workbench.py test"]
    assert README.index(first[0]) < README.index("<img")


@pytest.mark.parametrize(("part", "lang"), [(CHINESE, "zh"), (ENGLISH, "en")])
def test_each_language_shows_the_paper_and_a_chart(part: str, lang: str) -> None:
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', part)
    assert [source for source, _ in pictures] == [f"docs/images/paper-{lang}.png", f"docs/images/chart-{lang}.png"]
    assert all(words for _, words in pictures)


def test_both_languages_say_the_same_things() -> None:
    def shape(part: str) -> tuple[int, ...]:
        heads, rows = part.count("\n### "), part.count("\n| ")
        return (heads, rows, part.count("\n- **"), len(re.findall(r"\n\d\. \*\*", part)), len(_blocks(part)))

    chinese = CHINESE[CHINESE.index("## 中文") :]
    assert shape(chinese) == shape(ENGLISH)


@pytest.mark.parametrize("part", [CHINESE, ENGLISH])
def test_commands_are_understood(part: str) -> None:
    said = re.findall(r"python3 workbench\.py ([^`\n]+)", part)
    assert len(said) > 8
    for line in said:
        words = shlex.split(line)
        if words[0] not in LAUNCHER and words[0] not in ("命令", "WORD"):
            assert callable(parse_words(words).command), line


def test_every_word_of_the_command_line_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_words(["--help"])
    verbs = set(re.findall(r"^ {4}([a-z][a-z-]+) ", capsys.readouterr().out, re.MULTILINE))
    assert {"run", "plan", "approve", "new", "forms", "load"} <= verbs
    for part in (CHINESE, ENGLISH):
        table = {
            word for cell in re.findall(r"^\| (`.+?) \|", part, re.MULTILINE) for word in re.findall(r"`(\S+)", cell)
        }
        assert verbs <= {word.strip("`") for word in table}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'<img src="([^"]+)"', text)
    for link in links:
        if link.startswith("#"):
            assert re.search(rf"^## {re.escape(link[1:])}$", text, re.MULTILINE | re.IGNORECASE), link
        elif not link.startswith("http"):
            assert (document.parent / link.partition("#")[0]).exists(), f"{document.name}: {link}"


def _stands_in_povlib(name: str) -> bool:
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            held = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(held, part):
                return False
            held = getattr(held, part)
        return True
    return False


@pytest.mark.parametrize("document", NOW_TRUE, ids=lambda path: path.name)
def test_files_and_tests_named_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    gone = [
        path
        for path in re.findall(r"(?<![\w/.])((?:tests|povlib|tools|benchmarks)/[\w/]+\.py)\b", text)
        if not (ROOT / path).is_file()
    ]
    assert not gone
    for path, function in re.findall(r"(tests/[\w/]+\.py)::(\w+)", text):
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, (path, function)


@pytest.mark.parametrize("document", NOW_TRUE, ids=lambda path: path.name)
def test_modules_and_functions_named_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    rooms = "|".join(path.parent.name for path in sorted((ROOT / "povlib").glob("*/__init__.py")))
    names = re.findall(rf"`(?:povlib\.)?((?:{rooms})(?:\.\w+)+)(?=[(`])", text)
    # `exits.yaml` is a parameter file and `exits.effect_spread.value` a parameter, which params look up themselves
    names = [name for name in names if not re.search(r"\.(yaml|json|md|value|pdf)$", name)]
    assert not [name for name in names if not _stands_in_povlib(f"povlib.{name}")]


def test_the_index_lists_every_document() -> None:
    listed = set(re.findall(r"\]\(([a-z-]+\.md)\)", (ROOT / "docs" / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}


def test_pictures_are_light_and_whole() -> None:
    pictures = sorted((ROOT / "docs" / "images").glob("*.png"))
    assert [path.name for path in pictures] == ["chart-en.png", "chart-zh.png", "paper-en.png", "paper-zh.png"]
    for path in pictures:
        assert path.stat().st_size < 400_000
        with Image.open(path) as image:
            image.load()
            assert min(image.size) > 300


def test_the_glossary_page_is_in_step() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert page == _tool("write_glossary").glossary_page(), "run tools/write_glossary.py"


def test_the_figures_quoted_are_those_of_the_parameters() -> None:
    line = load(ROOT / "data" / "sample" / "params").lines["exit_check_2016"]
    assert (line.line_yuan, line.status) == (3146, "assumed")
    assert "3146" in CHINESE
    assert "3146" in ENGLISH
    assert len(list((ROOT / "data" / "sample" / "workbooks").glob("*.xlsx"))) == 13
    for part, words in ((CHINESE, "十二份"), (ENGLISH, "twelve village workbooks")):
        assert words in part


@pytest.mark.slow
def test_the_papers_named_are_those_a_run_hands_out(finished) -> None:
    (folder,) = (finished.office / "papers").iterdir()
    asked = {name for paper in ASKED for name in paper.file_names("zh")}  # written by `report`, by no run
    made = {path.name for path in folder.iterdir()} | asked
    for part in (CHINESE, ENGLISH):
        named = set()
        for row in re.findall(r"^\| (`[a-z-]+\.zh\..+?) \|", part, re.MULTILINE):
            first, *more = re.findall(r"`([^`]+)`", row)
            named |= {first} | {first.rsplit(".", 1)[0] + end for end in more}
        assert named == made
    for name in re.findall(r"`work/sample/([a-z]+)/", README):
        assert (finished.office / name).is_dir()


def test_the_citation_names_licence_and_version() -> None:
    from povlib import __version__

    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["license"]) == (__version__, "Apache-2.0")
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
