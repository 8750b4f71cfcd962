"""Load the small arrays that the tests of the price method share."""

import importlib.util
import sys
from pathlib import Path

_spec = importlib.util.spec_from_file_location("small_arrays", Path(__file__).with_name("small_arrays.py"))
sys.modules["small_arrays"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["small_arrays"])
