"""Money: whole 分 (fen) at every border.

Responsible for turning yuan into fen exactly, showing fen as yuan, and the one place where a
computed amount is rounded (`round_fen`). Not responsible for sums: those are integer sums.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from povlib.errors import MoneyError
from povlib.words import text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FEN_PER_YUAN = 100
# ten thousand times what a parameter may hold: nobody has so much, and int64 still holds its fen in sums
_MOST_TYPED_YUAN = 10**16


def fen(yuan: str | int | Decimal) -> int:
    """Return an amount in yuan as whole fen.

    Parameters
    ----------
    yuan : str, int or Decimal
        Amount in yuan; a float is refused because it may already have been rounded.

    Raises
    ------
    MoneyError
        If it is no number, not finite, or has more than two decimal places.

    Examples
    --------
    >>> fen("1,234.5"), fen(3146)
    (123450, 314600)
    """
    if isinstance(yuan, (float, bool)):
        raise MoneyError(_WHAT, allowed=_ALLOWED, value=repr(yuan))
    try:
        amount = Decimal(str(yuan).replace(",", "").strip()) * FEN_PER_YUAN
    except InvalidOperation:
        raise MoneyError(_WHAT, allowed=_ALLOWED, value=repr(yuan)) from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise MoneyError(_WHAT, allowed=_ALLOWED, value=repr(yuan))
    return int(amount)


def typed_fen(amount: str) -> int:
    """Return an amount as people type it, in whole fen: with or without its unit, with thousands parted by commas.

    Parameters
    ----------
    amount : str
        ``16万元``, ``160,000``, ``5000 元``, ``¥1.5万``; without a unit it is in yuan.

    Raises
    ------
    MoneyError
        If it is no amount, its commas do not part thousands, or it is no whole number of fen.

    Examples
    --------
    >>> typed_fen("16万元"), typed_fen("160,000"), typed_fen("5000 元"), typed_fen("-0.5")
    (16000000, 16000000, 500000, -50)
    """
    # NFKC: digits and signs of a Chinese keyboard are as wide as its characters
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", amount))
    parts = _TYPED.fullmatch(plain)
    if parts is None:
        raise MoneyError(_WHAT, allowed=_TYPED_ALLOWED, value=amount.strip())
    yuan_typed = Decimal(parts["number"].replace(",", "")) * _UNITS[(parts["unit"] or "").lower()]
    # more than int64 holds in fen; the remainder of a still larger number cannot be taken at all
    if abs(yuan_typed) >= _MOST_TYPED_YUAN or (yuan_typed * FEN_PER_YUAN) % 1:
        raise MoneyError(_WHAT, allowed=_TYPED_ALLOWED, value=amount.strip())
    return int(yuan_typed * FEN_PER_YUAN)


_UNITS = {
    "": 1, "元": 1, "块": 1, "yuan": 1, "rmb": 1, "千元": 1000,
    "万": 10_000, "万元": 10_000, "亿": 10**8, "亿元": 10**8,
}  # fmt: skip
_TYPED = re.compile(
    r"[¥]?(?P<number>[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)(?P<unit>" + "|".join(filter(None, _UNITS)) + ")?",
    re.IGNORECASE,
)
_TYPED_ALLOWED = "an amount such as 160000, 160,000, 16万元 or 5000.50元, to the fen"
_WHAT = "{value} is no amount in yuan"
_ALLOWED = "a decimal number with at most two places"


def round_fen(amount: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Round computed amounts to whole fen, half to even: the only rounding of money.

    Parameters
    ----------
    amount : array of float
        Amounts in fen.

    Examples
    --------
    >>> round_fen([0.5, 1.5, 2.4]).tolist()
    [0, 2, 2]
    """
    import numpy as np  # here, so that the help of the command line does not wait for it

    return np.rint(np.asarray(amount, dtype=np.float64)).astype(np.int64)


def yuan(amount_fen: int, *, places: int = 2) -> str:
    """Return fen as yuan with thousands separators, without a currency sign.

    Examples
    --------
    >>> yuan(123450), yuan(-5), yuan(123450, places=0)
    ('1,234.50', '-0.05', '1,234')
    """
    return f"{Decimal(int(amount_fen)) / FEN_PER_YUAN:,.{places}f}"


def format_yuan(amount_fen: int, lang: str | None = None, *, places: int = 0) -> str:
    """Return fen as a planner reads it: yuan with the unit, in the language in use.

    Examples
    --------
    >>> format_yuan(123450000, "en"), format_yuan(123450000, "zh")
    ('1,234,500 yuan', '1,234,500元')
    """
    return text("{amount} yuan", lang, amount=yuan(amount_fen, places=places))
