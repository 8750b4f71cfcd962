"""Times intake: 20,000 households x 60 columns to a JSON receipt and a workbook of refused rows.

    python benchmarks/intake_speed.py [HOUSEHOLDS] [--record]
    python benchmarks/intake_speed.py --defects [WORD...] [--record]

Prints seconds and the memory of this process and of the reader. One household in 20 has an unknown code,
one in 50 a cut identity number.

``--defects`` weighs every workbook of ``tests/defects`` instead (or those whose name holds a word), each
by ``povlib intake check FILE --json`` in a process of its own. ``--record`` writes ``docs/benchmarks/intake.md``.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from defects.making import HEADERS, VILLAGES, form, id_number, row
from defects.weigh import weigh_all
from record import Figure, record

from povlib import intake

MORE = [f"附加{n}" for n in range(51)]


def household(number: int) -> list[object]:
    """Return one row of 60 cells, some of them wrong."""
    birth = f"19{40 + number // 999 % 60:02d}{1 + number % 12:02d}{1 + number % 28:02d}"
    identity = id_number(number % 999 + 1, birth=birth)
    line = row(
        number % 999 + 1,
        户编号=f"H{number:06d}",
        身份证号=identity[:17] if number % 50 == 0 else identity,
        致贫原因="因并" if number % 20 == 0 else "因病",
        人均纯收入=2000 + number % 3000 + (0.5 if number % 7 == 0 else 0),
    )
    return [*line, *(f"v{(number * 31 + n) % 977}" for n in range(len(MORE)))]


def large(households: int) -> list[Figure]:
    """Write the workbook, read it, write the receipt; print and return what it took."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.xlsx")
        path.write_bytes(form([household(n) for n in range(households)], [*HEADERS, *MORE]))
        before = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        started = time.perf_counter()
        verdict = intake.check([path], villages=VILLAGES)[0]
        checked = time.perf_counter()
        intake.write_receipt(verdict, folder)
        done = time.perf_counter()
    work = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) - before
    own, child = (resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"households {households}: verdict {verdict.verdict}, loads {verdict.loaded}, flags {len(verdict.flags)}")
    print(f"check {checked - started:.1f} s, receipt {done - checked:.1f} s, processor {work:.1f} s")
    print(f"memory: this process {own} MB, reader {child} MB")
    return [
        Figure("check", checked - started),
        Figure("JSON receipt and workbook of refused rows", done - checked),
        Figure("both", done - started, 10),
        Figure("work of processors", work),
        Figure("memory of the reader", child, unit="MB"),
        Figure("memory of this process", own, unit="MB"),
    ]


def defects(words: list[str]) -> list[Figure]:
    """Weigh every workbook of the table of defects; print and return the heaviest."""
    found = weigh_all(words)
    wrong = sum(verdict != case.verdict for *_, verdict, case in found)
    return [
        Figure("workbooks", len(found), unit=""),
        Figure("wrong verdicts", wrong, unit=""),
        Figure("longest, start of the program included", max(took for took, *_ in found), 5),
        Figure("most work of processors", max(work for _, work, *_ in found)),
        Figure("most memory of all its processes", max(peak for _, _, peak, *_ in found), 300, "MB"),
    ]


def main() -> None:
    """Measure, and write it down when asked."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    only_defects = "--defects" in sys.argv
    households = int(words[0]) if words and not only_defects else 20_000
    figures = defects(words) if only_defects else large(households)
    if "--record" in sys.argv:
        part = (
            "Hostile and quirky workbooks, the heaviest" if only_defects else f"{households:,} households x 60 columns"
        )
        how = "`python benchmarks/intake_speed.py" + (" --defects`" if only_defects else "`") + ", nothing else running"
        record("intake", "Intake: time and memory", part, how, figures)


if __name__ == "__main__":
    main()
