"""An authority of lines is added in one file: the paper prints the name it has there."""

from __future__ import annotations

import shutil
from pathlib import Path

from povlib import params, places

OWN = """
  - {authority: city, names: {zh: 市定标准, en: city line}, year: 2016, line_yuan: 3500, in_force: "2016"}
"""


def test_an_authority_added_to_the_lines_has_its_name_in_papers(tmp_path: Path) -> None:
    folder = tmp_path / "params"
    shutil.copytree(places.DATA / "sample" / "params", folder)
    with (folder / "lines.yaml").open("a", encoding="utf-8") as lines:
        lines.write(OWN)
    names = params.load(folder).authority_names("en")
    assert names["city"] == "city line"
    assert names["exit_check"] == "exit-check series"
