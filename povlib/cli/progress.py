"""Progress bars on the terminal: one bar a command, with the name of the stage in words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, float], None]


@contextmanager
def progress_bar(total_stages: int) -> Iterator[Progress]:
    """Show one bar over `total_stages` stages; yields ``report(stage, share_done)``.

    Stages arrive in any words the caller likes; each new name moves the bar one stage on.
    """
    from tqdm import tqdm

    names: list[str] = []
    layout = "{desc} {bar} {percentage:3.0f}% {elapsed}"
    with tqdm(total=100, bar_format=layout, file=sys.stderr, leave=False, disable=None, ncols=80) as bar:

        def report(stage: str, share: float) -> None:
            if stage not in names:
                names.append(stage)
            done = 100 * min((names.index(stage) + min(share, 1.0)) / max(total_stages, len(names)), 1.0)
            bar.set_description_str(stage)
            bar.n = max(bar.n, done)
            bar.refresh()

        yield report
