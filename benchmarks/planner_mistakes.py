"""Twelve mistakes of a planner, made in five tools: what each of them says, and what it plans when it says nothing.

Stand-alone; each tool is run for real, in a process of its own and with a Python of its own, because they do not
install together. A tool whose Python is not given is left out of the table. Make them like this, anywhere:

    python3 -m venv /tmp/papermill && /tmp/papermill/bin/pip install papermill ipykernel pyyaml
    python3 -m venv /tmp/scheduler && /tmp/scheduler/bin/pip install jupyter-scheduler ipykernel pyyaml
    python3 -m venv /tmp/snakemake && /tmp/snakemake/bin/pip install snakemake pydantic
    python3 -m venv /tmp/calliope && /tmp/calliope/bin/pip install --pre calliope "pandas<3"
    python benchmarks/planner_mistakes.py --papermill /tmp/papermill/bin/python --scheduler /tmp/scheduler/bin/python \
        --snakemake /tmp/snakemake/bin/python --calliope /tmp/calliope/bin/python

papermill and jupyter-scheduler execute a notebook of the kind analysts write (`NOTEBOOK`): parameters on top, a file of
scenarios, a number at the end. PyPSA-Eur is no package of an index; its way is run as a workflow of one rule written
for this table (`SNAKEFILE`): configuration checked by pydantic with unknown keys let through, as its schema says
(``extra="allow"`` at the top, pydantic's default below), scenarios by name from a file of their own. Calliope runs its
own national-scale example. The workbench runs its command line, and papermill on its own notebook where the mistake is
one of parameters of a notebook. The table goes into ``docs/desk.md``, what was said into
``docs/benchmarks/mistakes.json``.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE, ANSWERS = ROOT / "docs" / "desk.md", ROOT / "docs" / "benchmarks" / "mistakes.json"
BEGIN, END = "<!-- mistakes: begin -->", "<!-- mistakes: end -->"

NOTEBOOK = (
    'scenario = "base"\nrun = ""\nlang = "zh"\namount_yuan = 300000',
    "from pathlib import Path\nimport yaml\nevery = yaml.safe_load(Path('scenarios.yaml').read_text())\n"
    "chosen = {'amount_yuan': amount_yuan, **every[scenario]}\nparent = every.get(chosen.get('parent'), {})\n"
    "chosen = {**parent, **chosen}",
    "grants = int(chosen['amount_yuan']) // 4000\nwords = {'zh': '可发放', 'en': 'grants'}.get(lang, 'grants')\n"
    "Path('plan.txt').write_text(f'{scenario} {words} {grants} {run}')\nprint(words, grants, run)",
)
SNAKEFILE = """
import yaml
from pathlib import Path
from typing import Literal
from pydantic import BaseModel, ConfigDict
configfile: "config/config.default.yaml"
class Scenarios(BaseModel):
    enable: bool
    file: str
class Run(BaseModel):
    name: str | list[str] = ""
    scenarios: Scenarios
class Costs(BaseModel):
    amount_yuan: float
class Config(BaseModel):
    model_config = ConfigDict(extra="allow")
    run: Run
    foresight: Literal["overnight", "myopic", "perfect"]
    costs: Costs
Config(**config)
every = yaml.safe_load(Path(config["run"]["scenarios"]["file"]).read_text())
names = config["run"]["name"]
names = [names] if isinstance(names, str) else names
def settings(name):
    if name not in every:
        raise ValueError(f"Scenario {name} not found in file {config['run']['scenarios']['file']}.")
    merged = {k: dict(v) if isinstance(v, dict) else v for k, v in config.items()}
    for key, value in (every[name] or {}).items():
        merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return merged
rule all:
    input: expand("results/{run}/plan.txt", run=names)
