"""Papers of a run that are made when somebody asks for them (``report --kind``), declared once.

Responsible for `ASKED` and for the kinds by which papers are asked for. A run does not write them by itself: each takes
time, and not every run is posted, accounted for or compared. Not responsible for words or figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from povlib.errors import Fault, RunError, unknown_word_fault
from povlib.params import load_procedure
from povlib.report.kinds.evaluation import evaluation
from povlib.report.kinds.fund_report import fund_report
from povlib.report.kinds.month_report import month_report
from povlib.report.kinds.next_bulletin import next_bulletin
from povlib.report.kinds.notice_board import BoardTerms, notice_board
from povlib.report.kinds.village_paper import village_paper
from povlib.report.kinds.village_tasks import village_task_list
from povlib.report.model.paper import Report
from povlib.runs.area.area_papers import COUNTIES, TOWNSHIPS
from povlib.runs.comparison.comparison_kind import comparison_papers
from povlib.runs.facts.kinds.bulletin_figures import bulletin_figures
from povlib.runs.facts.kinds.evaluation import evaluation_facts
from povlib.runs.facts.kinds.fund_use import fund_use
from povlib.runs.facts.kinds.month_events import month_report_facts
from povlib.runs.facts.kinds.village_plan import village_plan
from povlib.runs.facts.village_order import village_names
from povlib.runs.paper_folder import COMPARISON
from povlib.runs.paper_shape import Paper, PaperInput
from povlib.runs.red_head import RED_HEAD, has_red_head, issued_report
from povlib.runs.voice.posted_plan import list_by_key

if TYPE_CHECKING:
    from povlib.runs.run import Run


def _board(given: PaperInput) -> Report:
    """Return the notice for the wall, by the office's rule of posting."""
    rule = load_procedure(given.run.folder / "params").plan_posting
    days = max(1, rule.days_asked(given.run.settings.plan_month))
    return notice_board(given.meeting, BoardTerms(days, rule.answered_within.days, rule.ask_at), given.lang)


def _posting(given: PaperInput) -> Report:
    """Return the list that is posted, by keys of households."""
    return list_by_key(given.run, given.lang, draft=given.meeting.draft, lapsed=given.meeting.lapsed)


def _funds(given: PaperInput) -> Report:
    """Return the report on funds."""
    facts = fund_use(given.run, given.meeting, given.lang)
    return fund_report(facts, given.lang, synthetic=given.run.info.synthetic, **given.head)


def _next_bulletin(given: PaperInput) -> Report:
    """Return the draft of the next bulletin, from the ledger's figures and the plan's."""
    run = given.run
    figures = bulletin_figures(run.state, run.catalogue, given.meeting, given.houses.progress, given.lang)
    return next_bulletin(figures, given.meeting.horizon.label(given.lang), given.lang,
                         synthetic=run.info.synthetic, **given.head)  # fmt: skip


def _monthly(given: PaperInput) -> Report:
    """Return the summary of the last month with data."""
    head = given.head | {"date_line": given.run.at.label(given.lang)}
    facts = month_report_facts(given.run)
    return month_report(facts, given.digest, given.lang, synthetic=given.run.info.synthetic, **head)


def _evaluation(given: PaperInput) -> Report:
    """Return the evaluation of earlier promises and of the measures."""
    return evaluation(evaluation_facts(given.run, given.meeting, given.lang), given.lang, **given.head)


def _tasks(given: PaperInput) -> Report:
    """Return what each village has to do."""
    return village_task_list(given.tasks, given.lang, **given.head)


def _village(name: str, given: PaperInput) -> Report:
    """Return the paper of one village."""
    facts = village_plan(given.run, given.meeting, given.tasks, name, given.lang)
    # one short paper among many of the same run: the run's number leads to all that it was made of
    made_of = {"manifest": {"run": given.run.info.run_id}}
    return village_paper(facts, given.lang, **(given.head | made_of))


ASKED = (
    Paper("board", "notice board", _board, ("html", "pdf", "png", "json")),
    Paper("posting", "list for posting", _posting, ("html", "pdf", "docx", "xlsx", "json")),
    Paper("funds", "report on funds", _funds, ("html", "pdf", "docx", "xlsx", "json")),
    Paper("next-bulletin", "draft of the next bulletin", _next_bulletin, ("html", "pdf", "docx", "json")),
    Paper("monthly", "summary of the month", _monthly, ("html", "pdf", "docx", "xlsx", "json")),
    Paper("tasks", "tasks of the villages", _tasks, ("html", "pdf", "docx", "xlsx", "json")),
    Paper("evaluation", "evaluation", _evaluation, ("html", "pdf", "docx", "xlsx", "json")),
    Paper(RED_HEAD, "paper under the red head", issued_report, ("pdf", "docx", "json"), applies=has_red_head),
)


