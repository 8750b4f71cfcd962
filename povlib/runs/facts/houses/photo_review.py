"""What is wrong with an office's photos, and the page on which a person judges those that look alike.

Responsible for putting the folder beside the ledger. Not responsible for finding likeness
(`povlib.housing.photo_likeness`). The page shows houses of families: it lies in the office's own folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from povlib import ledger
from povlib.housing.photo_likeness import LikePhotos, doubled_photos, lacking_photos, like_photos, photos_of_houses
from povlib.params.tables import table
from povlib.report.figures.photo_strips import ShownPhoto, photo_caption, photo_strip
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Block, Paragraph, Report, Section
from povlib.report.writers.publication import publish
from povlib.runs.office.office_place import Place, open_book, photo_store
from povlib.words import language, text

#: pairs shown on the page: a choice, two pages of each are more than anybody judges in a sitting
_SHOWN = 60


@dataclass(frozen=True)
class PhotoReview:
    """What is wrong with photos.

    Parameters
    ----------
    sweep : Sweep
        The folder against the ledger, by digest.
    photos : DataFrame
        project, phase, sha256, week, file, perceptual_hash, hh, village.
    doubled : DataFrame
        Rows of `photos` whose very file stands for more than one house or phase.
    like : LikePhotos
        Pairs that look alike.
    lacking : DataFrame
        project, hh, phase: photos that works should have.
    """

    sweep: ledger.Sweep
    photos: pd.DataFrame
    doubled: pd.DataFrame
    like: LikePhotos
    lacking: pd.DataFrame
    synthetic: bool = False

    def shown_as(self, digest: str) -> str:
        """Return the works and phase for which a digest stands, else its beginning."""
        rows = self.photos[self.photos["sha256"] == digest]
        return shown_works(*rows.iloc[0][["project", "phase"]]) if len(rows) else digest[:12]


def shown_works(project: str, phase: str) -> str:
    """Return works and phase as they are read, such as ``S01-0016-Z1 改造前``."""
    return f"{project} {table('photo_phase').show(phase, language())}"


def review_photos(place: Place) -> PhotoReview:
    """Return what is wrong with an office's photos; nothing is changed."""
    with open_book(place, create=False) as book:
        swept = photo_store(place).sweep(book)
        frames = {name: ledger.read_frame(book, name) for name in ("house_photos", "projects", "households")}
    photos = photos_of_houses(frames["house_photos"], frames["projects"], frames["households"])
    lacking = lacking_photos(photos, frames["projects"])
    return PhotoReview(swept, photos, doubled_photos(photos), like_photos(photos), lacking, place.synthetic)


def like_photos_paper(review: PhotoReview, place: Place, lang: str | None = None) -> Report:
    """Return the pairs of photos that look alike, side by side, the most alike first."""
    lang = lang or language()
    pairs, read = review.like.pairs, photo_store(place).read
    told = say(
        "Of {photos} photos {pairs} pairs look alike: photos of two houses, or one before and one after the works. "
        "Houses of one design look alike too; a person who knows them judges, the machine only lists.",
        lang,
        pairs=Number("photos.pairs", len(pairs), "count", "", "bits of the hash that differ"),
        photos=Number("photos.compared", review.like.compared, "count", "", "photos with a hash"),
    )
    blocks: list[Block] = [Paragraph(told)]
    week = review.photos.drop_duplicates("sha256").set_index("sha256")["week"]
    for at, pair in enumerate(pairs.head(_SHOWN).to_dict("records"), 1):
        row = {str(name): value for name, value in pair.items()}
        shown = [
            ShownPhoto(
                f"{row[f'{side}_project']}\n" + photo_caption(
                    {"phase": row[f"{side}_phase"], "week": week.get(row[f"{side}_sha256"])}, lang
                ),
                str(row[f"{side}_sha256"]),
            )
            for side in ("left", "right")
        ]  # fmt: skip
        title = text("{n} of 64 bits differ", lang, n=row["distance"])
        blocks.append(photo_strip(f"pair_{at}", title, shown, read, lang=lang))
    section = Section("pairs", text("Photos that look alike", lang), tuple(blocks))
    return Report(text("Photos to judge", lang), lang, sections=(section,), synthetic=review.synthetic)


def write_like_photos(review: PhotoReview, place: Place, lang: str | None = None) -> list[Path]:
    """Write the page of photos that look alike into the office's desk folder and return the files."""
    lang = lang or language()
    paper = like_photos_paper(review, place, lang)
    return publish(paper, place.office.folder / "desk" / "photos", f"photos-to-judge.{lang}", formats=("html", "pdf"))
