"""Sharing as configured: every slip that would send a letter nowhere, or for others to read, is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.errors import ParameterError
from povlib.params.procedures.sharing import FILE, load_sharing

KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
HEAD = "status: assumed\nsource: test\n"


def _loaded(folder: Path, body: str) -> object:
    (folder / FILE).write_text(HEAD + body, encoding="utf-8")
    return load_sharing(folder)


def test_what_is_shipped_mails_nothing() -> None:
    assert not load_sharing().mails


def test_a_sound_file(tmp_path: Path) -> None:
    found = _loaded(
        tmp_path,
        "server: mail.example.org\nsender: office@example.org\nrecipients:\n"
        f"  - {{name: 县办, address: county@example.org, inside: true, age_key: {KEY}}}\n",
    )
    assert found.mails  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("recipients: [{name: 甲, address: nobody}]\n", "nobody"),
        ("recipients: [{name: 甲, address: 'a@b.org, c@d.org'}]\n", "c@d.org"),
        ('recipients: [{name: 甲, address: "a@b.org\\nBcc: x@y.org"}]\n', "Bcc"),
        ("recipients: [{name: 甲, address: a@b.org}, {name: 乙, address: A@B.org}]\n", "a@b.org"),
        ("recipients: [{name: 甲, address: a@b.org, inside: true}]\n", "age_key"),
        ("recipients: [{name: 甲, address: a@b.org, inside: true, age_key: secret}]\n", "age_key"),
        ("server: mail.example.org\n", "sender"),
        ("server: mail.example.org\nsender: a@b.org\nencryption: none\n", "mail.example.org"),
        ("timeout_seconds: 0\n", "timeout_seconds"),
        ("password_from: hunter2\n", "password_from"),
    ],
)
def test_every_slip_is_named(tmp_path: Path, body: str, named: str) -> None:
    with pytest.raises(ParameterError) as caught:
        _loaded(tmp_path, body)
    assert named in str(caught.value)
    assert FILE in str(caught.value)


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ParameterError) as caught:
        _loaded(tmp_path, "server: mail.example.org\nencryption: none\nrecipients: [{name: 甲, address: nobody}]\n")
    assert len(caught.value.faults) == 3
