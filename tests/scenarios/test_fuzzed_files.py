"""Three hundred damaged parameter and scenario files: refused in words, all at once, or taken for what they say.

Every case is put among the practice township's own files and read as a plan would read them. What must hold of each is
written beside it, not taken from the program: the line of the slip, the right key, or the value that stands there.
"""

# ruff: noqa: E501 - a case and what must be said of it stand side by side
from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from povlib import params, scenarios
from povlib.cli import main
from povlib.errors import Fault, ParameterError
from povlib.places import Office
from povlib.runs.office.office_place import Place
from povlib.runs.office.parameter_check import check_parameters
from tests.scenarios.conftest import SAMPLE

FILES = ("lines", "income", "support", "funds", "posts", "coops", "crews", "bundling", "villages", "exits",
         "house_standard", "house_prices")  # fmt: skip
KEPT = ("base", "more_money")
AMOUNT = "amount_yuan: 320000"
SPECIAL = "funds.special.amount_yuan"


@dataclass(frozen=True)
class Case:
    """One damaged file: what is written, and what must be said of it, or what it must mean."""

    name: str
    file: str
    content: bytes
    said: tuple[str, ...] = ()
    value: tuple[str, Any] | None = None


def text_of(file: str) -> str:
    return (SAMPLE / file).read_text("utf-8")


def line_of(file: str, words: str) -> int:
    return text_of(file)[: text_of(file).index(words)].count("\n") + 1


def replaced(name: str, file: str, old: str, new: str, *said: str, value: tuple[str, Any] | None = None) -> Case:
    content = text_of(file)
    assert old in content
    return Case(name, file, content.replace(old, new, 1).encode(), said, value)


def scenario(name: str, body: str, *said: str, value: tuple[str, Any] | None = None, file: str = "x") -> Case:
    head = "name: x\ntitle: {zh: 甲, en: x}\n"
    return Case(name, f"scenarios/{file}.yaml", (head + body).encode(), said, value)


def amounts() -> Iterator[Case]:
    where = f"funds.yaml:{line_of('funds.yaml', AMOUNT)}"
    refused = {
        "0o17": "0o17 is no amount", "1:30": "1:30 is no amount", "0x1F": "0x1F is no amount", ".nan": ".nan is no amount",
        ".inf": ".inf is no amount", "-.inf": "-.inf is no amount", "NaN": "NaN is no amount", "inf": "inf is no amount",
        "-Infinity": "-Infinity is no amount", "yes": "yes is no amount", "true": "true is no amount", "''": '"" is no amount',
        "[1]": "[1] is no amount", "{a: 1}": "{a: 1} is no amount", "3200000000000000000": "10000000000000 or less",
        "9" * 4000: "10000000000000 or less", "1e400": "or less", "0.001": "at most two places", "-1": "0 or more",
        "12万": "12万 is no amount", "5#x": "5#x is no amount", "1 000": "1 000 is no amount", "2016-05-01": "is no amount",
        "!!binary aGk=": "only plain values", "!!python/object:os.system x": "only plain values", "!!set {a}": "only plain",
        "*a": "write the value out", "%5": "cannot stand here", "@5": "cannot stand here", "`5`": "cannot stand here",
        "'5": "never closed", "[5": "never closed", "5: 6": "second colon", "\x07": "cannot stand here", "5\x00": "cannot stand here",
    }  # fmt: skip
    for written, said in refused.items():
        yield replaced(f"amount {written[:20]!r}", "funds.yaml", AMOUNT, f"amount_yuan: {written}",
                       where if written not in ("'5", "[5") else "funds.yaml:", said)  # fmt: skip
    meant = {
        "017": 17, "1_000": 1000, "1e5": 100000, "1,000": 1000, "１２３": 123, "-0": 0, "+5": 5, "!!int 5": 5, "&a 5": 5,
        "5 # x": 5, "0.10": Decimal("0.1"), "~": None, "null": None, "'5'": 5, '"1,234.50"': Decimal("1234.5"), "5.": 5,
        "|\n      5": 5,
    }  # fmt: skip
    for written, number in meant.items():
        yield replaced(f"amount {written!r} means {number}", "funds.yaml", AMOUNT, f"amount_yuan: {written}",
                       value=(SPECIAL, number))  # fmt: skip


