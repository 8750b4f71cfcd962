"""Write one section of a benchmark page: each script owns a section, found by its heading.

Used by ``benchmarks/poverty_*.py`` and ``impact_*.py``. Also says on what machine a figure was taken.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

DOCS = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"
Result = TypeVar("Result")


def machine() -> str:
    """Return the machine in words, with its load, since clock times depend on it."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load average {load:.1f} when written"


def write_section(page: str, title: str, heading: str, lines: list[str]) -> None:
    """Replace or append the section under `heading` in ``docs/benchmarks/<page>``."""
    place = DOCS / page
    place.parent.mkdir(parents=True, exist_ok=True)
    text = place.read_text(encoding="utf-8") if place.exists() else f"# {title}\n"
    head, *sections = text.split("\n## ")
    kept = {part.split("\n", 1)[0]: part for part in sections}
    kept[heading] = heading + "\n\n" + "\n".join(lines) + "\n"
    place.write_text(
        "\n## ".join([head.rstrip("\n") + "\n", *(part.rstrip("\n") + "\n" for part in kept.values())]),
        encoding="utf-8",
    )


def timed(task: Callable[[], Result], repeats: int = 3) -> tuple[Result, float, float]:
    """Return the result, the least seconds of the processor and the least by the clock over some runs."""
    processor, clock = [], []
    for _ in range(repeats):
        begin, spent = time.perf_counter(), time.process_time()
        result = task()
        processor.append(time.process_time() - spent)
        clock.append(time.perf_counter() - begin)
    return result, min(processor), min(clock)
