"""The last gate: nothing personal in a text that leaves the desk.

Responsible for finding identity numbers, disability-card numbers, phones, bank cards and planted
canaries in text, and for refusing with the place and a masked match. What stands inside a file is
read by `povlib.report.privacy.file_texts`. Not responsible for masking names (the builders never receive them).
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from povlib.errors import Fault, PrivacyError
from povlib.report.privacy.file_texts import Content, files_under, texts_of_file

_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789Xx- ")
_RUN = re.compile(r"(?<![\d.])(?:\d{17,}[Xx](?:\d{2}(?:\d{2})?(?!\d))?|\d{15,}(?!\d|\.\d))")
# An identity or UnionPay card number written in groups. Any other row of small numbers is a table.
_GROUPED = re.compile(
    r"(?<![\d.])(?:\d{6}([ \-])\d{8}\1\d{3}[\dXx]|\d{6}([ \-])\d{4}\2\d{4}\2\d{3}[\dXx]"
    r"|\d{3}([ \-])\d{3}\3\d{4}\3\d{4}\3\d{3}[\dXx]|62\d\d([ \-])\d{4}\4\d{4}\4\d{4}(?:\4\d{1,3})?)(?!\d)"
)
_HALF_MASKED = re.compile(r"(?<!\d)[1-9]\d{5}[*＊×xX•]{6,10}\d{2,3}[\dXx](?!\d)")
_PHONE = re.compile(r"(?<![\d.\-])(?:\+?86[ \-]?)?1[3-9]\d(?:[ \-]?\d{4}){2}(?![\d\-]|\.\d)")
_LANDLINE = re.compile(r"(?<![\d.\-])0\d{2,3}-\d{7,8}(?![\d\-])")
_DIGEST = re.compile(r"[0-9a-fA-F]{32,}")
# the first 12 or 16 digits of one, as papers show them, with a letter among them: one ledger in some hundred has a
# batch whose hash holds eleven numerals in a row that look like a phone
_SHORT_DIGEST = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])(?:[0-9a-f]{12}|[0-9a-f]{16})(?![0-9A-Za-z])")
# GB 11643-1999: weights of the first 17 digits, and the check character for each remainder by 11
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# first two digits of an area code: region, then the number of its provinces (GB/T 2260)
_PROVINCES = frozenset(
    str(region * 10 + number)
    for region, count in {1: 5, 2: 3, 3: 7, 4: 6, 5: 4, 6: 5, 7: 1, 8: 3}.items()
    for number in range(0 if region == 5 else 1, count + 1)
)
# ISO/IEC 7812 allows up to 19 digits; shorter than 16 is common in tables of amounts and is no card in use here
_CARD_LENGTHS = range(16, 20)
_PATTERNS = (
    ("partly masked identity number", _HALF_MASKED),
    ("phone number", _PHONE),
    ("phone number", _LANDLINE),
)


@dataclass(frozen=True)
class Match:
    """Something personal: what it is, where it stands, and the match with all but two digits hidden."""

    kind: str
    start: int
    masked: str
    length: int


@dataclass(frozen=True)
class _Watch:
    canaries: tuple[str, ...]
    public: tuple[str, ...]
    typed: bool = False

    def find(self, text: str) -> list[Match]:
        if len(text) <= _KEPT_LETTERS:
            return list(_found_before(text, self.canaries, self.public, self.typed))
        return find_personal_data(text, canaries=self.canaries, public=self.public, typed=self.typed)


# a paper is scanned before each of its formats is set, and parts of Word files and workbooks are the same in all of
# them; longer texts stand once
_KEPT_LETTERS = 100_000


@lru_cache(maxsize=128)
def _found_before(text: str, canaries: tuple[str, ...], public: tuple[str, ...], typed: bool) -> tuple[Match, ...]:
    return tuple(find_personal_data(text, canaries=canaries, public=public, typed=typed))


def is_identity_number(text: str) -> bool:
    """Return whether `text` is an 18-character identity number: date and check character (GB 11643-1999).

    Examples
    --------
    >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
    (True, False)
    """
    if not re.fullmatch(r"[1-9]\d{16}[\dXx]", text) or not _is_date(text[6:14]):
        return False
    total = sum(w * int(d) for w, d in zip(_WEIGHTS, text[:17], strict=True))
    return _CHECKS[total % 11] == text[17].upper()


def find_personal_data(
    text: str, *, canaries: Iterable[str] = (), public: Iterable[str] = (), typed: bool = False
) -> list[Match]:
    """Return what is personal in `text`, in order.

    Parameters
    ----------
    canaries : iterable of str
        Further texts that must not appear: planted marks, or names held in the identity table.
    public : iterable of str
        Telephone numbers an office publishes and may print.
    typed : bool
        Whether somebody typed the text, or a paper shows it: then a number with the shape of an identity number
        counts whatever its check character. One wrong digit still tells neighbours who is meant; in bytes of files
        the check character keeps rows of figures apart from numbers of persons.

    Examples
    --------
    >>> [(m.kind, m.masked) for m in find_personal_data("tel. 138 1234 5678, id 11010519491231002X")]
    [('phone number', '*********78'), ('identity number', '****************2X')]
    >>> find_personal_data("0.440524188001010014 of 12,345 yuan in 2016-05")
    []
    """
    plain = text.translate(_FULL_WIDTH)
    hidden = [m.span() for m in _DIGEST.finditer(plain) if not m[0].isdigit()]
    matches = list(_number_matches(plain, hidden, typed=typed))
    taken = [(m.start, m.start + m.length) for m in matches]
    short = [m.span() for m in _SHORT_DIGEST.finditer(plain)]
    for kind, pattern in _PATTERNS:
        for hit in pattern.finditer(plain):
            if not _lies_inside(hit.start(), hidden + taken + short) and hit[0] not in set(public):
                matches.append(Match(kind, hit.start(), _masked(hit[0]), len(hit[0])))
    for canary in sorted({c for c in canaries if c}):
        matches += [
            Match("planted mark", m.start(), _masked(canary), len(canary)) for m in re.finditer(re.escape(canary), text)
        ]
    return sorted(matches, key=lambda m: (m.start, m.kind))


def check_texts(texts: Iterable[str], *, where: str, canaries: Iterable[str] = (), public: Iterable[str] = ()) -> None:
    """Refuse texts that somebody typed, or that a paper shows, if they hold something personal.

    Raises
    ------
    PrivacyError
        With `where` and the masked match, never the match itself.
    """
    watch = _Watch(tuple(canaries), tuple(public), typed=True)
    joined = "\n".join(texts)
    faults = [
        _fault_of_match(match, f"{where}, {_line_and_character(joined, match.start)}") for match in watch.find(joined)
    ]
    if faults:
        raise PrivacyError(faults)


def check_files(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    canaries: Iterable[str] = (),
    public: Iterable[str] = (),
) -> int:
    """Refuse files that hold something personal, in their text, metadata or names.

    Parameters
    ----------
    paths : path or iterable of paths
        Files, or folders that are searched to the bottom.
    canaries, public : iterable of str
        As in `find`.

    Returns
    -------
    int
        How many files were looked into.

    Raises
    ------
    PrivacyError
        Naming every file and place, the match masked; also for a file that cannot be looked into.
    """
    watch = _Watch(tuple(canaries), tuple(public))
    several = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    faults: list[Fault] = []
    files = [file for path in several for file in files_under(Path(path))]
    for file in files:
        # a name of a file travels with it, into mails and lists, so it is looked at like a text
        for match in watch.find(file.name):
            faults.append(_fault_of_match(match, f"{file.parent.name}/ (name of a file)"))
        for content in texts_of_file(file):
            faults += _faults_of(content, _safe_name(file.name, watch), watch)
    if faults:
        raise PrivacyError(faults)
    return len(files)


def _faults_of(content: Content, name: str, watch: _Watch) -> Iterator[Fault]:
    if content.text is None:
        yield Fault("this kind of file cannot be looked into", where=name, remedy="leave it out of the papers")
        return
    for match in watch.find(content.text):
        if content.numeric and "identity" not in match.kind:
            continue  # a plain number in a cell or in JSON: an amount in fen may look like a phone
        yield _fault_of_match(match, f"{name}, {content.place or _line_and_character(content.text, match.start)}")


def _fault_of_match(match: Match, where: str) -> Fault:
    return Fault(
        "{kind} found: {masked}",
        where=where,
        remedy="take it out of the source and make the paper again",
        values={"kind": _Said(match.kind), "masked": match.masked},
    )


class _Said(str):
    """A word that is translated when it is shown."""

    def __format__(self, spec: str) -> str:
        from povlib.words import text

        return text(str(self)).__format__(spec)


def _number_matches(plain: str, hidden: list[tuple[int, int]], *, typed: bool) -> Iterator[Match]:
    for pattern in (_RUN, _GROUPED):
        for hit in pattern.finditer(plain):
            run = re.sub(r"[ \-]", "", hit[0])
            kind = _kind_of_run(run) or ("identity number" if typed and _has_identity_shape(run) else "")
            if kind and not _lies_inside(hit.start(), hidden):
                yield Match(kind, hit.start(), _masked(hit[0]), len(hit[0]))


def _kind_of_run(run: str) -> str:
    if len(run) == 18 and is_identity_number(run):
        return "identity number"
    # a disability card is the identity number with kind and degree, and a number of replacement, behind it
    if len(run) in {20, 22} and is_identity_number(run[:18]):
        return "disability-card number"
    if len(run) == 15 and run.isdigit() and run[:2] in _PROVINCES | {"99"} and _is_date("19" + run[6:12]):
        return "identity number"
    if len(run) in _CARD_LENGTHS and run.isdigit() and run[0] in "3456" and _passes_luhn(run):
        return "bank card number"
    if any(is_identity_number(run[i : i + 18]) for i in range(len(run) - 17)):
        return "identity number"  # inside a longer run, where two numbers were written together
    return ""


def _has_identity_shape(run: str) -> bool:
    """Return whether a run begins like an identity number, alone or with a card's digits behind: region and date."""
    return len(run) in {18, 20, 22} and run[:2] in _PROVINCES | {"99"} and _is_date(run[6:14])


def _passes_luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _is_date(eight: str) -> bool:
    try:
        return 1850 <= dt.date(int(eight[:4]), int(eight[4:6]), int(eight[6:])).year <= 2100
    except ValueError:
        return False


def _lies_inside(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(low <= position < high for low, high in spans)


def _masked(matched: str) -> str:
    kept = re.sub(r"[ \-]", "", matched)
    return "*" * max(0, len(kept) - 2) + kept[-2:] if len(kept) > 4 else "*" * len(kept)


def _line_and_character(text: str, start: int) -> str:
    line = text.count("\n", 0, start) + 1
    return f"line {line}, character {start - (text.rfind(chr(10), 0, start) + 1) + 1}"


def _safe_name(name: str, watch: _Watch) -> str:
    for match in watch.find(name):
        return match.masked
    return name
