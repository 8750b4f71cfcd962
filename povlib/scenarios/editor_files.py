"""What editors need to help with an office's parameter files: schemas beside them, and a line that names its schema.

Responsible for files inside the office's own folder. Not responsible for the schemas (`povlib.params.explained`).
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from povlib.errors import ParameterError
from povlib.params import Catalogue
from povlib.params.explained.json_schema import WHOLE_FILES, file_schema, scenario_schema
from povlib.params.loading import FILES
from povlib.scenarios.scenario_files import ScenarioFile, name_fault

FOLDER = ".schema"
# hidden folders are left out when a run copies the parameters (`povlib.runs`)
_VSCODE = ".vscode"
_MARK = "yaml-language-server"
_BOM = b"\xef\xbb\xbf"


def write_schemas(own: Path, catalogue: Catalogue, *, mark: bool = True) -> list[Path]:
    """Write a schema for every kind of parameter file, and let editors find it; return what was written.

    Parameters
    ----------
    own : Path
        The office's ``params`` folder.
    catalogue : Catalogue
        Of the office: its keys are offered where a scenario changes them.
    mark : bool
        Put a first line that names its schema into files that have none. Nothing else in them changes.

    Raises
    ------
    ParameterError
        If the folder of the schemas leads out of the office.
    """
    for folder in (own / FOLDER, own / _VSCODE):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise ParameterError("{folder} is no folder of this office", folder=f"params/{folder.name}")
    keys: dict[str, str] = {}
    for frame in (catalogue.inputs(), catalogue.empty()):
        dotted = frame["file"] + "." + frame["key"] + "." + frame["field"]
        keys |= dict(zip(dotted, map(_shown, frame["value"].tolist(), frame["unit"].tolist()), strict=True))
    schemas: dict[str, Any] = {name: file_schema(name) for name in (*FILES, *WHOLE_FILES)}
    schemas["scenario"] = scenario_schema(ScenarioFile, dict(sorted(keys.items())))
    written = [_write(own / FOLDER / f"{name}.json", _json(schema)) for name, schema in schemas.items()]
    found: dict[str, str | list[str]] = {f"./{FOLDER}/{name}.json": f"{name}.yaml" for name in (*FILES, *WHOLE_FILES)}
    found[f"./{FOLDER}/scenario.json"] = "scenarios/*.yaml"
    written.append(_write(own / _VSCODE / "settings.json", _json({"yaml.schemas": found})))
    return written + (_marked_files(own) if mark else [])


def _shown(value: float, unit: str) -> str:
    return unit if value != value else f"{value:g} {unit}"


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _marked_files(own: Path) -> list[Path]:
    """Put the line that names its schema into every file without one; return those that were changed."""
    wanted = [(own / f"{name}.yaml", f"{FOLDER}/{name}.json") for name in (*FILES, *WHOLE_FILES)]
    scenarios = sorted((own / "scenarios").glob("*.yaml"))
    wanted += [(path, f"../{FOLDER}/scenario.json") for path in scenarios if name_fault(path.stem, "") is None]
    return [path for path, schema in wanted if _mark_file(path, schema)]


def _mark_file(path: Path, schema: str) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False  # `params check` names it; a line in another encoding would make it worse
    if _MARK.encode() in content[:2000]:
        return False
    ending = b"\r\n" if b"\r\n" in content[:2000] else b"\n"
    line = f"# {_MARK}: $schema={schema}".encode() + ending
    _write(path, (_BOM + line + content[3:]) if content.startswith(_BOM) else line + content)
    return True


def _write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    return path
