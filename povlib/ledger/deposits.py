"""Deposited heads: what the ledger said of itself on a day, signed and kept where its owner cannot reach it.

Who holds the ledger's file can rewrite it and recompute every hash: nothing inside the file can tell. A deposit is the
witness outside: a small file with the hash of every batch so far, signed by the office's witness key (Ed25519), to be
printed, mailed or left with the county on the day of each approval, closing and payment. `faults_against` then names
the first batch at which the ledger differs from it. Not responsible for when one is made (`povlib.runs`), nor for
whether the ledger agrees with itself (`audit`).

A forger who also takes the witness key can sign a new deposit, but cannot change the one that lies elsewhere: keep
deposits apart from the ledger, and the witness key apart from both where you can (``POVLIB_WITNESS_KEY``).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from povlib.errors import Fault, LedgerError
from povlib.ledger.batch import Head
from povlib.ledger.book import Ledger
from povlib.ledger.storage.quarantine import hashes_set_aside
from povlib.ledger.witness_key import is_signature, public_key_of, witness_key

_FORMAT = "povlib deposited head 1"
#: letters of the short code: 16 of base32 are 80 bits, more than anybody can search for a second head that shares
#: them, and few enough to be read out over the telephone
_CODE_LETTERS = 16
#: hexadecimal digits of a head on a paper; fewer would let two histories share them by search
_SHORTEST_HASH = 16


@dataclass(frozen=True)
class Deposit:
    """One deposited head.

    Attributes
    ----------
    origin : str
        Which ledger: its random origin, never its place or name.
    occasion, subject : str
        ``approval``, ``closing``, ``payment`` or ``request``, and of what: run, month, movement.
    recorded_at, officer : str
        When and by whom it was made.
    hashes : tuple of str
        Hash of every batch, the first one first; the last one is the head.
    public_key, signature : str
        Hexadecimal; the signature covers everything else.
    """

    origin: str
    occasion: str
    subject: str
    recorded_at: str
    officer: str
    hashes: tuple[str, ...]
    public_key: str
    signature: str = ""

    @property
    def head(self) -> Head:
        """The head that was deposited."""
        return Head(len(self.hashes), self.hashes[-1] if self.hashes else "")

    @property
    def is_signed(self) -> bool:
        """Whether the signature is that of this content by this key."""
        return is_signature(self.public_key, self._content(), self.signature)

    def _content(self) -> bytes:
        said = {name: value for name, value in asdict(self).items() if name != "signature"}
        return json.dumps([_FORMAT, said], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def text(self) -> str:
        """Return the deposit as the text of its file."""
        said = {"format": _FORMAT, "head": str(self.head), "code": short_code(self.head), **asdict(self)}
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def short_code(head: Head) -> str:
    """Return the code that papers print for a head: four groups of four letters and digits.

    It is the start of SHA-256 over batch and hash in base32, so that whoever holds the ledger or a deposit can
    work it out again.

    Examples
    --------
    >>> short_code(Head(3, "ab" * 32))
    'MQWI-2M64-POHM-Y6UE'
    """
    digest = hashlib.sha256(f"{head.batch}:{head.hash}".encode()).digest()
    letters = base64.b32encode(digest).decode()[:_CODE_LETTERS]
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_LETTERS, 4))


def deposit_of(book: Ledger, occasion: str, subject: str = "", officer: str = "") -> Deposit:
    """Return the signed head of an open ledger.

    Parameters
    ----------
    book : Ledger
        An open ledger; its witness key is made when there is none.
    occasion, subject, officer : str
        See `Deposit`.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         batch = book.append(ledger.BatchInfo())
    ...         deposit = deposit_of(book, "request")
    ...         deposit.is_signed, list(faults_against(book, deposit))
    (True, [])
    """
    key = witness_key(book)
    unsigned = Deposit(
        origin=book.meta["origin"],
        occasion=occasion,
        subject=subject,
        recorded_at=book.now(),
        officer=book.signature(officer),
        hashes=tuple(_batch_hashes(book)),
        public_key=public_key_of(key),
    )
    return Deposit(**{**vars(unsigned), "signature": key.sign(unsigned._content()).hex()})


def read_deposit(path: Path) -> Deposit:
    """Read a deposit's file.

    Raises
    ------
    LedgerError
        If the file cannot be read or is no deposit.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said.pop("format") != _FORMAT:
            raise ValueError
        wanted = {name: said[name] for name in Deposit.__dataclass_fields__}
        return Deposit(**{**wanted, "hashes": tuple(map(str, wanted["hashes"]))})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise LedgerError(
            "this is no deposited head",
            where=path.name,
            remedy="name a file that was written by: python3 workbench.py ledger deposit --officer NAME",
        ) from None


def faults_against(book: Ledger, deposit: Deposit) -> Iterator[Fault]:
    """Yield how a ledger contradicts a deposit: another ledger, a forged deposit, batches cut off, the past changed.

    The stored hashes are compared; that they are those of the rows is for `check` to say.
    """
    where = f"{deposit.occasion} {deposit.subject}".strip()
    if not deposit.is_signed:
        yield Fault("the signature of this deposit is not that of its content", where)
        return
    if deposit.origin != book.meta["origin"]:
        yield Fault("this deposit is of another ledger", where)
        return
    now = _batch_hashes(book)
    told = {"day": deposit.recorded_at[:10], "deposited": len(deposit.hashes)}
    stored = [*now, *[None] * (len(deposit.hashes) - len(now))]
    differing = [(n, deposited) for n, deposited in enumerate(deposit.hashes, 1) if deposited != stored[n - 1]]
    # what was set aside on the record is gone from the chain and said by `aside_records`
    aside = hashes_set_aside(book.store) if differing else frozenset()
    if unexplained := [number for number, deposited in differing if (number, deposited) not in aside]:
        first = unexplained[0]
        what = (
            "batch {batch} and what followed is gone: {deposited} batches were deposited on {day}"
            if stored[first - 1] is None
            else "from batch {batch} on the ledger is not what was deposited on {day}"
        )
        remedy = "restore the ledger from a backup made before the change"
        yield Fault(what, where, "", remedy, {**told, "batch": first})


def faults_against_head(book: Ledger, printed: str) -> Iterator[Fault]:
    """Yield how a ledger contradicts a head as papers print it (``12:ab34...``): its batch is another, or gone.

    Raises
    ------
    LedgerError
        If `printed` is no head.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         batch = book.append(ledger.BatchInfo())
    ...         [len(list(faults_against_head(book, head))) for head in (str(book.head()), "1:" + "0" * 16)]
    [0, 1]
    """
    number, _, start = printed.strip().partition(":")
    if not (number.isdecimal() and len(start) >= _SHORTEST_HASH and set(start) <= set("0123456789abcdef")):
        raise LedgerError(
            "{head} is no head of a ledger",
            allowed="a batch and 16 digits of its hash, as papers print them",
            head=printed,
        )
    stored = _batch_hashes(book)
    if any(batch == int(number) and known.startswith(start) for batch, known in hashes_set_aside(book.store)):
        return
    if len(stored) < int(number):
        yield Fault("batch {batch} is missing", values={"batch": int(number)})
    elif int(number) and not stored[int(number) - 1].startswith(start):
        yield Fault("batch {batch} is not the one that was printed: {head}", values={"batch": number, "head": printed})


def _batch_hashes(book: Ledger) -> list[str]:
    return [str(row[0]) for row in book.store.rows("select hash from batch order by id")]
