"""``python -m povlib.cli``."""

import sys

from povlib.cli import main

sys.exit(main())
