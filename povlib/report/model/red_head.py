"""What stands around a paper that an office issues: words in the places that GB/T 9704-2012 gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RedHeadTerms:
    """What an office says of a paper that it issues.

    Parameters
    ----------
    organ : str
        Who issues it, in full.
    addressed : str
        To whom.
    mark : str
        Short mark of the organ; empty: no number is printed.
    number : int or None
        Of the paper in the year; None leaves a gap for the pen.
    signer : str
        Who signs a paper to a higher organ; empty for any other.
    copies : tuple of str
        Who receives a copy.
    printed_by : str
        Who prints and sends it.
    """

    organ: str
    addressed: str
    mark: str = ""
    number: int | None = None
    signer: str = ""
    copies: tuple[str, ...] = ()
    printed_by: str = ""


@dataclass(frozen=True)
class RedHeadLines:
    """The lines of the red head, of the end, and of the imprint; an empty line is left out.

    Parameters
    ----------
    organ : str
        In red above the line.
    number, signer : str
        Under it; with a signer the number stands at the left.
    addressed : str
        To whom, above the text.
    attached : tuple of str
        Titles of the annexes, below the text.
    signed, day : str
        Organ and day below the text, with room for the seal.
    copies, printed_by, printed : str
        Of the imprint at the foot of the last page.

    Examples
    --------
    >>> RedHeadLines("某乡人民政府文件", "某政〔2016〕8号").plain()["number"]
    '某政〔2016〕8号'
    """

    organ: str
    number: str = ""
    signer: str = ""
    addressed: str = ""
    attached: tuple[str, ...] = ()
    signed: str = ""
    day: str = ""
    copies: str = ""
    printed_by: str = ""
    printed: str = ""

    def plain(self) -> Mapping[str, str | list[str]]:
        """Return the lines as writers take them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}
