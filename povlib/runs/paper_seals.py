"""Papers that were handed out, sealed: what an office wrote for a run, file by file, kept apart from the papers.

Responsible for the list (``receipts/papers/<run>.json``: digest of each file, the ledger's head it speaks of and the
code that wrote it, under the office's seal) and for telling altered, added and outdated papers from it. Not responsible
for writing papers (`povlib.runs.papers`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from povlib.errors import Fault
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run
from povlib.runs.storage.run_identity import code_digest
from povlib.runs.storage.text_files import file_digest, write_text

_SUBJECT = "papers"
WriteAgain = Callable[[str, Path], object]
"""Writes every paper of the run in a language into a folder."""


def seal_papers(run: Run, paths: Iterable[Path]) -> None:
    """Add papers just written to the sealed list of a run's papers."""
    of = f"{_head(run)} {code_digest()}"
    listed = {**_listed(run), **{path.name: f"{file_digest(path)} {of}" for path in paths}}
    words = {"files": listed, "seal": run.seal.signed(_SUBJECT, listed)}
    write_text(_list_file(run), json.dumps(words, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def are_sealed(run: Run, paths: Iterable[Path]) -> bool:
    """Return whether all these papers of a run are there and as the office wrote them."""
    listed = _listed(run)
    return all(path.is_file() and not list(_unlisted(path, listed)) for path in paths)


def papers_as_of_now(run: Run, folder: Path) -> frozenset[str]:
    """Return the names of the papers in a folder that would be written the same again: of this head, by this code.

    Papers written in the days before the list told the code are none of them.
    """
    of = f"{_head(run)} {code_digest()}"
    listed = {name: said for name, said in _listed(run).items() if said.partition(" ")[2] == of}
    return frozenset(
        name for name in listed if (folder / name).is_file() and not list(_unlisted(folder / name, listed))
    )


def paper_faults(run: Run, folder: Path, names: Mapping[str, Iterable[str]], write_again: WriteAgain) -> list[Fault]:
    """Return a fault for every file among a run's papers that is not what the office wrote for this run.

    Parameters
    ----------
    folder : Path
        Where the papers lie.
    names : mapping
        Language -> names of the papers that `write_again` writes in it.
    write_again : callable
        Papers that the ledger has not outlived are written again aside and compared byte by byte.
    """
    there = sorted(path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))
    listed = _listed(run)
    remedy = "write it again: python3 workbench.py report {run} --office {office}"
    values = {"run": run.info.run_id, "office": run.office.name}
    faults = [
        Fault(what, f"papers/{path.name}", "", remedy, values) for path in there for what in _unlisted(path, listed)
    ]
    if faults:
        return faults
    stale = _stale(there, listed, _head(run), names, write_again)
    return [Fault("the paper is not what the run says", f"papers/{name}", "", remedy, values) for name in stale]


def _unlisted(path: Path, listed: Mapping[str, str]) -> Iterator[str]:
    known = listed.get(path.name, "").partition(" ")[0]
    if not known:
        yield "the office has no record of having written this paper for this run"
    elif file_digest(path) != known:
        yield "the paper was changed after it was written"


def _stale(
    there: list[Path], listed: Mapping[str, str], head: str, names: Mapping[str, Iterable[str]], write_again: WriteAgain
) -> Iterator[str]:
    """Yield the names of papers that say other than the run does now, of those that speak of this head."""
    of_now = {path.name: path for path in there if _head_of(listed[path.name]) == head}
    for lang, written in names.items():
        mine = sorted(of_now.keys() & set(written))
        if not mine:
            continue
        with tempfile.TemporaryDirectory(prefix="povlib-verify-") as aside:
            write_again(lang, Path(aside))
            yield from (name for name in mine if of_now[name].read_bytes() != (Path(aside) / name).read_bytes())


def _head_of(said: str) -> str:
    """Return the head that a line of the list speaks of: digest, head and, since papers can be kept, code."""
    return said.split(" ")[1] if " " in said else ""


def _list_file(run: Run) -> Path:
    return run.office.receipts / "papers" / f"{run.info.run_id}.json"


def _listed(run: Run) -> dict[str, str]:
    """Return the list of a run's papers: name -> digest, head and code; empty where the office sealed none."""
    try:
        said = json.loads(_list_file(run).read_text(encoding="utf-8"))
        listed = {str(name): str(value) for name, value in said["files"].items()}
        return {} if run.seal.wrong(said["seal"], _SUBJECT, listed) else listed
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _head(run: Run) -> str:
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        return str(book.head())
