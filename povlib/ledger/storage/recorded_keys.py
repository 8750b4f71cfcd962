"""Which keys a ledger knows, asked before anything of it is loaded.

Responsible for a quick answer to a mistyped key. Not responsible for refusing one for good: what writes asks again,
inside its own transaction.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

KEYS = {
    "household": "select distinct hh from household",
    "person": "select distinct person from member",
    "project": "select distinct project from project",
    "movement": "select distinct id from txn",
    # the one approved last of those whose last decision is an approval
    "approved run": "select run from (select a.run from approval a where a.decision = 'approved' and not exists"
    " (select 1 from approval b where b.run = a.run and b.batch > a.batch) order by a.batch desc limit 1)",
}
"""What can be asked for, and how: plain SQL, since the tables' declarations take longer to load than the answer."""

# In a process of its own: Python's SQLite beside that of ADBC in one process would drop the ledger's file locks
# (`povlib.ledger.storage.connections`), and ADBC takes longer to load than a mistyped key is worth.
_ASK = """
import json, pathlib, sqlite3, sys
uri = pathlib.Path(sys.argv[1]).as_uri() + "?mode=ro"
with sqlite3.connect(uri, uri=True) as book:
    print(json.dumps([row[0] for row in book.execute(sys.argv[2])]))
"""


def recorded_keys(place: str, *kinds: str) -> frozenset[str] | None:
    """Return the keys of some kinds that a ledger file holds; None where it cannot be asked (a server, no file).

    Parameters
    ----------
    place : str
        Path of the ledger.
    *kinds : str
        Of `KEYS`.
    """
    if "://" in place or not Path(place).is_file():
        return None
    query = " union ".join(KEYS[kind] for kind in kinds)
    # -I -S: a bare interpreter, there in a hundredth of a second
    command = [sys.executable, "-I", "-S", "-c", _ASK, str(Path(place).resolve()), query]
    asked = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    # where it failed, what opens the ledger next says in words why it cannot be read
    return frozenset(json.loads(asked.stdout)) if asked.returncode == 0 else None
