"""Papers that are not public as one file that only their recipients can open.

Responsible for packing and sealing (age, X25519: https://age-encryption.org/v1). Not responsible for who may receive
what, nor for the privacy gate before it (`month_sharing`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from povlib.errors import ReportError

# the earliest date a ZIP can hold: no clock in a package
_EPOCH = (1980, 1, 1, 0, 0, 0)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as one ZIP, the same bytes for the same files.

    Examples
    --------
    >>> zipped({"b": b"2", "a": b"1"}) == zipped({"a": b"1", "b": b"2"})
    True
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def sealed_for(data: bytes, keys: Sequence[str]) -> bytes:
    """Return `data` sealed for the holders of `keys` (age1...), each of whom opens it alone.

    Raises
    ------
    ReportError
        If a key is none, or there is none.
    """
    import pyrage

    if not keys:
        raise ReportError("nobody could open this package", allowed="a key that begins with age1")
    try:
        recipients = [pyrage.x25519.Recipient.from_str(key) for key in keys]
    except pyrage.RecipientError:
        raise ReportError("this is no age public key", allowed="a key that begins with age1") from None
    sealed: bytes = pyrage.encrypt(data, recipients)
    return sealed
