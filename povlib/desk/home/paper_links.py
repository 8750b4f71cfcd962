"""Papers as links in a notebook, where a lab serves them; elsewhere the place where they lie.

Responsible for addresses. Not responsible for the link beside the notebooks that makes the lab serve them
(`povlib.cli.lab`) or for which papers a run has.
"""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import quote

from povlib.places import Office
from povlib.runs.routine.recent_runs import RecentRun
from povlib.words import text


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
    """Return a link to a paper as a lab serves it (``papers`` beside the notebooks), opened in a tab of its own."""
    inside = path.resolve().relative_to(office.papers.resolve()).as_posix()
    name = html.escape(path.name)
    return f'<a href="/files/papers/{quote(inside)}" target="_blank" rel="noopener">{name}</a>'
