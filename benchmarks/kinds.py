"""Seconds, pages and bytes of each kind of paper, and of all kinds in both languages together, from one run.

    .venv/bin/python benchmarks/kinds.py [--run RUN] [--quiet | --contended] [--write]

Takes a finished run of the practice office (makes one where there is none) and writes its papers into a folder of
their own, so that nothing handed out is touched. Each kind is written in both languages by one process, facts gathered
anew; then all of them by ``report --every-language`` in a copy of the office, on the clock. ``--write`` puts it into
docs/benchmarks/kinds.md and needs to be told whether the computer had nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pypdf import PdfReader

from povlib.places import ROOT
from povlib.runs import find_run, sample_office
from povlib.runs.asked_papers import chosen_papers
from povlib.runs.paper_shape import Paper
from povlib.runs.papers import all_papers, write_papers_into
from povlib.runs.run import Run
from povlib.words import language_in_use, languages

PAGE = ROOT / "docs" / "benchmarks" / "kinds.md"
PROMISED = 20.0  # seconds for all kinds in both languages, two idle cores


def measured(run: Run, kind: str, papers: tuple[Paper, ...], folder: Path) -> list[str]:
    """Return one row: the kind, files, pages in print, kilobytes, seconds in both languages and of processor."""
    begin, cpu = time.perf_counter(), time.process_time()
    written: list[Path] = []
    for lang in languages():
        with language_in_use(lang):
            written += write_papers_into(folder / kind, run, lang, papers=papers)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    pages = sum(len(PdfReader(path).pages) for path in written if path.suffix == ".pdf")
    size = sum(path.stat().st_size for path in written) / 1024
    return [kind, str(len(written)), str(pages), f"{size:,.0f}", f"{seconds:.1f}", f"{cpu:.1f}"]


def all_together(run: Run, folder: Path) -> tuple[float, float, float]:
    """Write every kind in both languages by the command; return seconds, of processor too, and the most memory (GB)."""
    work = folder / "work"
    shutil.copytree(run.office.folder, work / run.office.name)
    shutil.rmtree(work / run.office.name / "papers", ignore_errors=True)
    command = [sys.executable, "-m", "povlib.cli", "report", run.info.run_id, "--every-language"]
    command += ["--office", run.office.name]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env={**os.environ, "POVLIB_WORK": str(work)}, check=True, capture_output=True)
    seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, after.ru_maxrss / 1e6


def table_of(run: Run) -> tuple[list[list[str]], tuple[float, float, float]]:
    """Return the rows of all kinds, printed as they come, and what all kinds took together."""
    papers = all_papers(run)
    rows = []
    with tempfile.TemporaryDirectory(prefix="povlib-kinds-") as folder:
        for kind in dict.fromkeys(paper.asked_by for paper in papers):
            rows.append(measured(run, kind, chosen_papers(papers, [kind]), Path(folder)))
            print(
                "{:14s} {:>3s} files {:>5s} pages {:>8s} KB {:>6s} s, {:>6s} s of processor".format(*rows[-1]),
                flush=True,
            )
        together = all_together(run, Path(folder))
    seconds, cpu, memory = together
    print(f"all kinds, both languages: {seconds:.1f} s on the clock ({PROMISED:.0f} s promised on two idle cores)")
    print(f"{cpu:.1f} s of processor, {memory:.2f} GB in the larger process")
    return rows, together


def page_of(rows: list[list[str]], together: tuple[float, float, float], seen: str) -> str:
    """Return the page of documents."""
    seconds, cpu, memory = together
    return (
        "# Kinds of papers\n\nWritten by `python benchmarks/kinds.py --write`: every kind of paper of one run of the "
        f"practice township, Chinese and English ({platform.system()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {seen}).\n\n"
        "| kind | files | pages in print | KB | seconds, both languages | of processor |\n"
        "|---|---:|---:|---:|---:|---:|\n"
        + "".join("| " + " | ".join(row) + " |\n" for row in rows)
        + "\nEach kind stands alone here, by one process, its facts gathered anew. All of them at once by `report RUN "
        f"--every-language`, a process for each language: {seconds:.1f} s on the clock ({PROMISED:.0f} s promised on "
        f"two idle cores), {cpu:.1f} s of processor, {memory:.2f} GB in the larger process. The bytes are those of one "
        "language after the other.\n"
    )


def main() -> None:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="latest")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/kinds.md")
    seen = parser.add_mutually_exclusive_group()
    seen.add_argument("--quiet", action="store_true", help="nothing else ran")
    seen.add_argument("--contended", action="store_true", help="other work ran at the same time")
    options = parser.parse_args()
    if options.write and not (options.quiet or options.contended):
        parser.error("--write needs --quiet or --contended: times without it mean nothing")
    if not list((sample_office().office.folder / "runs").glob("*/manifest.json")):
        subprocess.run([sys.executable, "-m", "povlib.cli", "run"], cwd=ROOT, check=True)
    rows, together = table_of(find_run(options.run, sample_office()))
    if options.write:
        seen_as = "nothing else ran" if options.quiet else "contended: other work ran at the same time"
        PAGE.write_text(page_of(rows, together, seen_as), encoding="utf-8")


if __name__ == "__main__":
    main()
