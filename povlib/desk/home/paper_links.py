"""Papers as links in a notebook, where a lab serves them; elsewhere the place where they lie.

Responsible for addresses, and for the papers appearing beside the notebooks, since a lab serves nothing else. Not
responsible for which papers a run has.
"""

from __future__ import annotations

import contextlib
import html
import os
import shutil
from pathlib import Path
from urllib.parse import quote

from povlib.places import Office
from povlib.runs.routine.recent_runs import RecentRun
from povlib.words import text

_SHOWN_IN_A_LAB = frozenset({".html", ".pdf", ".png", ".json"})


def papers_list(made: list[RecentRun], office: Office, *, live: bool) -> str:
    """Return the papers of runs as HTML, a line a run: links where a lab serves them, else where they lie."""
    rows = []
    for one in made:
        links = [paper_link(path, office) if live else html.escape(path.name) for path in one.papers]
        if links:
            where = "" if live else f" <small>{html.escape(str(one.papers[0].parent))}</small>"
            rows.append(f"<li><code>{html.escape(one.run)}</code>{where}: {' · '.join(links)}</li>")
    if not rows:
        return ""
    heading = html.escape(text("Papers"))
    return f'<div class="povlib-papers"><p><b>{heading}</b></p><ul>{"".join(rows)}</ul></div>'


def paper_link(path: Path, office: Office) -> str:
    """Return a link to a paper, and let it appear beside the notebooks, where a lab serves it.

    A lab opens pages and pictures in a tab of its own; what it cannot show is handed to the computer's own programs.
    """
    inside = path.resolve().relative_to(office.papers.resolve())
    _show_beside_notebooks(path, office.folder / "notebooks" / "papers" / inside)
    address, name = quote(f"papers/{inside.as_posix()}"), html.escape(path.name)
    if path.suffix in _SHOWN_IN_A_LAB:
        return f'<a href="{address}">{name}</a>'
    return f'<a href="/files/{address}" download="{name}">{name}</a>'


def download_link(path: Path, office: Office) -> str:
    """Return a link that hands a paper to the computer's own programs: the only kind that works inside a widget."""
    return paper_link(path, office).replace(
        '<a href="papers/', f'<a download="{html.escape(path.name)}" href="/files/papers/'
    )


def _show_beside_notebooks(path: Path, beside: Path) -> None:
    """Make a paper appear at a second place without a second copy, where the file system can; what is old is replaced.

    A server of notebooks serves nothing outside its folder, whatever a symbolic link says.
    """
    with contextlib.suppress(OSError):
        if beside.exists() and (beside.samefile(path) or beside.read_bytes() == path.read_bytes()):
            return
        beside.parent.mkdir(parents=True, exist_ok=True)
        made = beside.with_name(f".{beside.name}.{os.getpid()}")
        try:
            os.link(path, made)
        except OSError:
            shutil.copyfile(path, made)
        os.replace(made, beside)