def other_values() -> Iterator[Case]:
    once = f"support.yaml:{line_of('support.yaml', 'once: true')}"
    for written, truth in {"yes": True, "no": False, "off": False, "TRUE": True, "y": True, "0": False}.items():
        yield replaced(f"once {written}", "support.yaml", "once: true", f"once: {written}",
                       value=("support.housing_repair.once", truth))  # fmt: skip
    for written in ("perhaps", "2", "[true]", "nein", "''"):
        yield replaced(f"once {written}", "support.yaml", "once: true", f"once: {written}", once, "true or false")
    slots = f"posts.yaml:{line_of('posts.yaml', 'slots: 5')}"
    for written, said in {"5.5": "no whole number", "true": "no number", "9" * 30: "1000000000 or less", "-1": "0 or more",
                          "many": "no whole number", "[5]": "no whole number", "1e2": "no whole number"}.items():  # fmt: skip
        yield replaced(f"slots {written[:9]}", "posts.yaml", "slots: 5", f"slots: {written}", slots, said)
    for written in ("5.0", "'5'"):
        yield replaced(f"slots {written}", "posts.yaml", "slots: 5", f"slots: {written}",
                       value=("posts.township_cleaner.slots", 5))  # fmt: skip
    dated = f"funds.yaml:{line_of('funds.yaml', 'in_force')}"
    for written in ("2016-13", "2016-00", "2016-02-30", "16", "2016/05", "20160501", "0000", "''", "二〇一六"):
        yield replaced(f"in_force {written}", "funds.yaml", 'in_force: "2016"', f'in_force: "{written.strip(chr(39))}"',
                       dated, "2016-05-10")  # fmt: skip
    window = f"funds.yaml:{line_of('funds.yaml', 'window')}"
    for written, said in {"{from: 2016-13, to: 2016-12}": "2016-13 is no month", "{from: 2016-12, to: 2016-06}": "run backwards",
                          "{from: 1899-01, to: 2016-12}": "1899-01 is no month", "2016-06": "must hold keys of its own",
                          "{from: 2016-06}": "to is missing", "{form: 2016-06, to: 2016-12}": "did you mean from?"}.items():  # fmt: skip
        yield replaced(f"window {written}", "funds.yaml", "window: {from: 2016-06, to: 2016-12}", f"window: {written}",
                       window, said)  # fmt: skip
    yield replaced("window in figures", "funds.yaml", "window: {from: 2016-06, to: 2016-12}",
                   "window: {from: 201606, to: 2016年12月}", value=("funds.special.window.from", "2016-06"))  # fmt: skip


