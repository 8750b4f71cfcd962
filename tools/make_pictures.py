"""Make the pictures of the README from a real run of the practice township.

Run by a developer when a paper looks different: the pictures it writes are committed. It shows what
`povlib run` made and computes nothing: page 1 of the meeting paper and one chart, in both languages.

    .venv/bin/python tools/make_pictures.py [--work FOLDER]
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
LANGUAGES = ("zh", "en")
# pixels and bytes, choices: as wide as a README is shown, light enough to load on a slow line
PAPER_WIDTH, CHART_WIDTH = 900, 1100
MOST_BYTES = 400_000


def made_run(work: Path) -> object:
    """Run the practice township in `work` and return the finished run of the base scenario."""
    os.environ["POVLIB_WORK"] = str(work)
    subprocess.run([sys.executable, "-m", "povlib.cli", "run"], cwd=ROOT, check=True)
    from povlib import runs

    return runs.open_run("", "base", "")


def first_page(run: object, lang: str) -> bytes:
    """Return page 1 of the meeting paper as PNG, set as its PDF is."""
    from povlib.report.writers.payload import payload
    from povlib.report.writers.typesetting import typeset
    from povlib.runs.papers import meeting_report

    return typeset(payload(meeting_report(run, lang)), "paper", kind="png")  # type: ignore[arg-type]


def chart(run: object, lang: str) -> bytes:
    """Return the chart of the exits stated, marked and expected."""
    from povlib.report.model.paper import FigureBlock
    from povlib.runs.facts.bulletin import bulletin_report

    report = bulletin_report(run, lang)  # type: ignore[arg-type]
    (block,) = [b for s in report.sections for b in s.blocks if isinstance(b, FigureBlock)]
    return block.png


def save(png: bytes, name: str, width: int) -> Path:
    """Write a picture of a given width with few colours; refuse one that is too heavy for a README."""
    with Image.open(io.BytesIO(png)) as image:
        plain = image.convert("RGB")
        height = round(plain.height * width / plain.width)
        # 64 colours without dithering keep text sharp and compress well: a paper has few colours anyway
        small = plain.resize((width, height), Image.Resampling.LANCZOS).quantize(64, dither=Image.Dither.NONE)
        path = IMAGES / name
        small.save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{name} has {path.stat().st_size} bytes: too heavy")
    return path


def main(arguments: list[str] | None = None) -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, help="where to run (default: a folder that is removed afterwards)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="povlib-pictures-") as aside:
        run = made_run(options.work or Path(aside))
        IMAGES.mkdir(parents=True, exist_ok=True)
        for lang in LANGUAGES:
            print(save(first_page(run, lang), f"paper-{lang}.png", PAPER_WIDTH))
            print(save(chart(run, lang), f"chart-{lang}.png", CHART_WIDTH))


if __name__ == "__main__":
    main()
