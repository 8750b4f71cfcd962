"""Seconds and memory of family cards: 340 and 20,000 households, in parts as the command writes them.

    python benchmarks/family_cards.py            # writes docs/benchmarks/family-cards.md

Made-up cards with the help that one of three households of the practice township has. Opening names is not in it.
"""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from povlib.calendar import Month
from povlib.report.writers.family_sheets import Help, HouseholdSheet, SheetHead, write_household_sheets
from povlib.runs.office.family_cards import _parts

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "family-cards.md"
SIZES, A_VILLAGE = (340, 20_000), 30
HEAD = SheetHead("某乡扶贫办", Month(2016, 5), synthetic=True, draft=True, object_days=7)
POST, OWED = Help("镇村保洁员", Month(2016, 6)), Help("最低生活保障", None, 240_000, entitled=True)


def made_up(count: int) -> list[HouseholdSheet]:
    """Return cards of villages of thirty households."""
    return [
        HouseholdSheet(
            f"S{n // A_VILLAGE:03d}-{n % A_VILLAGE:04d}",
            f"村{n // A_VILLAGE:03d}",
            (POST, OWED) if n % 3 == 0 else (),
            running=(OWED,) if n % 2 else (),
            helper="样本-干部1 · 样本村委会",
            to_do=("到村部签协议",) if n % 3 == 0 else (),
        )
        for n in range(count)
    ]


def measured(count: int) -> tuple[float, int, float, str]:
    """Return seconds, files, the most memory in GB, and a digest of all bytes."""
    digest, files = hashlib.sha256(), 0
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        for name, part in _parts(made_up(count)):
            written = write_household_sheets(part, HEAD, Path(folder) / f"{name}.pdf", lang="zh")
            digest.update(written.read_bytes())
            written.unlink()
            files += 1
        seconds = time.perf_counter() - begin
    return seconds, files, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, digest.hexdigest()[:16]


def main() -> None:
    """Measure each size twice in a process of its own, and write the page."""
    if len(sys.argv) > 1:
        print(*measured(int(sys.argv[1])))
        return
    rows = []
    for size in SIZES:
        told = [subprocess.run([sys.executable, __file__, str(size)], check=True, capture_output=True, text=True).stdout
                for _ in range(2)]  # fmt: skip
        (seconds, files, memory, digest), again = told[0].split(), told[1].split()
        same = "the same" if digest == again[3] else "DIFFERENT"
        rows.append(
            f"| {size:,} | {files} | {float(seconds):.1f}, {float(again[0]):.1f} | {float(memory):.2f} | {same} |"
        )
    PAGE.write_text(
        "# Family cards\n\nWritten by `python benchmarks/family_cards.py`: one A5 card a household, one PDF a "
        "village of thirty, each size twice in a process of its own, on one core. Names are not opened in it.\n\n"
        "| households | files | seconds, both times | most memory (GB) | bytes |\n|---:|---:|---:|---:|---|\n"
        + "\n".join(rows) + "\n", encoding="utf-8",
    )  # fmt: skip
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