def forms() -> Iterator[Case]:
    where, n = "funds.yaml", line_of("funds.yaml", AMOUNT)
    indented = "    " + AMOUNT
    yield replaced("merge key", where, AMOUNT, "<<: {amount_yuan: 5}", f"{where}:{n}", "<< is no known key")
    yield replaced(
        "doubled key",
        where,
        AMOUNT,
        AMOUNT + "\n    amount_yuan: 5",
        f"{where}:{n + 1}",
        "amount_yuan stands here twice",
    )
    yield replaced("tab", where, indented, "\t" + AMOUNT, f"{where}:{n}", "tab; use spaces")
    yield replaced("no-break spaces", where, indented, "\u00a0" * 4 + AMOUNT, f"{where}:{n}", "does not break")
    yield replaced("full-width colon", where, AMOUNT, "amount_yuan：320000", f"{where}:{n}", "full-width colon")
    yield replaced("full-width space", where, AMOUNT, "amount_yuan:　320000", f"{where}:{n}", "full-width space")
    yield replaced("no colon", where, AMOUNT, "amount_yuan 320000", where, "a colon is missing")
    yield replaced("too far right", where, indented, "      " + AMOUNT, where, "does not line up")
    yield replaced("second document", where, "records:", "---\nrecords:", where, "second document")
    yield replaced("key is a list", where, AMOUNT, "[a, b]: 1", f"{where}:{n}", "no plain text")
    yield replaced("tab after the colon", where, AMOUNT, "amount_yuan:\t320000", value=(SPECIAL, 320000))
    for name, content, said in (
        ("bomb", b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "funds.yaml:2: references"),
        ("deep lists", b"[" * 3000, "nests too deeply"), ("deep closed lists", b"[" * 3000 + b"]" * 3000, "funds.yaml:1"),
        ("deep keys", b"{a: " * 100_000, "funds.yaml:1: this file nests too deeply"), ("dashes", b"- " * 50_000, "nests too deeply"),
        ("deep blocks", "\n".join(" " * i + "a:" for i in range(900)).encode(), "funds.yaml:41: this file nests too deeply"),
        ("huge", b"a" * 33_000_000, "too large"), ("many values", b"records: [" + b"1," * 1_100_000 + b"]", "too many values"),
        ("many keys", "\n".join(f"k{i}: 1" for i in range(1_100_000)).encode(), "too many values"),
        ("empty", b"", "must hold `defaults` and `records`"), ("one word", b"hello", "funds.yaml:1"),
        ("a list", b"- {key: special}", "must hold"), ("records are keys", b"records: {}", "must be a list"),
        ("no records", b"defaults: {status: assumed}", "records is missing"), ("record is a word", b"records: [special]", "no record of keys"),
        ("head is wrong", b"defaults: {statsu: assumed}\nrecords: []", "did you mean status?"),
        ("lone surrogate", b"a: \xed\xa0\x80", "funds.yaml:1: this file is not saved as UTF-8"), ("zeros", bytes(2000), "cannot stand here"),
        ("noise", bytes(random.Random(1).randbytes(3000)), "UTF-8"),
    ):  # fmt: skip
        yield Case(name, "funds.yaml", content, ("funds.yaml", said))
    for coding in ("gbk", "gb18030", "big5", "utf-16", "utf-16-le", "utf-32", "shift_jis", "cp1252"):
        content = text_of("funds.yaml").encode(coding, errors="replace")
        yield Case(f"saved as {coding}", "funds.yaml", content, ("funds.yaml:",))
    for name, content in (
        ("byte order mark", b"\xef\xbb\xbf" + text_of("funds.yaml").encode()),
        ("line ends of Windows", text_of("funds.yaml").replace("\n", "\r\n").encode()),
        ("line ends of old computers", text_of("funds.yaml").replace("\n", "\r").encode()),
    ):
        yield Case(name, "funds.yaml", content, value=(SPECIAL, 320000))


def scenario_changes() -> Iterator[Case]:
    refused = {
        "funds..amount_yuan: 1": "no known key", "funds.special.: 1": "no known key", "'.': 1": "no known key",
        "'': 1": "no known key", "settings: 1": "no known key", "settings.: 1": "no known setting", "funds: 1": "names a whole file",
        "funds.special: 1": "no record of keys", "funds.special: null": "no record of keys", "funds.special: {}": "key is missing",
        "funds.special.key: housing": "stands here twice", "fundz.special.amount_yuan: 1": "did you mean funds?",
        "funds.speciall.amount_yuan: 1": "did you mean special?", "funds.special.amuont_yuan: 1": "did you mean amount_yuan?",
        "settings.margni: 1": "did you mean margin?", "posts.township_cleaner.slot: 1": "did you mean slots?",
        SPECIAL + ": '+999999999999999999%'": "or less", SPECIAL + ": '-150%'": "0 or more", SPECIAL + ": '+20%%'": "no amount",
        SPECIAL + ": {a: 1}": "no amount", SPECIAL + ": [1]": "no amount", SPECIAL + ": " + "9" * 4000: "or less",
        "funds.special.names.zh: '+5%'": "needs a number", "funds.999.amount_yuan: 5": "no known key",
        "funds.-1.amount_yuan: 5": "no known key", "bundling.default: forbidden": "no known key", "villages.联胜: null": "no record",
        "villages.联胜.aliases: [乐北]": "could mean", "exits.effect_spread.value: 99": "5 or less",
        "funds.special.keep.0.share: 2": "1 or less", "posts.township_cleaner.slots: '+10%'": "no whole number",
        "support.cattle_coop.earns: null": "no list", "support.cattle_coop.eligibility: [{on: worker}]": "field is missing",
        "__class__.x: 1": "no known key", "funds.special.__init__: 1": "no known key", "coops.lichun_cattle.villages: [nowhere]": "no village",
        "lines.exit_check_2016.line_yuan: null": "no line of exit_check for 2016",
    }  # fmt: skip
    for written, said in refused.items():
        where = "x.yaml:" if "line_yuan" not in written else ""
        yield scenario(f"change {written[:44]}", f"changes:\n  {written}\n", where, said)
    yield scenario(
        "one value by two names",
        f"changes:\n  {SPECIAL}: 5\n  funds.专项扶贫资金.amount_yuan: 6\n",
        "x.yaml:5",
        "sets again",
    )
    yield scenario(
        "one setting twice",
        "changes: {settings.margin: 0.1}\nsettings: {margin: 0.2}\n",
        "x.yaml:4",
        "stands here twice",
    )
    for written, key, value in (
        (f"{SPECIAL}: +20%", SPECIAL, 384000), ("funds.0.amount_yuan: 5", SPECIAL, 5), ("settings.margin: 0.1", "settings.margin", 0.1),
        ("funds.专项扶贫资金.amount_yuan: 5", SPECIAL, 5), ("posts.township_cleaner.slots: '+100%'", "posts.township_cleaner.slots", 10),
        ("posts.township_cleaner.slots: '-0%'", "posts.township_cleaner.slots", 5),
    ):  # fmt: skip
        yield scenario(f"change {written}", f"changes:\n  {written}\n", value=(key, value))


