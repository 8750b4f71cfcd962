"""Load the generated parts that several tests use."""

import importlib.util
import sys
from pathlib import Path

_PLACE = Path(__file__).parent / "office_parts.py"
_spec = importlib.util.spec_from_file_location("office_parts", _PLACE)
assert _spec is not None
assert _spec.loader is not None
sys.modules["office_parts"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["office_parts"])
