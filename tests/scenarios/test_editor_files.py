"""What editors find beside the parameters: schemas and a first line, inside the office, nothing else changed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import jsonschema
import pytest

from povlib import params, scenarios
from povlib.errors import ParameterError
from povlib.scenarios.editor_files import write_schemas
from tests.scenarios.conftest import SAMPLE


@pytest.fixture
def own(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "params")
    return tmp_path / "params"


@pytest.mark.thorough
def test_each_file_names_a_schema_that_is_there(own: Path) -> None:
    before = {path: path.read_bytes() for path in own.rglob("*.yaml")}
    digest = params.load(own).digest
    write_schemas(own, params.load(own))
    for path, content in before.items():
        first, rest = path.read_bytes().split(b"\n", 1)
        assert rest == content
        schema = path.parent / first.decode().partition("$schema=")[2]
        jsonschema.Draft202012Validator.check_schema(json.loads(schema.read_text("utf-8")))
    assert params.load(own).digest == digest
    assert set(scenarios.load_all(own / "scenarios"))
    found = json.loads((own / ".vscode" / "settings.json").read_text("utf-8"))["yaml.schemas"]
    assert all((own / place).is_file() for place in found)
    after = {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}
    write_schemas(own, params.load(own))
    assert {path: path.read_bytes() for path in own.rglob("*") if path.is_file()} == after


def test_files_may_be_left_as_they_are(own: Path) -> None:
    before = {path: path.read_bytes() for path in own.rglob("*.yaml")}
    write_schemas(own, params.load(own), mark=False)
    assert {path: path.read_bytes() for path in own.rglob("*.yaml")} == before


def test_marks_and_line_ends_of_a_file_are_kept(own: Path) -> None:
    funds = own / "funds.yaml"
    content = b"\xef\xbb\xbf" + funds.read_bytes().replace(b"\n", b"\r\n")
    funds.write_bytes(content)
    write_schemas(own, params.load(own))
    assert funds.read_bytes().startswith(b"\xef\xbb\xbf# yaml-language-server: $schema=.schema/funds.json\r\n")
    assert funds.read_bytes().endswith(content[3:])


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_folder_that_leads_away_is_refused(own: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (own / ".schema").symlink_to(tmp_path / "outside")
    with pytest.raises(ParameterError, match="no folder of this office"):
        write_schemas(own, params.load(own))
    assert not list((tmp_path / "outside").iterdir())
