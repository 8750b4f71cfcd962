"""The file of houses: one A4 page a house with its bill, photos, account and lines to sign, as PDF and as Word.

Responsible for laying the pages out and for refusing anything personal in them. Photos are fetched one after the
other and only as their small copies, so that a township's file fits into memory. Not responsible for what a page
says (`HouseFile`, filled by `povlib.runs.facts.houses.house_files`).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from povlib.errors import LedgerError, ReportError
from povlib.params import table
from povlib.report import fonts
from povlib.report.model.paper import page_marks
from povlib.report.privacy import personal_data
from povlib.report.writers.payload import language_marks, shown_texts
from povlib.report.writers.typesetting import typeset
from povlib.report.writers.whole_files import repeatable_archive, write_whole_file
from povlib.words import language, text

PHASES = ("before", "during", "after")
# more rows than this are set in smaller type: 16 rows fill what photos, account and signatures leave of A4
_ROWS_IN_FULL_SIZE = 16
# pages in one file: Word's own pictures are sought one by one (8 minutes for 1,000 houses, 5 s for 85), and a
# typesetter holds all of a file at once (1.6 GB for 1,000 houses, 0.4 GB for 85)
MOST_PAGES = 100
_MARGIN_MM = 18
_PICTURE_MM = 54  # three beside each other between the margins
_CREATED = dt.datetime(2016, 1, 1)  # as every paper: no clock
Photo = Callable[[str], bytes]


@dataclass(frozen=True)
class HousePhoto:
    """One photo of a house: phase (`PHASES`), day as written, digest; `file` as the workbook named it."""

    phase: str
    day: str
    digest: str


@dataclass(frozen=True)
class HouseFile:
    """What one page says, in words of the paper's language.

    Parameters
    ----------
    hh, village, project : str
        Keys.
    facts : tuple of (str, str)
        Name and value of what stands at the head: kind of work, grade, crew, days, way, site.
    bill : tuple of tuple of str
        Rows: item, unit, unit price, quantity and yuan of the estimate, yuan of variations, quantity and yuan of the
        final account.
    total : tuple of str
        The row of sums, as wide as a row of the bill; empty without a bill.
    photos : tuple of HousePhoto
    account : tuple of (str, str)
        Who pays or owes what.
    findings : tuple of str
        What inspections found.
    """

    hh: str
    village: str
    project: str
    facts: tuple[tuple[str, str], ...] = ()
    bill: tuple[tuple[str, ...], ...] = ()
    total: tuple[str, ...] = ()
    photos: tuple[HousePhoto, ...] = ()
    account: tuple[tuple[str, str], ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileHead:
    """What is the same on every page."""

    office: str
    date: str
    synthetic: bool = False


def bill_heads(lang: str) -> list[str]:
    """Return the heads of the columns of a bill."""
    names = ("item", "unit of measure", "unit price", "estimated", "yuan estimated", "yuan varied", "measured",
             "yuan final")  # fmt: skip
    return [text(name, lang) for name in names]


def file_payload(houses: Sequence[HouseFile], head: FileHead, lang: str) -> dict[str, Any]:
    """Return the pages as plain texts; pictures are named, not held."""
    return {
        **language_marks(lang),
        "title": text("File of the house", lang),
        "office": head.office,
        "date": head.date,
        "banners": list(page_marks(lang, draft=False, lapsed=False, synthetic=head.synthetic)),
        "heads": bill_heads(lang),
        "labels": {
            key: text(words, lang)
            for key, words in {
                "bill": "Bill of quantities (yuan)",
                "no_bill": "No bill is recorded.",
                "photos": "Photos",
                "no_photo": "no photo",
                "account": "Account",
                "findings": "Inspection",
                "not_visited": "Not visited by an inspection.",
                "sign": "Signatures",
            }.items()
        },
        "signs": [text(words, lang) for words in ("Head of household", "village committee", "inspector", "township")],
        "signed": text("name and date", lang),
        "houses": [_house_texts(house, lang) for house in houses],
    }


def _house_texts(house: HouseFile, lang: str) -> dict[str, Any]:
    first: dict[str, HousePhoto] = {}
    for photo in house.photos:
        first.setdefault(photo.phase, photo)  # the newest of a phase comes first
    return {
        "hh": house.hh,
        "village": house.village,
        "project": house.project,
        "facts": [list(pair) for pair in house.facts],
        "bill": [list(row) for row in house.bill],
        "total": list(house.total),
        "dense": len(house.bill) > _ROWS_IN_FULL_SIZE,
        "photos": [
            {
                "title": table("photo_phase").show(phase, lang),
                "day": first[phase].day if phase in first else "",
                "digest": first[phase].digest if phase in first else "",
                "file": "",
            }
            for phase in PHASES
        ],
        "account": [list(pair) for pair in house.account],
        "findings": list(house.findings),
    }


def write_house_files(
    houses: Sequence[HouseFile],
    head: FileHead,
    folder: Path,
    stem: str,
    photo: Photo,
    *,
    formats: Sequence[str] = ("pdf", "docx"),
    lang: str | None = None,
) -> list[Path]:
    """Write one page a house into one PDF and one Word document, and return their paths.

    More houses than `MOST_PAGES` go into several files, numbered, so that a county's file fits into memory too.

    Parameters
    ----------
    photo : callable
        The small copy of a photo by its digest; a photo that is not there is said in words on the page.

    Raises
    ------
    PrivacyError
        If a page holds something personal.
    ReportError
        If there is no house.
    """
    lang = lang or language()
    if not houses:
        raise ReportError("there is no house to write a file for")
    data = file_payload(houses, head, lang)
    personal_data.check_texts(shown_texts(data), where=stem)
    writers: dict[str, Callable[[dict[str, Any], Photo], bytes]] = {"pdf": _as_pdf, "docx": _as_word}
    unknown = sorted(set(formats) - set(writers))
    if unknown:
        raise ReportError("no paper is written as {name}", allowed="pdf, docx", name=", ".join(unknown))
    parts = [houses[at : at + MOST_PAGES] for at in range(0, len(houses), MOST_PAGES)]
    written = []
    for number, part in enumerate(parts, start=1):
        name = stem if len(parts) == 1 else f"{stem}.{number}"
        for kind in formats:
            content = writers[kind](file_payload(part, head, lang), photo)
            written.append(write_whole_file(folder / f"{name}.{kind}", content))
    return written


def _small_copy(photo: Photo, digest: str) -> bytes | None:
    try:
        return photo(digest)
    except LedgerError:
        return None


def _as_pdf(data: dict[str, Any], photo: Photo) -> bytes:
    def pictures() -> Iterator[tuple[str, bytes]]:
        for number, house in enumerate(data["houses"]):
            for place in house["photos"]:
                content = _small_copy(photo, place["digest"]) if place["digest"] else None
                _say_what_is_missing(place, content, data["lang"])
                if content is not None:
                    place["file"] = f"house{number}-{house['photos'].index(place)}.jpg"
                    yield place["file"], content

    return typeset(data, "houses", pictures=pictures())


def _say_what_is_missing(place: dict[str, str], content: bytes | None, lang: str) -> None:
    if place["digest"] and content is None:
        place["title"] = text("{phase}: photo {digest} is not in the folder", lang, phase=place["title"],
                              digest=place["digest"][:12])  # fmt: skip


def _as_word(data: dict[str, Any], photo: Photo) -> bytes:
    from docx import Document
    from docx.shared import Mm

    from povlib.report.writers.word_styles import Faces, set_page_layout, set_styles, write_page_marks

    data = fonts.with_code_points(data, [chr(point) for point in range(0x20) if chr(point) not in "\t\n\r"])
    document = Document()
    faces = Faces(data["lang"])
    set_styles(document, faces)
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = data["title"], data["office"], "", ""
    core.created = core.modified = _CREATED
    section = document.sections[0]
    set_page_layout(section, faces)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Mm(_MARGIN_MM))
    write_page_marks(section, "　·　".join(data["banners"]))
    for number, house in enumerate(data["houses"]):
        _write_house(document, data, house, photo, first=number == 0)
    memory = io.BytesIO()
    document.save(memory)
    return repeatable_archive(memory.getvalue())


def _write_house(document: Any, data: dict[str, Any], house: dict[str, Any], photo: Photo, *, first: bool) -> None:
    labels, colon = data["labels"], text(": ", data["lang"])
    title = document.add_paragraph(f"{data['title']}　{house['village']}　{house['hh']}", style="Centred")
    if not first:
        title.paragraph_format.page_break_before = True
    document.add_paragraph("　".join(f"{name}{colon}{value}" for name, value in house["facts"]), style="Cell")
    document.add_paragraph(labels["bill"], style="Caption")
    if house["bill"]:
        rows = [*house["bill"], house["total"]]
        _add_table(document, [data["heads"], *rows], "Tiny cell" if house["dense"] else "Small cell", wide_first=True)
    else:
        document.add_paragraph(labels["no_bill"], style="Cell")
    document.add_paragraph(labels["photos"], style="Caption")
    _add_photos(document, data, house, photo)
    document.add_paragraph(labels["account"], style="Caption")
    for name, value in house["account"]:
        document.add_paragraph(f"{name}{colon}{value}", style="Cell")
    document.add_paragraph(labels["findings"], style="Caption")
    for line in house["findings"] or [labels["not_visited"]]:
        document.add_paragraph(line, style="Cell")
    document.add_paragraph(labels["sign"], style="Caption")
    _add_table(document, [data["signs"], [f"{data['signed']}　　　　　　"] * len(data["signs"])], "Small cell")


def _add_table(document: Any, rows: list[list[str]], style: str, *, wide_first: bool = False) -> None:
    from povlib.report.writers.word_styles import WordColumn, add_rows, set_table_look

    count = len(rows[0])
    room = (210 - 2 * _MARGIN_MM) * 56.7  # twips in a millimetre
    shares = [2.2 if wide_first and at == 0 else 1.0 for at in range(count)]
    columns = [WordColumn(int(room * share / sum(shares)), wide_first and at > 1) for at, share in enumerate(shares)]
    table = document.add_table(rows=0, cols=count, style="Table Grid")
    set_table_look(table)
    add_rows(table, rows[:1], columns, document.styles[style], head=True, bold=True)
    add_rows(table, rows[1:], columns, document.styles[style], head=False, bold=False)


def _add_photos(document: Any, data: dict[str, Any], house: dict[str, Any], photo: Photo) -> None:
    from docx.shared import Mm

    table = document.add_table(rows=2, cols=len(PHASES), style="Table Grid")
    for at, place in enumerate(house["photos"]):
        content = _small_copy(photo, place["digest"]) if place["digest"] else None
        _say_what_is_missing(place, content, data["lang"])
        above, below = table.cell(0, at).paragraphs[0], table.cell(1, at).paragraphs[0]
        above.style = document.styles["Picture"]
        below.style = document.styles["Small cell"]
        below.add_run(f"{place['title']} {place['day']} {place['digest'][:12]}".strip())
        if content is None:
            above.add_run(data["labels"]["no_photo"])
            continue
        picture = above.add_run().add_picture(io.BytesIO(content), width=Mm(_PICTURE_MM))
        picture._inline.docPr.set("descr", f"{place['title']}, {house['hh']}, {place['day']}")