#: what the papers of single villages are asked for by
VILLAGE = "village"
ASKED_KINDS = (*(paper.asked_by for paper in ASKED), VILLAGE, COMPARISON)
"""What papers made when asked for are asked for by, in the order of writing."""


def asked_papers(run: Run) -> tuple[Paper, ...]:
    """Return the papers of a run that are made when asked for, those of single villages and other runs last."""
    own = (paper for paper in ASKED if paper.applies(run))
    return (*own, *village_papers(village_names(run)), *comparison_papers(run))


def village_papers(names: Sequence[str]) -> tuple[Paper, ...]:
    """Return a paper a village, its files numbered in the office's order: ``village.01.zh.pdf``."""
    formats = ("html", "pdf", "docx", "xlsx", "json")
    return tuple(
        Paper(f"{VILLAGE}.{at:02d}", "papers of the villages", partial(_village, name), formats, kind=VILLAGE,
              about=name)
        for at, name in enumerate(names, start=1)
    )  # fmt: skip


def kinds_meant(kinds: Sequence[str], about: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Return kinds as `chosen_papers` takes them: a paper about a place or another run goes by kind and name.

    Parameters
    ----------
    about : mapping, optional
        Kind -> places or runs that papers of it are asked for.

    Examples
    --------
    >>> kinds_meant(["board", "village"], {"village": ["a"]}), kinds_meant([], {"village": ["a", "b"]})
    (['board', 'village/a'], ['village/a', 'village/b'])
    >>> kinds_meant(["village"], {"village": [], "comparison": ["1ad64faad001"]})
    ['village', 'comparison/1ad64faad001']
    """
    named = about or {}
    kept = [kind for kind in kinds if not named.get(kind)]
    return [*kept, *(f"{kind}/{name}" for kind, names in named.items() for name in dict.fromkeys(names))]


def chosen_papers(papers: Sequence[Paper], kinds: Sequence[str]) -> tuple[Paper, ...]:
    """Return the papers of some kinds, in their own order; all of them where no kind is named.

    Parameters
    ----------
    kinds : sequence of str
        ``village/NAME`` is the paper of that village alone.

    Raises
    ------
    RunError
        With one fault for each kind and each village that is not known, and the nearest that is.
    """
    # in the order of writing, which is that of their weight
    if faults := [fault for kind in dict.fromkeys(kinds) if (fault := _kind_fault(kind, papers))]:
        raise RunError(faults)
    return tuple(
        paper
        for paper in papers
        if (not paper.by_name and (not kinds or paper.asked_by in kinds))
        or (paper.about and f"{paper.asked_by}/{paper.about}" in kinds)
    )


def _kind_fault(kind: str, papers: Sequence[Paper]) -> Fault | None:
    """Return what is wrong with a kind as it was asked for; None where nothing is."""
    asked, named, about = kind.partition("/")
    abouts = [paper.about for paper in papers if paper.asked_by == asked and paper.about]
    alone = all(paper.by_name for paper in papers if paper.asked_by == COMPARISON)
    if asked == COMPARISON and alone and not (named and abouts):
        return Fault("there is no run of another scenario to compare with",
                     remedy="plan another first: python3 workbench.py plan more_money")  # fmt: skip
    if named and abouts:
        return None if about in abouts else unknown_word_fault(*_unknown(asked, about, abouts))
    known = list(dict.fromkeys([*(paper.asked_by for paper in papers), COMPARISON]))
    return None if kind in known else unknown_word_fault("there is no kind of paper {value}", asked, known, "--kind")


def _unknown(asked: str, about: str, abouts: Sequence[str]) -> tuple[str, str, Sequence[str], str]:
    """Return what says that a paper of a kind is about nothing of this name, as `unknown_word_fault` takes it."""
    village = "there is no village {value} in the office's list"
    words, where = {
        COUNTIES: ("there is no county {value} in the office's list", "--county"),
        TOWNSHIPS: ("there is no township {value} in the office's list", "--township"),
        COMPARISON: ("{value} is no other run of this office", "--with"),
    }.get(asked, (village, "--village"))
    return words, about, abouts, where
