"""Kill load, approve, close, pay, backup, restore and plan, and repeat each: nothing is lost, nothing stays in half.

    python benchmarks/kill_soak.py --kills 1000 --work /tmp/soak        # hours; figures into docs/benchmarks/kills.md

Every trial copies a prepared office, runs one command in a forked process and kills it (SIGKILL): half of the trials at
a random moment of the command's usual time, half inside the commit window, which begins when the command has asked the
database to commit, or a backup, restore or run takes its name, and lasts until the command ends (deposit, receipts and
papers are written there). Then the same command is run again and must end well; the ledger must check, hold every batch
it held at the kill, and the outcome must be whole. Forks of one process that has imported everything: starting Python
would take longer than the kill.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from record import Figure, record

from povlib import ledger, runs
from povlib.cli import main
from povlib.errors import LedgerError
from povlib.ledger.storage import backups
from povlib.ledger.storage.connections import Store
from povlib.runs import completion, run_folders
from povlib.runs.office.head_deposits import deposit_faults, deposits_folder
from povlib.runs.office.office_place import open_book
from povlib.runs.paper_seals import are_sealed
from povlib.runs.papers import papers_folder

MONTH = "2016-04"
# seconds after the window has opened within which the blow falls: half at once, half while what follows is written
LATE_S = (0.0, 0.0, 0.0, 0.002, 0.05, 0.5, 3.0)


@dataclass(frozen=True)
class Trial:
    """One command: what it is prepared from, its words, and what must hold once it was repeated."""

    base: str
    words: tuple[str, ...]
    whole: Callable[[Path], str]


def _place() -> runs.Place:
    return runs.find_office("sample")


def _receipts_whole(office: Path) -> str:
    receipts = [json.loads(p.read_text(encoding="utf-8")) for p in (office / "receipts").glob("*.json")]
    loaded = sorted(r["batch"] for r in receipts if r["batch"])
    return "" if loaded == list(range(1, 13)) else f"receipts of batches {loaded}"


def _approval_whole(office: Path) -> str:
    run = runs.find_run("latest", _place())
    with open_book(_place()) as book:
        approvals = len(ledger.approved_digests(book, run.info.run_id))
        promises = len(ledger.promises(book))
    papers = sorted(p for p in papers_folder(run).iterdir() if not p.name.startswith("."))
    drafts = [p.name for p in papers if p.suffix == ".html" and "草案" in p.read_text(encoding="utf-8")]
    deposits = len(list(deposits_folder(_place()).glob("*-approval.json")))
    found = (approvals, promises > 100, bool(deposits), drafts, are_sealed(run, papers))
    return "" if found == (1, True, True, [], True) else f"approval {found}"


def _closing_whole(office: Path) -> str:
    with open_book(_place()) as book:
        closed = len(ledger.closings(book))
    deposits = len(list(deposits_folder(_place()).glob("*-closing.json")))
    return "" if (closed, deposits) == (1, 1) else f"closed {closed}, deposits {deposits}"


def _payment_whole(office: Path) -> str:
    with open_book(_place()) as book:
        paid = int(ledger.balances(book, ("fund", "year"))["paid_fen"].sum())
    deposits = len(list(deposits_folder(_place()).glob("*-payment.json")))
    return "" if (paid, deposits) == (_bill()[4], 1) else f"paid {paid}, deposits {deposits}"


def _backup_whole(office: Path) -> str:
    left = [p.name for p in (office / "kept").iterdir() if p.name != "b.sqlite"]
    with ledger.open(office / "kept" / "b.sqlite") as book:
        return "" if ledger.check(book).ok and not left else f"left {left}"


def _restore_whole(office: Path) -> str:
    left = [p.name for p in office.glob(".restore-*")]
    with open_book(_place()) as book:
        return "" if ledger.check(book).ok and not left else f"left {left}"


def _run_whole(office: Path) -> str:
    run = runs.find_run("latest", _place())
    papers = sorted(p for p in papers_folder(run).iterdir() if not p.name.startswith("."))
    begun = [p.name for p in (office / "runs").glob(".*.begun")]
    return "" if len(papers) == 10 and are_sealed(run, papers) and not begun else f"{len(papers)} papers, {begun}"


def _bill() -> tuple[str, str, str, str, int]:
    """Return one bill of the plan: household, measure, fund, yuan, fen."""
    run = runs.find_run("latest", _place())
    chosen = set(run.plan.chosen["hh"].astype(str))
    payments = run.plan.payments
    row = payments[(payments["fen"] > 0) & payments["hh"].astype(str).isin(chosen)].iloc[0]
    return str(row["hh"]), str(row["measure"]), str(row["fund"]), f"{int(row['fen']) / 100:.2f}", int(row["fen"])


def prepare(work: Path) -> None:
    """Make the offices that trials are copied from: inbox, planned, begun, approved, lost."""
    bases = work / "bases"
    os.environ["POVLIB_WORK"] = str(bases / "inbox")
    runs.sample_office()
    if not (bases / "planned" / "sample").is_dir():
        _copy(bases / "inbox", bases / "planned")
        _at(bases / "planned", "run")
        _at(bases / "planned", "voice", "post", "latest", "--officer", "chair")
        _copy(bases / "planned", bases / "approved")
        _at(bases / "approved", "approve", "latest", "--officer", "chair")
        money = runs.find_run("latest", _place()).plan.payments.groupby("fund")["fen"].sum()
        for fund, fen in money.items():
            _at(bases / "approved", "fund", "appropriate", str(fund), "2016", f"{int(fen) / 100:.2f}",
                "--id", f"doc-{fund}", "--officer", "chair")  # fmt: skip
        _at(bases / "approved", "fund", "commit", "latest", "--officer", "chair")
        _copy(bases / "planned", bases / "lost")
        _at(bases / "lost", "ledger", "backup", str(bases / "lost" / "sample" / "kept.sqlite"))
        (bases / "lost" / "sample" / "ledger.sqlite").unlink()
        _copy(bases / "planned", bases / "begun")
        run = runs.find_run("latest", _place())
        begun = run.folder.with_name(f".{run.info.run_id}.begun")
        shutil.move(bases / "begun" / "sample" / "runs" / run.info.run_id, begun)
        shutil.rmtree(bases / "begun" / "sample" / "papers")


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    os.environ["POVLIB_WORK"] = str(target)


def _at(work: Path, *words: str) -> None:
    os.environ["POVLIB_WORK"] = str(work)
    assert main(["--lang", "zh", *words]) == 0, words


def trials(work: Path) -> dict[str, Trial]:
    """Return the commands by name; the payment is that of one bill of the plan."""
    os.environ["POVLIB_WORK"] = str(work / "bases" / "approved")
    hh, measure, fund, yuan = map(str, list(_in_fork(work, _bill))[:4])  # type: ignore[call-overload]
    officer = ("--officer", "chair")
    return {
        "load": Trial("inbox", ("load", *officer), _receipts_whole),
        "approve": Trial("planned", ("approve", "latest", *officer), _approval_whole),
        "close": Trial("planned", ("close", MONTH, *officer), _closing_whole),
        "pay": Trial("approved", ("fund", "pay", "latest", hh, measure, fund, yuan, "--id", "b1", *officer),
                     _payment_whole),
        "backup": Trial("approved", ("ledger", "backup", "{office}/kept/b.sqlite"), _backup_whole),
        "restore": Trial("lost", ("ledger", "restore", "{office}/kept.sqlite"), _restore_whole),
        "plan": Trial("begun", ("plan", "base"), _run_whole),
    }  # fmt: skip


def _forked(words: list[str], log: Path, window: float | None) -> int:
    """Run a command in a fork; with `window`, it kills itself that many seconds after the commit window opened."""
    child = os.fork()
    if child:
        return child
    with log.open("a", encoding="utf-8") as out, redirect_stdout(out), redirect_stderr(out):
        if window is not None:
            _arm(window, loads="load" in words)
        try:
            code = main(words)
        except BaseException as error:  # a trial that ends with a traceback is a finding
            print(f"TRACEBACK {error!r}", flush=True)
            code = 99
        out.flush()
    os._exit(code)


def _arm(window: float, *, loads: bool) -> None:
    """Let the blow fall `window` seconds after the process first commits, or gives a file or a run its name."""

    def blow(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def opened() -> None:
        if window <= 0:
            blow()
        signal.signal(signal.SIGALRM, blow)
        signal.setitimer(signal.ITIMER_REAL, window)

    skipped = random.randrange(12) if loads else 0  # a load commits once a file: not always at the first

    execute, move, finish = Store.execute, backups._move_into_place, completion.move_into_place

    def commit(self: Store, sql: str, values: object = ()) -> None:
        nonlocal skipped
        before = sql == "commit" and random.random() < 0.5
        due = sql == "commit" and skipped == 0
        skipped -= sql == "commit" and skipped > 0
        if due and before:
            opened()
        execute(self, sql, values)  # type: ignore[arg-type]
        if due and not before:
            opened()

    def moved(part: Path, target: Path) -> None:
        if random.random() < 0.5:
            opened()
            move(part, target)
        else:
            move(part, target)
            opened()

    def finished(run: runs.Run) -> runs.Run:
        opened()
        return finish(run)

    Store.execute = commit  # type: ignore[method-assign, assignment]
    backups._move_into_place = moved
    completion.move_into_place = run_folders.move_into_place = finished


def _waited(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _batches(office: Path) -> list[tuple[int, str]]:
    if not (office / "ledger.sqlite").is_file():
        return []
    try:
        with ledger.open(office / "ledger.sqlite") as book:
            rows = book.store.rows("select id, hash from batch order by id")
    except (
        LedgerError
    ):  # killed before the ledger had its tables: to make them here would choose its kind for the office
        return []
    return [(int(number), str(hash_)) for number, hash_ in rows]


def one_kill(work: Path, trial: Trial, usual_s: float, *, inside: bool) -> tuple[str, str, float]:
    """Do one trial; return what was found wrong ("" = nothing), how the command ended, and the seconds of repeating."""
    here = work / "trial"
    _copy(work / "bases" / trial.base, here)
    office = here / "sample"
    words = ["--lang", "zh", *(word.format(office=office) for word in trial.words)]
    log = work / "log"
    log.write_text("", encoding="utf-8")
    child = _forked(words, log, random.choice(LATE_S) if inside else None)
    if not inside:
        time.sleep(random.random() * usual_s)
        os.kill(child, signal.SIGKILL)
    ended = {-signal.SIGKILL: "killed", 0: "ended before"}.get(_waited(child), "failed")
    found = [] if ended != "failed" else ["the command failed"]
    kept = _batches_in_fork(office, work)
    before = time.monotonic()
    code = _waited(_forked(words, log, None))
    took = time.monotonic() - before
    if code:
        found.append(f"repeating gave {code}")
    found.append(_checked_in_fork(trial, office, kept, work))
    said = log.read_text(encoding="utf-8")
    if "Traceback" in said or "TRACEBACK" in said:
        found.append("a traceback")
    return "; ".join(filter(None, found)), ended, took


def _in_fork(work: Path, look: Callable[[], object]) -> object:
    """Return what `look` finds in a fork of its own: no ledger is ever open in the process that forks."""
    child = os.fork()
    if not child:
        try:
            answer: object = look()
        except BaseException as error:
            answer = f"{error!r}"
        (work / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
        os._exit(0)
    _waited(child)
    return json.loads((work / "answer.json").read_text(encoding="utf-8"))


def _batches_in_fork(office: Path, work: Path) -> object:
    return _in_fork(work, lambda: _batches(office))


def _checked_in_fork(trial: Trial, office: Path, kept: object, work: Path) -> str:
    def look() -> str:
        with open_book(_place()) as book:
            faults = [fault.show("en") for fault in (*ledger.check(book).faults, *deposit_faults(_place(), book))]
        if faults:
            return "; ".join(faults)
        now = [list(batch) for batch in _batches(office)]
        if not isinstance(kept, list) or now[: len(kept)] != kept:
            return f"batches lost: {kept} -> {now}"
        return trial.whole(office)

    return str(_in_fork(work, look))


def soak(work: Path, kills: int, seed: int) -> list[Figure]:
    """Kill `kills` times, the commands in turn, half inside the commit window; return the figures."""
    random.seed(seed)
    everything, usual = trials(work), {}
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(kills):
        name = list(everything)[number % len(everything)]
        inside = number // len(everything) % 2 == 1
        found, ended, took = one_kill(work, everything[name], usual.get(name, 5.0), inside=inside)
        usual[name] = min(took, 60.0)
        counts[f"{name}, {'inside' if inside else 'anywhere'}: {ended}"] += 1
        if found:
            wrong.append(f"{number} {name} {'inside' if inside else 'anywhere'} {ended}: {found}")
            print(wrong[-1], flush=True)
        if number % 20 == 19:
            print(f"{number + 1} kills, {len(wrong)} wrong", flush=True)
    for line, n in sorted(counts.items()):
        print(f"{n:5d}  {line}")
    done = sum(n for line, n in counts.items() if line.endswith("killed"))
    inside_window = sum(n for line, n in counts.items() if "inside" in line and line.endswith("killed"))
    return [
        Figure("commands tried", kills, unit="commands"),
        Figure("killed", done, unit="commands"),
        Figure("killed inside the commit window", inside_window, unit="commands"),
        Figure("with a row lost, a half batch or paper, or not completed by repeating", len(wrong), 0.0, "commands"),
    ]


def _main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=1000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--work", type=Path, required=True)
    options = words.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    made = _waited(child) if (child := os.fork()) else _prepared(options.work)
    if made:
        return 1
    figures = soak(options.work, options.kills, options.seed)
    record("kills", "Kills", f"{options.kills} kills", "`python benchmarks/kill_soak.py`: see the script", figures)
    return 1 if figures[-1].got else 0


def _prepared(work: Path) -> int:
    prepare(work)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(_main())
