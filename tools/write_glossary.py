"""Write ``docs/glossary.md`` from ``povlib/words/glossary.yaml``: one name for each thing, in both languages.

Run it after changing the glossary: ``.venv/bin/python tools/write_glossary.py``.
"""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "povlib" / "words" / "glossary.yaml"
TARGET = ROOT / "docs" / "glossary.md"
HEAD = """# 词汇表 · Glossary

One name for each thing, in papers, charts, notebooks and messages. Written by `tools/write_glossary.py` from
`povlib/words/glossary.yaml`: change that file, not this one. 本表由程序从词汇文件生成，请改词汇文件。

| 中文 | English | 单位 | unit | key |
|---|---|---|---|---|
"""


def glossary_page() -> str:
    """Return the page as text, sorted by key."""
    terms = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    spoken = list(dict.fromkeys(column for term in terms.values() for column in term if not column.startswith("unit_")))
    fields = (*spoken, *(f"unit_{lang}" for lang in spoken))
    rows = (" | ".join((*(str(term.get(f, "")) for f in fields), f"`{key}`")) for key, term in sorted(terms.items()))
    return HEAD + "".join(f"| {row} |\n" for row in rows)


if __name__ == "__main__":
    TARGET.write_text(glossary_page(), encoding="utf-8")