def scenario_settings() -> Iterator[Case]:
    refused = {
        "margin: .nan": "no number", "margin: 6": "5 or less", "margin: {a: 1}": "no known setting", "objective: 5": "keys of its own",
        "objective: {persons: 0}": "weighs nothing", "objective: {persons: -1}": "0 or more", "objective: {person: 1}": "did you mean persons?",
        "objective: {persons: 1, persons: 2}": "stands here twice", "draws: 1e3": "no whole number", "draws: 100000000": "100000 or less",
        "seed: -1": "0 or more", "horizon: 2015-01": "out of order", "help_from: 2017-01": "out of order", "authority: nobody": "no authority",
        "authority: null": "no text", "second_rule: Least_Money": "did you mean least_money?", "effects: yes": "posterior, prior",
        "time_limit_s: 0": "more than 0", "village_money_share: 1.5": "1 or less", "most_awards: 0": "1 or more", "new_help: done": "as_done",
        "help_to: 2016-12-31": "no month", "objective: {persons: {a: {b: 1}}}": "no number", "margin: '+5%'": "", "stability_months: 37": "36 or less",
        "gap_persons: -1": "0 or more", "caution: 4": "3 or less", "drwas: 20": "did you mean draws?", "horizon: 2099-12": "no line of",
    }  # fmt: skip
    for written, said in refused.items():
        if said:
            yield scenario(f"setting {written}", f"settings:\n  {written}\n", "x.yaml:4", said)
    for written, key, value in (("margin: 1", "settings.margin", 1.0), ("draws: 1000", "settings.draws", 1000), ("margin: '0.5'", "settings.margin", 0.5),
                                ("objective: {}", "settings.objective.persons", 1.0), ("horizon: 201612", "settings.horizon", "2016-12")):  # fmt: skip
        yield scenario(f"setting {written}", f"settings:\n  {written}\n", value=(key, value))
    for body, said in {
        "changes: []\n": "keys of its own", "changes: 5\n": "keys of its own", "settings: [1]\n": "keys of its own", "1: 2\n": "no known key",
        "[a, b]: 1\n": "no plain text", "? {a: 1}\n: 2\n": "no plain text", "changes: {a: 1, a: 2}\n": "stands here twice", "title: x\n": "twice",
        "question: {zh: 甲}\n": "en is missing", "parnet: base\n": "did you mean parent?", "chagnes: {}\n": "did you mean changes?",
        "parent: x\n": "in a circle", "parent: ../../secret\n": "cannot be the name", "parent: /etc/passwd\n": "cannot be the name",
        "parent: 5\n": "no text", "parent: [base]\n": "no text", "parent: no\n": "there is no scenario no", "parent: con\n": "cannot be the name",
        'parent: "ba\\0se"\n': "cannot", "parent: " + "a" * 5000 + "\n": "cannot be the name", "parent: more_mony\n": "did you mean more_money?",
        "parent: 'C:\\x'\n": "cannot be the name", "parent: ~root\n": "cannot be the name", "parent: base.yaml\n": "cannot be the name",
    }.items():  # fmt: skip
        yield scenario(f"whole {body[:30]!r}", body, "x.yaml:3", said)
    for file in ("a b", ".h", "-x", "con", "a" * 60, "e\u0301", "😀", "a..b", "~x", "CON", "lpt1"):
        yield scenario(f"file {file[:12]}", "", f"{file}.yaml", "cannot be the name", file=file)
    yield scenario("another file's name", "", "y.yaml:1", "calls itself x", file="y")
    yield scenario("capitals alone", "", "are one file", file="Base")