rule plan:
    output: "results/{run}/plan.txt"
    params: costs=lambda w: settings(w.run)["costs"]
    run:
        Path(output[0]).write_text(str(int(params.costs["amount_yuan"]) // 4000))
"""
CALLIOPE = """
import json, sys, warnings, logging
import calliope
calliope.set_log_verbosity("WARNING", include_solver_output=False)
ask = json.loads(sys.argv[1])
read = getattr(calliope, "read_yaml", calliope.Model)
model = read(ask.pop("file"), **ask)
model.build()
model.to_netcdf("plan.nc") if False else print("built")
"""
SCHEDULER = """
import json, sys, time
from jupyter_scheduler.orm import Job, create_session, create_tables
from jupyter_scheduler.scheduler import Scheduler
from jupyter_scheduler.environments import StaticEnvironmentManager
from jupyter_scheduler.models import CreateJob
if __name__ == "__main__":
    root, parameters = sys.argv[1], json.loads(sys.argv[2])
    db = f"sqlite:///{root}/jobs.sqlite"
    create_tables(db)
    scheduler = Scheduler(root_dir=root, environments_manager=StaticEnvironmentManager(), db_url=db)
    scheduler.staging_path = root + "/staging"
    job = scheduler.create_job(CreateJob(
        input_uri="plan.ipynb", name="plan", runtime_environment_name="", parameters=parameters,
        output_formats=["ipynb"], package_input_folder=True))
    for _ in range(600):
        time.sleep(0.2)
        with create_session(db)() as session:
            row = session.query(Job).filter(Job.job_id == job).first()
            if row.status in ("COMPLETED", "FAILED"):
                break
    print(row.status, row.status_message or "")
    sys.exit(row.status != "COMPLETED")
"""
NATIONAL = (
    "import calliope, pathlib; print(pathlib.Path(calliope.__file__).parent / 'example_models' / 'national_scale')"
)


@dataclass(frozen=True)
class Mistake:
    """One mistake: what the planner does, the words that a helpful refusal names, what follows if nothing is said."""

    key: str
    words: str
    nearest: str
    meant: str


MISTAKES = (
    Mistake(
        "name", "the name of a parameter misspelt (`scenrio`)", r"\bscenario\b|\binit\.subset\b", "another scenario"
    ),
    Mistake("scenario", "the name of a scenario misspelt (`more_mony`)", r"more_money", "no such scenario"),
    Mistake(
        "key", "a key in a scenario's file misspelt (`amuont_yuan`)", r"\bamount_yuan\b|flow_cap_max", "the old amount"
    ),
    Mistake("type", "a word where a number belongs (`much`)", r"number|numeric|float|数", "no amount"),
    Mistake("range", "an amount below nothing (`-5`)", r"negative|at least|>=|greater|min|0", "a negative amount"),
    Mistake("id", "the id of a run with leading zeros (`0012`)", r"str|string|text|latest", "run 12 or 10"),
    Mistake("twice", "a key written twice in a file", r"twice|duplicate|重复|两次", "the last one"),
    Mistake("nan", "a value that is no number (`.nan`)", r"number|finite|nan", "anything"),
    Mistake(
        "choice", "a choice that does not exist (language `fr`, mode `overnigt`)", r"zh|overnight|base", "the default"
    ),
    Mistake("clash", "two instructions that cannot both hold", r"would change nothing|twice|both", "the last one"),
    Mistake("parent", "a parent scenario that does not exist", r"base|Unrecognised|no parent", "no parent"),
    Mistake("place", "a second scenario planned into the place of the first", r"", "the first is gone"),
)


@dataclass(frozen=True)
class Answer:
    """What a tool did: its exit code, whether it warned, showed a traceback, named the right word, and what it said."""

    code: int
    said: str
    helpful: bool
    lost: bool | None = None

    @property
    def cell(self) -> str:
        """The table's cell."""
        if self.lost is not None:
            return "✗ the first plan is gone" if self.lost else "✓ both are kept"
        if self.code == 0:
            return "✗ goes on, warns" if re.search(r"(?i)warn|unknown param", self.said) else "✗ goes on, silent"
        bare = "Traceback" not in self.said
        if self.helpful:
            return "✓ in words" if bare else "✓ in words, below a traceback"
        return "refused" if bare else "refused, by a traceback"


Run = Callable[[str], "tuple[int, str] | bool | None"]


def run_command(command: list[str], place: Path, **environment: str) -> tuple[int, str]:
    """Return exit code and all output of a command, without colours."""
    done = subprocess.run(
        command, cwd=place, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=900
    )
    words = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
    # what tools say of themselves on every run is no warning of the mistake
    lines = [line for line in words.splitlines() if not re.search("IPKernelApp|TCP|[Dd]eprecat", line)]
    return done.returncode, "\n".join(lines)


def scenario_file(key: str) -> str:
    """Return scenarios.yaml of the notebook and of the workflow, with the mistake in it."""
    changed = {
        "key": "amuont_yuan: 400000", "type": "amount_yuan: much", "range": "amount_yuan: -5",
        "twice": "amount_yuan: 400000\n  amount_yuan: 40000", "nan": "amount_yuan: .nan",
        "parent": "parent: bsae\n  amount_yuan: 400000",
    }  # fmt: skip
    return f"base:\n  amount_yuan: 300000\nmore_money:\n  {changed.get(key, 'amount_yuan: 400000')}\n"


def notebook_parameters(key: str) -> dict[str, str]:
    """Return what is put into the notebook, as typed."""
    special = {
        "name": {"scenrio": "more_money"}, "scenario": {"scenario": "more_mony"}, "id": {"run": "0012"},
        "choice": {"lang": "fr"}, "clash": {"run": "0511ab", "scenario": "more_money"},
    }  # fmt: skip
    return special.get(key, {"scenario": "more_money"})


def write_notebook(place: Path, key: str) -> None:
    """Write the analyst's notebook and its scenarios."""
    cells = [
        {"cell_type": "code", "metadata": {"tags": ["parameters"]} if at == 0 else {}, "source": source, "id": f"c{at}",
         "execution_count": None, "outputs": []}
        for at, source in enumerate(NOTEBOOK)
    ]  # fmt: skip
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    (place / "plan.ipynb").write_text(json.dumps(book), encoding="utf-8")
    (place / "scenarios.yaml").write_text(scenario_file(key), encoding="utf-8")


def papermill(python: str, key: str, place: Path) -> tuple[int, str] | bool:
    """Run the analyst's notebook by papermill."""
    write_notebook(place, key)

    def run(*words: str) -> tuple[int, str]:
        return run_command([python, "-m", "papermill", "plan.ipynb", "out.ipynb", *words], place)

    if key == "place":
        run("-p", "scenario", "base")
        first = (place / "out.ipynb").read_bytes()
        run("-p", "scenario", "more_money")
        return (place / "out.ipynb").read_bytes() != first
    return run(*(part for pair in notebook_parameters(key).items() for part in ("-p", *pair)))


def scheduler(python: str, key: str, place: Path) -> tuple[int, str] | bool:
    """Run the analyst's notebook as a job of jupyter-scheduler, whose parameters are typed as Python."""
    write_notebook(place, key)
    (place / "job.py").write_text(SCHEDULER, encoding="utf-8")
    # typed as the extension's form takes them: what stands there is put into a cell as it is
    typed = {name: value if key == "id" else json.dumps(value) for name, value in notebook_parameters(key).items()}

    def run(parameters: dict[str, str]) -> tuple[int, str]:
        return run_command([python, "job.py", str(place), json.dumps(parameters)], place)

    if key == "place":
        run({"scenario": '"base"'})
        kept = {path: path.read_bytes() for path in place.glob("staging/*/*.ipynb")}
        run(typed)
        return any(path.read_bytes() != before for path, before in kept.items()) or not kept
    return run(typed)


def snakemake(python: str, key: str, place: Path) -> tuple[int, str] | bool | None:
    """Run the workflow of one rule."""
    if key == "parent":
        return None
    (place / "config").mkdir(exist_ok=True)
    (place / "Snakefile").write_text(SNAKEFILE, encoding="utf-8")
    default = "run:\n  name: base\n  scenarios: {enable: true, file: config/scenarios.yaml}\n"
    (place / "config/config.default.yaml").write_text(default + "foresight: overnight\ncosts: {amount_yuan: 300000}\n")
    changed = scenario_file(key).replace("  amount_yuan", "  costs:\n    amount_yuan", 1)
    changed = re.sub(r"\n  am(\w+): (.*)$", r"\n  costs: {am\1: \2}", changed.rstrip(), count=0, flags=re.MULTILINE)
    if key == "twice":
        changed = "base: {}\nmore_money:\n  costs: {amount_yuan: 400000}\n  costs: {amount_yuan: 40000}\n"
    (place / "config/scenarios.yaml").write_text(changed + "\n", encoding="utf-8")
    name = {"scenario": "more_mony", "id": "0012", "place": "base"}.get(key, "more_money")
    more = {"name": ["rn={name: more_money}"], "choice": [f"run={{name: {name}}}", "foresight=overnigt"]}
    config = more.get(key, [f"run={{name: {name}}}"])

    def run(*words: str) -> tuple[int, str]:
        return run_command([python, "-m", "snakemake", "-c1", "--quiet", *words], place)

    if key == "clash":
        for at in (1, 2):
            (place / f"{at}.yaml").write_text(f"costs: {{amount_yuan: {at}00000}}\n", encoding="utf-8")
        return run("--configfile", "1.yaml", "2.yaml")
    if key == "place":
        run()
        first = (place / "results/base/plan.txt").read_text()
        (place / "config/scenarios.yaml").write_text("base:\n  costs: {amount_yuan: 400000}\n")
        run()
        return (place / "results/base/plan.txt").read_text() != first
    return run("--config", *config)


def calliope(python: str, key: str, place: Path) -> tuple[int, str] | bool:
    """Read and build Calliope's own national-scale model; nothing is solved."""
    folder = Path(run_command([python, "-c", NATIONAL], place)[1].strip().splitlines()[-1])
    shutil.copytree(folder, place / "model", dirs_exist_ok=True)
    scenarios = place / "model" / "scenarios.yaml"
    value = {"key": "flow_cap_mx: 5", "type": "flow_cap_max: much", "range": "flow_cap_max: -5",
             "nan": "flow_cap_max: .nan", "twice": "flow_cap_max: 5\n    techs.csp.flow_cap_max: 6"}  # fmt: skip
    own = f"\n  more_money:\n    techs.csp.{value.get(key, 'flow_cap_max: 5')}\n"
    own += "  less_money:\n    techs.csp.flow_cap_max: 1\n"
    text = scenarios.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^overrides:\n", "overrides:" + own, text, count=1)
    text = re.sub(r"(?m)^scenarios:\n", "scenarios:\n  child: [more_money, bsae]\n", text, count=1)
    scenarios.write_text(text, encoding="utf-8")
    ask: dict[str, object] = {"file": str(place / "model" / "model.yaml"), "scenario": "more_money"}
    special: dict[str, dict[str, object]] = {
        "name": {"override_dict": {"config.init.subst": {}}}, "scenario": {"scenario": "more_mony"},
        "id": {"override_dict": {"config.init.name": 12}}, "choice": {"override_dict": {"config.init.mode": "opreate"}},
        "clash": {"scenario": "more_money,less_money"}, "parent": {"scenario": "child"},
    }  # fmt: skip
    ask |= special.get(key, {})
    if key == "place":
        code = CALLIOPE.replace("if False else", "if True else")
        run_command([python, "-c", code, json.dumps(ask)], place)
        first = (place / "plan.nc").read_bytes()
        run_command([python, "-c", code, json.dumps({**ask, "scenario": "less_money"})], place)
        return (place / "plan.nc").read_bytes() != first
    return run_command([python, "-c", CALLIOPE, json.dumps(ask)], place)


@cache
def practice_office(python: str, use: str) -> Path:
    """Return the work folder of a practice office that has planned nothing yet."""
    work = Path(tempfile.mkdtemp(prefix=f"mistakes-{use}-"))
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    here = {"POVLIB_WORK": str(work), "POVLIB_LANG": "en", "PYTHONPATH": str(ROOT)}
    run_command([python, "-m", "povlib.cli", "plan", "base", "--set", "settings.draws=0"], ROOT, **here)
    return work


def workbench(python: str, key: str, place: Path) -> tuple[int, str] | bool:
    """Run the workbench's command line, and papermill on its own notebook."""
    # refusals change nothing: one practice office serves them all, another the plans
    work = practice_office(python, "plans" if key == "place" else "refusals")
    here = {"POVLIB_WORK": str(work), "POVLIB_LANG": "en", "PYTHONPATH": str(ROOT)}

    def run(*words: str) -> tuple[int, str]:
        return run_command([python, "-m", *words], place, **here)

    mine = work / "sample" / "params" / "scenarios" / "mine.yaml"
    change = {"key": "funds.special.amuont_yuan: 400000", "type": "funds.special.amount_yuan: much",
              "range": "funds.special.amount_yuan: -5", "nan": "funds.special.amount_yuan: .nan",
              "twice": "funds.special.amount_yuan: 400000\n  funds.special.amount_yuan: 40000"}  # fmt: skip
    parent = "bsae" if key == "parent" else "base"
    book = [str(ROOT / "notebooks" / "06_allocation.ipynb"), "out.ipynb"]
    if key in ("name", "id", "choice", "clash"):
        given = (part for pair in notebook_parameters(key).items() for part in ("-p", *pair))
        return run("papermill", *book, *given)
    if key == "scenario":
        return run("povlib.cli", "plan", "more_mony")
    if key == "place":
        first = run("povlib.cli", "run")
        before = {path: path.read_bytes() for path in work.glob("sample/runs/*/manifest.json")}
        second = run("povlib.cli", "plan", "more_money", "--office", "sample")
        if first[0] or second[0] or not before:
            sys.exit("the workbench did not plan:\n" + first[1][-1000:] + second[1][-1000:])
        return any(not path.is_file() or path.read_bytes() != was for path, was in before.items())
    title = "title: {zh: 试, en: trial}"
    body = change.get(key, "funds.special.amount_yuan: 400000")
    mine.write_text(f"name: mine\nparent: {parent}\n{title}\nchanges:\n  {body}\n", encoding="utf-8")
    return run("povlib.cli", "plan", "mine")


TOOLS = {"papermill": papermill, "scheduler": scheduler, "snakemake": snakemake, "calliope": calliope,
         "workbench": workbench}  # fmt: skip
TITLES = {"papermill": "bare papermill", "scheduler": "jupyter-scheduler", "snakemake": "PyPSA-Eur's way (Snakemake)",
          "calliope": "Calliope", "workbench": "here"}  # fmt: skip


def words_of(said: str) -> str:
    """Return what a tool said without the frames of a traceback, whose code names everything."""
    last = said[said.rindex("Traceback") :] if "Traceback" in said else said
    return re.sub(r'(?m)^ +File ".*\n(^ {4,}.*\n)*', "", last)


def made(tool: str, python: str, key: str) -> tuple[int, str] | bool | None:
    """Make one mistake in one tool, in a folder of its own; key ``none``: no mistake at all."""
    with tempfile.TemporaryDirectory() as folder:
        found = TOOLS[tool](python, key, Path(folder))
        return (found[0], found[1].replace(folder, "PLACE")) if isinstance(found, tuple) else found


def ask(tool: str, python: str, mistake: Mistake, control: str) -> Answer | None:
    """Make one mistake in one tool; `control` is what it says of itself without any."""
    found = made(tool, python, mistake.key)
    if found is None:
        return None
    if isinstance(found, bool):
        return Answer(0, "", helpful=False, lost=found)
    code, said = found
    # clocks and counts differ from one run to the next
    usual = {re.sub(r"\d", "", line) for line in control.splitlines()}
    said = "\n".join(line for line in said.splitlines() if re.sub(r"\d", "", line) not in usual)
    return Answer(code, said[-3000:], bool(re.search(mistake.nearest, words_of(said))))


def main() -> None:
    """Run every mistake in every tool that is there, and write the table."""
    parser = argparse.ArgumentParser(description="Twelve mistakes of a planner in five tools")
    for tool in TOOLS:
        parser.add_argument(f"--{tool}", default=sys.executable if tool == "workbench" else "", metavar="PYTHON")
    parser.add_argument("--only", nargs="*", default=[one.key for one in MISTAKES])
    parser.add_argument("--answers", type=Path, nargs="+", default=[ANSWERS], help="the first is written, all are read")
    given = parser.parse_args()
    plain: dict[str, dict[str, dict[str, object] | None]] = {mistake.key: {} for mistake in MISTAKES}
    for path in given.answers:
        for key, row in json.loads(path.read_text(encoding="utf-8")).items() if path.is_file() else ():
            plain[key].update(row)
    tools = [tool for tool in TOOLS if getattr(given, tool)]
    control = {}
    for tool in tools:
        usual = made(tool, getattr(given, tool), "none") if tool != "workbench" else (0, "")
        assert isinstance(usual, tuple)
        if usual[0]:
            sys.exit(f"{tool} does not even run without a mistake:\n{usual[1][-2000:]}")
        control[tool] = usual[1]
    for mistake in MISTAKES:
        for tool in tools if mistake.key in given.only else ():
            answer = ask(tool, getattr(given, tool), mistake, control[tool])
            plain[mistake.key][tool] = asdict(answer) if answer else None
            print(mistake.key, tool, answer.cell if answer else "—", flush=True)
        given.answers[0].write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write_table(plain)


def write_table(plain: dict[str, dict[str, dict[str, object] | None]]) -> None:
    """Put the table of all answers into the page."""
    shown = [tool for tool in TOOLS if any(tool in row for row in plain.values())]
    lines = ["| mistake | " + " | ".join(TITLES[tool] for tool in shown) + " |", "|---|" + "---|" * len(shown)]
    for mistake in MISTAKES:
        row = plain[mistake.key]
        cells = [Answer(**row[tool]).cell if row.get(tool) else "—" for tool in shown]  # type: ignore[arg-type]
        lines.append(f"| {mistake.words} | " + " | ".join(cells) + " |")
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    table = "\n".join(lines)
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
