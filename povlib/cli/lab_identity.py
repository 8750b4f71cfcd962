"""Who may ask JupyterLab: a page of its own address, with the token.

Loaded by the server, not by the command line. Not responsible for the token (`povlib.cli.lab`).
"""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.identity import PasswordIdentityProvider


class OwnOriginIdentity(PasswordIdentityProvider):  # type: ignore[misc, unused-ignore]
    """The token as usual, and for every request also the origin: Jupyter asks for it only where there is no token."""

    def should_check_origin(self, handler: Any) -> bool:
        """Whether the origin is checked: always, so that a foreign page that learnt the token still gets nothing."""
        return True