def misspelt_keys() -> Iterator[Case]:
    """Swap two letters of keys of every file, the same ones every time."""
    chance = random.Random(2016)
    for stem in FILES:
        rows = text_of(f"{stem}.yaml").splitlines(keepends=True)
        found = [(i, m) for i, row in enumerate(rows) if (m := re.match(r"^(\s+(?:- )?)([a-z_]{5,})(: )", row))
                 and not row.lstrip().startswith("#")]  # fmt: skip
        for i, match in chance.sample(found, min(6, len(found))):
            key = match[2]
            at = next(n for n in range(1, len(key)) if key[n] != key[n - 1])
            wrong = key[: at - 1] + key[at] + key[at - 1] + key[at + 1 :]
            content = "".join([*rows[:i], rows[i].replace(match[0], match[1] + wrong + match[3], 1), *rows[i + 1 :]])
            yield Case(f"{stem}.yaml {i + 1} {wrong}", f"{stem}.yaml", content.encode(),
                       (f"{stem}.yaml:{i + 1}", f"{wrong} is no known key", f"did you mean {key}?"))  # fmt: skip


def mistyped_records() -> Iterator[Case]:
    """Put a value of another kind in the place of values of every file; each place is named with its line."""
    chance = random.Random(7)
    for stem in FILES:
        raw = yaml.safe_load(text_of(f"{stem}.yaml"))
        listed = raw if isinstance(raw, list) else raw["records"]
        kept = ("key", "name", "note", "evidence", "a", "b", "year", "authority")
        places = [(at, key) for at, record in enumerate(listed) for key in sorted(record) if key not in kept]
        for at, key in chance.sample(places, min(5, len(places))):
            wrong = {**listed[at], key: {"no": [{"such": "thing"}]}}
            whole = [*listed[:at], wrong, *listed[at + 1 :]]
            content = yaml.safe_dump(
                whole if isinstance(raw, list) else {**raw, "records": whole}, allow_unicode=True, sort_keys=False
            )
            yield Case(
                f"{stem}.yaml {at} {key} of another kind", f"{stem}.yaml", content.encode(), (f"{stem}.yaml:", key)
            )


CASES = [
    *amounts(), *other_values(), *forms(), *scenario_changes(), *scenario_settings(), *misspelt_keys(), *mistyped_records()
]  # fmt: skip


def test_there_are_three_hundred() -> None:
    assert len(CASES) >= 300
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    work = tmp_path_factory.mktemp("fuzzed") / "work"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(work))
        found = Place(Office("north"), synthetic=False)
        shutil.copytree(SAMPLE, found.office.params)
        for path in (found.office.params / "scenarios").glob("*.yaml"):
            if path.stem not in KEPT:
                path.unlink()
        (found.office.folder / "office.json").write_text('{"synthetic": false}', "utf-8")
        yield found


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


#: what would betray the program's own words
INSIDE = re.compile(
    r"Traceback|pydantic|Input should|<class|object at 0x|Decimal\(|\{'|\\\\|yaml\.|\^\\", re.IGNORECASE
)


def in_words(faults: tuple[Fault, ...]) -> list[str]:
    for lang in ("en", "zh"):
        for fault in faults:
            shown = fault.show(lang)
            assert not INSIDE.search(shown.replace(fault.where, "")), shown
            assert len(shown) < 1500, shown
            assert shown.isprintable(), repr(shown)
    return [fault.show("en") for fault in faults]


def value_in(resolved: scenarios.Resolved, key: str) -> Any:
    if key.startswith("settings."):
        current: Any = resolved.settings.plain()
        for step in key.split(".")[1:]:
            current = current[step]
        return current
    file, record, *steps = key.split(".")
    rows = {
        "funds": resolved.catalogue.funds,
        "posts": resolved.catalogue.posts,
        "support": resolved.catalogue.measures,
    }
    plain: Any = rows[file][record].model_dump(by_alias=True)
    for step in steps:
        plain = plain[step]
    return str(plain) if steps[-1] == "from" else plain


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_refused_in_words_or_taken_for_what_it_says(case: Case, place: Place) -> None:
    target = place.office.params / case.file
    before = target.read_bytes() if target.exists() else None
    try:
        target.write_bytes(case.content)
        tree = everything_in(place.office.folder.parent.parent)
        try:
            resolved = check_parameters(place, "x" if case.file.startswith("scenarios/") and case.value else "base")
        except ParameterError as error:
            said = in_words(error.faults)
            assert case.value is None, said
            assert any(all(part in line for part in case.said) for line in said), said[:5]
        else:
            assert case.value is not None, "it was taken"
            key, value = case.value
            assert value_in(resolved, key) == value
        assert everything_in(place.office.folder.parent.parent) == tree
    finally:
        target.write_bytes(before) if before is not None else target.unlink()


