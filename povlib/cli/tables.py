"""Tables on the terminal.

Responsible for columns that line up when Chinese stands beside figures. Not responsible for what they say.
"""

from __future__ import annotations

import pandas as pd


def print_table(frame: pd.DataFrame) -> None:
    """Print a frame without its index; what is not known stays blank.

    Examples
    --------
    >>> print_table(pd.DataFrame({"村": ["联胜"], "n": [3]}))
      村  n
    联胜  3
    """
    with pd.option_context("display.unicode.east_asian_width", True):
        print(frame.to_string(index=False, na_rep="", max_colwidth=40))
