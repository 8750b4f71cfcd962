"""The word about the papers of a plan: report.

Responsible for which papers are meant. Not responsible for writing them (`povlib.runs.papers`) nor for plans and
approvals (`povlib.cli.planning`).
"""

from __future__ import annotations

import argparse
from functools import partial
from typing import TYPE_CHECKING

from povlib.cli.interruption import kept_when_interrupted
from povlib.cli.planning import kept_words, paper_bar
from povlib.cli.terminal import print_paths, progress_bar
from povlib.cli.word import RUN, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run
from povlib.words import language, languages

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


def report(options: argparse.Namespace) -> int:
    """Write papers of a run again, in one language or in every one: all of them, or those of the kinds named."""
    if not options.every_language:
        return _report(options, None)
    from povlib.runs.side_processes import number_of_cores, side_processes

    count = min(len(languages()), number_of_cores()) - 1
    if not count:
        return _report(options, None)
    # begun before the run is opened: they import meanwhile
    with side_processes(count, loads="povlib.runs.papers_in_languages") as pool:
        return _report(options, pool)


def _report(options: argparse.Namespace, beside: ProcessPoolExecutor | None) -> int:
    made = chosen_run(options, chosen_place(options))
    from povlib.runs import complete, find_run, number_of_stages, write_papers
    from povlib.runs.area.area_papers import ANNEXES, COUNTIES, TOWNSHIPS
    from povlib.runs.asked_papers import VILLAGE, chosen_papers, kinds_meant
    from povlib.runs.paper_folder import COMPARISON
    from povlib.runs.papers import all_papers, papers_there
    from povlib.runs.papers_in_languages import write_papers_in_languages
    from povlib.runs.red_head import refuse_unissued

    others = [find_run(word, chosen_place(options)).info.run_id for word in _parted(options.beside)]
    kinds = kinds_meant(
        _parted(options.kind),
        {
            # of a plan by parts a village has an annex, of a township's plan a paper
            ANNEXES if made.is_by_parts else VILLAGE: _parted(options.village),
            COUNTIES: _parted(options.county),
            TOWNSHIPS: _parted(options.township),
            COMPARISON: others,
        },
    )
    refuse_unissued(made, kinds)
    if made.is_by_parts and not kinds:
        # not all that could be written: a paper for each of some hundred townships is a question of its own
        papers, asked = papers_there(made, language()), None
    else:
        papers, asked = chosen_papers(all_papers(made), kinds), kinds
    if not made.has_papers:  # a point of a sweep: its papers and notebooks are made now, with the run
        with kept_when_interrupted(partial(kept_words, made)), progress_bar(number_of_stages(made)) as bar:
            made = complete(made, language(), bar)
    with paper_bar(len({paper.title for paper in papers})) as bar:
        if options.every_language or made.is_by_parts:
            others = [lang for lang in languages() if lang != language() and options.every_language]
            print_paths(write_papers_in_languages(made, (language(), *others), bar, asked, beside))
        else:
            print_paths(write_papers(made, language(), bar, papers))
    fund = next(iter(made.catalogue.funds))
    options.then = (
        f"voice post {made.info.run_id} --officer OFFICER"
        if made.is_by_parts
        else f"plan {made.info.scenario} --set funds.{fund}.amount_yuan=+20%"
    )
    return 0


def _parted(words: list[str]) -> list[str]:
    """Return what was typed after an option, once or several times, parted by commas of either script."""
    return [word for said in words for word in said.replace("，", ",").split(",") if word]


_KIND = argument(
    "--kind",
    "papers of these kinds alone, parted by commas (default: all; of a plan by parts the paper of the office and those "
    "asked for before). A plan by parts has --kind counties and --kind townships (a meeting paper each), --kind "
    "annexes (a list of every household for each village), --kind households (the same in a workbook a part)",
    "KIND[,KIND]",
    action="append",
    default=[],
)
_VILLAGE = argument(
    "--village",
    "the papers of these villages, parted by commas (default with --kind village: all); of a plan by parts their "
    "annexes",
    "NAME[,NAME]",
    action="append",
    default=[],
)
_COUNTY = argument(
    "--county",
    "the papers of these counties of a plan by parts, parted by commas (default with --kind counties: all)",
    "NAME[,NAME]",
    action="append",
    default=[],
)
_TOWNSHIP = argument(
    "--township",
    "the papers of these townships of a plan by parts, parted by commas (default with --kind townships: all)",
    "NAME[,NAME]",
    action="append",
    default=[],
)
_BESIDE = argument(
    "--with",
    "compare with this run (default with --kind comparison: the latest of another scenario)",
    "RUN",
    dest="beside",
    action="append",
    default=[],
)

WORDS = (
    Word(
        "report",
        "write the papers of a run again",
        report,
        (
            RUN,
            _KIND,
            _VILLAGE,
            _COUNTY,
            _TOWNSHIP,
            _BESIDE,
            switch("--every-language", "in every language, all at the same time"),
        ),
        then="verify {run}",
    ),
)
