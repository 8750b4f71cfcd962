"""Loads the tiny horizons and their oracle, which are no test files."""

import importlib.util
import sys
from pathlib import Path

if "tiny_horizons" not in sys.modules:
    spec = importlib.util.spec_from_file_location("tiny_horizons", Path(__file__).parent / "tiny_horizons.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny_horizons"] = module
    spec.loader.exec_module(module)
