"""An executed notebook as one printable HTML page, without anything fetched from elsewhere."""

from __future__ import annotations

from pathlib import Path

from povlib.words import conventions

_STYLE = """
body{max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.6;color:#111;
font-family:"Noto Sans SC","Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif}
table{border-collapse:collapse;margin:1rem 0;font-size:.92rem}th,td{border:1px solid #888;padding:.25rem .6rem}
thead th{background:#eee}img{max-width:100%}pre{white-space:pre-wrap}
.jp-InputArea,.input,.prompt,.jp-InputPrompt,.jp-OutputPrompt{display:none}
@media print{body{margin:0;max-width:none}table{page-break-inside:avoid}}
"""


def write_page(notebook: Path, page: Path, title: str, lang: str) -> Path:
    """Write the text and results of an executed notebook (not its code) as one HTML file.

    Parameters
    ----------
    notebook, page : Path
        Executed notebook; where the page goes.
    title, lang : str
        Title of the page; one of `povlib.words.languages`.
    """
    import html

    import nbformat
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic", exclude_input=True, exclude_output_prompt=True)
    exporter.anchor_link_text = ""
    body, _ = exporter.from_notebook_node(nbformat.read(notebook, as_version=4))
    code = conventions(lang).html
    page.write_text(
        f'<!doctype html>\n<html lang="{code}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>\n",
        encoding="utf-8",
    )
    return page
