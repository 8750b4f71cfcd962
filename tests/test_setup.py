"""The set-up: lock, pyproject and conda front agree; the launcher says in words what is missing."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for line in LOCK.splitlines():
        if line and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\").strip())
            found.setdefault(_canonical(requirement.name), []).append(requirement)
    return found


def _wanted() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"]
    lines = list(PROJECT["dependencies"])
    for name, group in extras.items():
        # what only benchmarks and the wall of a meeting room need is not installed for everybody
        lines += group if name not in ("bench", "meeting") else []
    return [Requirement(line) for line in lines]


def test_lock_satisfies_every_dependency_but_those_of_bench_and_meeting() -> None:
    locked = _locked()
    missing = [
        str(want)
        for want in _wanted()
        if not any(
            want.specifier.contains(next(iter(pin.specifier)).version, prereleases=True)
            for pin in locked.get(_canonical(want.name), [])
        )
    ]
    assert missing == []


def test_lock_is_hashed_and_names_no_index() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK
    assert "--index" not in LOCK


def test_environment_yml_is_a_front_for_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, from_pip = environment["dependencies"]
    assert pip == "pip"
    assert from_pip == {"pip": ["-r requirements.lock"]}
    oldest = PROJECT["requires-python"]
    assert python.replace("python ", "").split(",")[0] == oldest


def test_the_fixed_packages_are_runtime_dependencies() -> None:
    names = {_canonical(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert {"jupyterlab", "pandas", "numpy", "scipy", "matplotlib", "papermill", "pulp"} <= names


def _launch(folder: Path, *, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_"))}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=clean | {"PYTHONUTF8": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_old_python_is_told_which_one_to_install() -> None:
    done = _launch(ROOT, code="import sys; sys.version_info = (3, 9, 1); import workbench; workbench.main(['run'])")
    assert done.returncode == 1
    assert "3.11 or newer is needed" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_venv_is_told_in_words() -> None:
    code = "import sys; sys.modules['ensurepip'] = None; import workbench; workbench.check_venv()"
    done = _launch(ROOT, code=code)
    assert done.returncode == 1
    assert "python3-venv" in done.stderr


@pytest.mark.slow
def test_unreachable_index_is_told_in_words_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    for name in ("workbench.py", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    done = _launch(
        tmp_path,
        code="import workbench; workbench.main(['setup'])",
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_CONFIG_FILE=os.devnull,
        PIP_RETRIES="0",
        UV_DEFAULT_INDEX="http://127.0.0.1:9/simple",
        UV_HTTP_RETRIES="0",
    )
    assert done.returncode == 1
    assert "index cannot be reached" in done.stderr
    assert "Traceback (most recent call last)" not in done.stderr.split("✗")[-1]
    assert not (tmp_path / ".venv" / "workbench.json").exists()


def test_importing_povlib_pulls_no_solver_and_no_plot_library() -> None:
    code = "import sys, povlib; print([m for m in ('pulp', 'highspy', 'matplotlib', 'scipy') if m in sys.modules])"
    done = _launch(ROOT, code=code)
    assert done.stdout.strip() == "[]"


def test_every_file_with_a_long_test_is_read_for_the_long_tests() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import workbench; print(*workbench.files_with_long_tests())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert said == sorted(said)
    marked = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("thorough", "whole_run")
    }
    # a mark that another file gives would leave out its tests without a word
    assert len(marked) > 100
    assert marked <= {Path(path).as_posix() for path in said}
    assert "tests/test_money.py" not in said
