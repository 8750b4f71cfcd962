"""A state with rows of some frames, as the tests of villages make it."""

from tests.runs.facts.villages.conftest import bare_state as bare_state
from tests.runs.facts.villages.conftest import filled as filled