@pytest.mark.parametrize("case", CASES[::12], ids=[case.name for case in CASES[::12]])
def test_the_command_line_says_the_same(case: Case, place: Place, capfd: pytest.CaptureFixture[str]) -> None:
    target = place.office.params / case.file
    before = target.read_bytes() if target.exists() else None
    try:
        target.write_bytes(case.content)
        code = main(["--lang", "en", "params", "check", "--office", "north"])
        said = capfd.readouterr()
        assert "Traceback" not in said.out + said.err
        assert (code == 0) == (case.value is not None), said.err
        assert all(part in said.err for part in case.said)
    finally:
        target.write_bytes(before) if before is not None else target.unlink()


@pytest.mark.parametrize("seed", range(8))
def test_slips_in_several_files_are_all_named_at_once(seed: int, place: Place) -> None:
    chance = random.Random(seed)
    slips = [
        case for case in CASES if case.name.endswith("of another kind") or " is no known key" in "".join(case.said)
    ]
    chosen: dict[str, Case] = {}
    for case in chance.sample(slips, 12):
        chosen.setdefault(case.file, case)
    before = {
        file: (place.office.params / file).read_bytes() for file in chosen if (place.office.params / file).exists()
    }
    try:
        for case in chosen.values():
            (place.office.params / case.file).write_bytes(case.content)
        with pytest.raises(ParameterError) as caught:
            params.load(place.office.params)
        said = in_words(caught.value.faults)
        for case in chosen.values():
            if not case.file.startswith("scenarios/"):
                assert any(all(part in line for part in case.said) for line in said), case.name
    finally:
        for file in chosen:
            target = place.office.params / file
            target.write_bytes(before[file]) if file in before else target.unlink(missing_ok=True)


@pytest.fixture
def odd(place: Place) -> Iterator[Callable[[str], Path]]:
    """A place in the folder of scenarios for something that is no file; taken away afterwards."""
    made: list[Path] = []

    def at(name: str) -> Path:
        made.append(place.office.params / "scenarios" / name)
        return made[-1]

    yield at
    for path in made:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)


def refusal(place: Place) -> list[str]:
    with pytest.raises(ParameterError) as caught:
        check_parameters(place)
    return in_words(caught.value.faults)


@pytest.mark.skipif(os.name == "nt", reason="pipes and links of POSIX")
def test_what_is_no_file_is_not_opened(place: Place, odd: Callable[[str], Path]) -> None:
    os.mkfifo(odd("pipe.yaml"))
    odd("device.yaml").symlink_to("/dev/zero")
    odd("folder.yaml").mkdir()
    odd("nowhere.yaml").symlink_to("/there/is/none")
    odd("x.yml").write_text("name: x", "utf-8")
    said = refusal(place)
    assert [line.partition(":")[0] for line in said] == [
        "x.yml",
        "device.yaml",
        "folder.yaml",
        "nowhere.yaml",
        "pipe.yaml",
    ]


def test_circles_and_long_lines_of_ancestors(place: Place, odd: Callable[[str], Path]) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        odd(f"{name}.yaml").write_text(f"name: {name}\nparent: {parent}\ntitle: {{zh: 甲, en: x}}\n", "utf-8")
    assert refusal(place) == ["a.yaml:2: the scenarios inherit in a circle: a -> b -> c -> a"]
    for name in "abc":
        (place.office.params / "scenarios" / f"{name}.yaml").unlink()
    for number in range(60):
        parent = f"parent: c{number - 1}\n" if number else ""
        odd(f"c{number}.yaml").write_text(f"name: c{number}\n{parent}title: {{zh: 甲, en: x}}\n", "utf-8")
    assert all("inherits from more than 20 others" in line for line in refusal(place))
