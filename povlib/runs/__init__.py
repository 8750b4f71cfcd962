"""How was it made? Runs: begun from what the ledger knows, computed once, executed, printed, verified.

Responsible for offices, run folders, notebooks, papers and manifests, and for what becomes of a run
(approval, scoring). Not responsible for any figure.
"""

from typing import TYPE_CHECKING

from povlib.names_on_demand import import_on_demand

if TYPE_CHECKING:
    from povlib.runs.comparison.comparison_paper import comparison_page, write_comparison
    from povlib.runs.completion import complete, headline_figures, number_of_stages
    from povlib.runs.facts.household_history import history_page, household_history, write_history
    from povlib.runs.facts.kinds.promises_in_full import PromiseRecord, promise_record
    from povlib.runs.facts.proposal import planned_households
    from povlib.runs.facts.villages.plan_sources import plan_sources
    from povlib.runs.notebook_pages import (
        bulletin_page,
        exits_view,
        horizon_page,
        housing_page,
        impact_page,
        ledger_page,
        meeting_page,
        performance_page,
        poverty_page,
        villages_page,
    )
    from povlib.runs.notebooks.opened_notebook import check_notebook, open_notebook
    from povlib.runs.office.exit_steps import procedure_of, record_step
    from povlib.runs.office.office_place import (
        Place,
        find_office,
        new_office,
        open_book,
        photo_store,
        sample_office,
    )
    from povlib.runs.office.parameter_check import check_parameters, parsed_changes
    from povlib.runs.office.plan_movements import plan_movements
    from povlib.runs.office.promise_keeping import approve_run, close_month, open_money, replaced_runs, withdraw_run
    from povlib.runs.office.year_after import write_year_after
    from povlib.runs.papers import has_papers, paper_files, papers_folder, write_papers
    from povlib.runs.questions.closing_questions import closing, closing_cost, what_closes
    from povlib.runs.questions.house_capacity import openings, try_crew
    from povlib.runs.questions.household_questions import (
        bad_years,
        chance_of_exits,
        evidence_of,
        household_asked,
        household_by_rule,
        household_options,
        judged_claims,
        measure_asked,
        plan_under,
        rows_behind,
        with_another_prior,
    )
    from povlib.runs.questions.register_questions import (
        contradicting_records,
        households_near_line,
        houses,
        judged_otherwise,
        village_asked,
        waiting_houses,
    )
    from povlib.runs.questions.trial import (
        Trial,
        changed_households,
        dearest_resource,
        figures_beside,
        try_capacity,
        try_changes,
    )
    from povlib.runs.questions.village_questions import (
        households_of_source,
        posts_held,
        routes_of_households,
        source_asked,
        sources,
    )
    from povlib.runs.questions.what_if import number_of_questions, whatif_page, write_whatif
    from povlib.runs.routine.monthly_work import MonthlyAnswer, MonthlyOrder, do_months_work, foreseen_work
    from povlib.runs.routine.recent_runs import RecentRun, recent_runs
    from povlib.runs.routine.start_page import StartPage, start_page
    from povlib.runs.run import Run
    from povlib.runs.run_folders import begin, find_run, is_finished, open_run
    from povlib.runs.storage.artefacts import Bundle
    from povlib.runs.sweeps.sweep import sweep
    from povlib.runs.verification import Verification, verify_run

__all__ = [
    "Bundle",
    "MonthlyAnswer",
    "MonthlyOrder",
    "Place",
    "PromiseRecord",
    "RecentRun",
    "Run",
    "StartPage",
    "Trial",
    "Verification",
    "approve_run",
    "bad_years",
    "begin",
    "bulletin_page",
    "chance_of_exits",
    "changed_households",
    "check_notebook",
    "check_parameters",
    "close_month",
    "closing",
    "closing_cost",
    "comparison_page",
    "complete",
    "contradicting_records",
    "dearest_resource",
    "do_months_work",
    "evidence_of",
    "exits_view",
    "figures_beside",
    "find_office",
    "find_run",
    "foreseen_work",
    "has_papers",
    "headline_figures",
    "history_page",
    "horizon_page",
    "household_asked",
    "household_by_rule",
    "household_history",
    "household_options",
    "households_near_line",
    "households_of_source",
    "houses",
    "housing_page",
    "impact_page",
    "is_finished",
    "judged_claims",
    "judged_otherwise",
    "ledger_page",
    "measure_asked",
    "meeting_page",
    "new_office",
    "number_of_questions",
    "number_of_stages",
    "open_book",
    "open_money",
    "open_notebook",
    "open_run",
    "openings",
    "paper_files",
    "papers_folder",
    "parsed_changes",
    "performance_page",
    "photo_store",
    "plan_movements",
    "plan_sources",
    "plan_under",
    "planned_households",
    "posts_held",
    "poverty_page",
    "procedure_of",
    "promise_record",
    "recent_runs",
    "record_step",
    "replaced_runs",
    "routes_of_households",
    "rows_behind",
    "sample_office",
    "source_asked",
    "sources",
    "start_page",
    "sweep",
    "try_capacity",
    "try_changes",
    "try_crew",
    "verify_run",
    "village_asked",
    "villages_page",
    "waiting_houses",
    "what_closes",
    "whatif_page",
    "with_another_prior",
    "withdraw_run",
    "write_comparison",
    "write_history",
    "write_papers",
    "write_whatif",
    "write_year_after",
]

import_on_demand(__name__)
