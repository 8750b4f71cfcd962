"""The digest of a month, written, put into letters and sent.

Responsible for the files in ``sharing/<month>/`` and for who gets which of them. Not responsible for figures
(`povlib.runs.facts.sharing`), words (`povlib.report.sharing`) or the wire (`outbox`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from povlib import ledger, params
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.params.procedures.sharing import Recipient, load_sharing
from povlib.report.privacy import personal_data
from povlib.report.sharing.digest_paper import digest_paper
from povlib.report.sharing.letter_words import letter_paragraphs, letter_subject
from povlib.report.writers.publication import publish
from povlib.runs.facts.sharing.month_digest import digest_facts
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.papers import paper_files_there
from povlib.runs.run import Run
from povlib.runs.sharing.letters import letter_name, letter_of
from povlib.runs.sharing.outbox import Letter, outbox_of
from povlib.runs.sharing.sealed_package import sealed_for, zipped

_STEM = "digest"
_FORMATS = ("html", "pdf", "png", "json")
#: what a letter carries: the page to print and the long image for the group
_MAILED = (".pdf", ".png")


def write_digest(place: Place, month: Month | None, lang: str) -> tuple[Month, list[Path]]:
    """Write the digest of a month (default: the last with data) and return the month and its files.

    A digest of a month that is not closed is marked as a draft.

    Raises
    ------
    RunError
        If the ledger holds no such month.
    PrivacyError
        If anything personal would go out; then nothing is written.
    """
    catalogue = params.load(place.office.params)
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
        month = month or state.last_month
        if month is None or not state.observations["month"].eq(month.ordinal).any():
            raise RunError(
                "the ledger holds nothing of {month}", month="—" if month is None else str(month),
                remedy="python3 workbench.py load",
            )  # fmt: skip
        closed = month.ordinal in set(ledger.closings(book)["month"])
    issuer = "" if place.synthetic else place.office.name
    report = digest_paper(digest_facts(state, month, catalogue, lang), lang, issuer, draft=not closed)
    folder = place.office.folder / "sharing" / str(month)
    return month, publish(report, folder, f"{_STEM}.{lang}", formats=_FORMATS)


def put_letters(place: Place, month: Month | None, lang: str, run: Run | None = None) -> list[Letter]:
    """Put the digest of a closed month into the outbox, one letter a recipient; return those that are new.

    Parameters
    ----------
    month : Month, optional
        Default: the last one that is closed.
    run : Run, optional
        Whose papers go, sealed, to recipients that also get what is not public.

    Raises
    ------
    RunError
        If the month is not closed, or nobody is entered in ``sharing.yaml``.
    PrivacyError
        If anything personal would go out; then no letter is made.
    """
    sharing = load_sharing(place.office.params)
    if not sharing.mails:
        raise RunError(
            "no mail server or no recipient is entered", where="params/sharing.yaml",
            remedy="enter server, sender and recipients; the long image for the group is there without it: "
                   "python3 workbench.py share digest",
        )  # fmt: skip
    month = _closed_month(place, month)
    _, files = write_digest(place, month, lang)
    public = {path.name: path.read_bytes() for path in files if path.suffix in _MAILED}
    inside = _inside_papers(run, lang) if run is not None else {}
    box, new = outbox_of(place), []
    known = {letter.name for letter in box.letters()}
    for recipient in sharing.recipients:
        own = {**public, **inside} if recipient.inside else public
        name = letter_name(place.office.name, str(month), recipient, own)
        if name in known:
            continue
        letter = Letter(name, str(month), recipient.name, recipient.address)
        attached = _attached(public, inside if recipient.inside else {}, recipient, str(month))
        body = letter_paragraphs(month, recipient.name, sealed=len(attached) > len(public), synthetic=place.synthetic,
                                 lang=lang)  # fmt: skip
        subject = letter_subject(month, synthetic=place.synthetic, lang=lang)
        content = letter_of(name, subject, body, attached, recipient, sharing.sender, datetime.now(UTC))
        if box.put(letter, content):
            new.append(letter)
    return new


def share_last_month(place: Place, lang: str) -> int:
    """Mail the digest of the last closed month to whom it was not mailed yet; return how many letters were taken.

    Nothing is done where no mail server is entered or no month is closed. A server that does not answer is no reason to
    end the month's work: the letters wait, and the list of what is due says so.
    """
    if not load_sharing(place.office.params).mails or not place.office.has_ledger:
        return 0
    with open_book(place, create=False) as book:
        if ledger.closings(book).empty:
            return 0
    put_letters(place, None, lang)
    sent = outbox_of(place).send(load_sharing(place.office.params))
    return sum(letter.standing == "sent" for letter in sent)


def write_package(place: Place, run: Run, lang: str) -> list[Path]:
    """Write the papers of a run as a package for each recipient that also gets what is not public; return the files.

    Raises
    ------
    RunError
        If no such recipient is entered.
    PrivacyError
        If a paper holds anything personal.
    """
    recipients = [one for one in load_sharing(place.office.params).recipients if one.inside]
    if not recipients:
        raise RunError(
            "nobody is entered who gets what is not public", where="params/sharing.yaml: recipients",
            allowed="inside: true, age_key: age1...",
        )  # fmt: skip
    packed = zipped(_inside_papers(run, lang))
    folder = place.office.folder / "sharing" / run.info.run_id
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"papers.{lang}.zip.age"
    path.write_bytes(sealed_for(packed, [one.age_key for one in recipients]))
    return [path]


def _closed_month(place: Place, month: Month | None) -> Month:
    with open_book(place, create=False) as book:
        closed = {int(one) for one in ledger.closings(book)["month"]}
    if month is None and closed:
        return Month.from_ordinal(max(closed))
    if month is None or month.ordinal not in closed:
        raise RunError(
            "only a closed month goes out: its figures no longer change", where="" if month is None else str(month),
            remedy="python3 workbench.py close {month}", month="MONTH" if month is None else str(month),
        )  # fmt: skip
    return month


def _inside_papers(run: Run, lang: str) -> dict[str, bytes]:
    paths = paper_files_there(run, lang)
    if not paths:
        raise RunError("run {run} has no papers yet", run=run.info.run_id, remedy="python3 workbench.py report {run}")
    # a second time, for what may have been put among them by hand
    personal_data.check_files(paths)
    return {path.name: path.read_bytes() for path in paths}


def _attached(public: dict[str, bytes], inside: dict[str, bytes], recipient: Recipient, month: str) -> dict[str, bytes]:
    """Return the files of one letter: those for all, and the others sealed for this recipient alone."""
    if not inside:
        return public
    return {**public, f"papers-{month}.zip.age": sealed_for(zipped(inside), [recipient.age_key])}
