"""A notebook opened with whatever its parameters now are: by papermill, by a scheduler, or by hand.

Responsible for refusing, in the first cell after the parameters, every name and value that the notebook does not know:
tools that put parameters in check neither. Not responsible for the run itself (`povlib.runs.run_folders`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from typing import Any

from povlib.errors import Fault, ParameterError, WorkbenchError, nearest_word, unknown_word_fault
from povlib.places import NOTEBOOKS
from povlib.runs.notebooks.parameters import cast_parameters, notebook_parameters, unknown_parameter_fault
from povlib.runs.office.parameter_check import changes_in_words, check_parameters
from povlib.runs.run import Run
from povlib.runs.run_folders import current_office, open_run
from povlib.words import languages

#: what a parameter can be when a tool writes it into a cell; modules, functions and frames are nobody's parameter
_WRITTEN = (str, int, float, bool, list, dict, tuple, type(None))
#: names that Python and IPython put into every notebook
_OWN = {"In", "Out"}
#: the parameters a notebook was opened with, left in its namespace: from then on other names are the reader's own
_OPENED = "_opened_notebook"


def check_notebook(name: str, namespace: MutableMapping[str, Any]) -> dict[str, Any]:
    """Return a notebook's parameters as they stand in its cells, having refused what it does not know.

    To be called in the first cell after the parameters, as ``check_notebook("06_allocation", globals())``, before any
    other name is imported: a name given by mistake would be lost under an import of the same name. When it
    is called again later, other names of the reader's own are let be, unless one is near the name of a parameter.

    Parameters
    ----------
    name : str
        Name of one of the workbench's notebooks, without ending.
    namespace : mutable mapping
        ``globals()`` of the notebook.

    Raises
    ------
    ParameterError
        Every unknown name, wrong type, unknown language, scenario or changed key, all at once.

    Examples
    --------
    >>> from povlib.words import language_in_use
    >>> asked = {"run": "", "scenario": "base", "changes": "", "lang": "en", "scenrio": "base"}
    >>> with language_in_use("en"):
    ...     try:
    ...         check_notebook("06_allocation", asked)
    ...     except ParameterError as error:
    ...         print(str(error).split(" Allowed")[0])
    06_allocation.ipynb: the notebook has no parameter scenrio
    """
    path = NOTEBOOKS / f"{name}.ipynb"
    declared = notebook_parameters(path)
    faults = [unknown_parameter_fault(path, other) for other in _unknown_names(namespace, declared)]
    absent = [key for key in declared if key not in namespace]
    faults += [
        Fault(
            "the parameters cell does not set {name}", path.name, "",
            "put the line back, restart the kernel and run all cells", {"name": key},
        )
        for key in absent
    ]  # fmt: skip
    asked = {key: namespace[key] for key in declared if key not in absent}
    # a cell run a second time finds the run itself under the name of the parameter it was opened by
    if isinstance(asked.get("run"), Run):
        asked["run"] = namespace[_OPENED]["run"]
    checked, wrong = cast_parameters(path, asked)
    # a kernel is the notebook's own: what is refused from here on, now or in a later cell, is said in its language
    if checked.get("lang") in languages() and "get_ipython" in namespace:
        os.environ["POVLIB_LANG"] = checked["lang"]
    faults += wrong + _value_faults(path.name, checked)
    if faults:
        raise ParameterError(faults)
    namespace[_OPENED] = checked
    return checked


def open_notebook(name: str, namespace: MutableMapping[str, Any]) -> Run:
    """Return the run that a notebook's parameters ask for, having refused what the notebook does not know.

    Parameters
    ----------
    name : str
        Name of one of the workbench's notebooks, without ending.
    namespace : mutable mapping
        ``globals()`` of the notebook.

    Raises
    ------
    ParameterError
        As `check_notebook`.
    RunError
        If there is no such run.
    """
    asked = check_notebook(name, namespace)
    return open_run(asked["run"], asked["scenario"], asked["changes"])


def _unknown_names(namespace: Mapping[str, Any], declared: Mapping[str, Any]) -> list[str]:
    """Return the names that somebody meant as parameters, in the order in which they were set."""
    shell = namespace.get("get_ipython")
    # what start-up files of the reader's own put there is hidden by IPython from its lists of variables
    known = {*declared, *_OWN, _OPENED, *(shell().user_ns_hidden if callable(shell) else ())}
    names = [name for name, value in namespace.items() if name not in known and isinstance(value, _WRITTEN)]
    # names with an underscore in front are mostly IPython's own record of cells and answers
    own = _OPENED in namespace
    return [name for name in names if not (own or name.startswith("_")) or _is_near(name, declared)]


def _is_near(name: str, declared: Mapping[str, Any]) -> bool:
    # Python writes its own between two pairs of them
    return not (name.startswith("__") and name.endswith("__")) and bool(nearest_word(name.strip("_"), declared))


def _value_faults(where: str, asked: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with values of the right type: a language, a scenario or a change nobody knows."""
    faults = []
    lang = asked.get("lang", "")
    if lang and lang not in languages():
        faults.append(unknown_word_fault("there is no language {value}", lang, languages(), f"{where}: lang"))
    if "scenario" not in asked or "changes" not in asked:
        return faults
    if asked.get("run"):
        return faults + _idle_faults(where, asked)
    changes: dict[str, str] = {}
    try:
        changes = changes_in_words(asked["changes"])
    except WorkbenchError as error:
        faults += error.faults
    try:
        check_parameters(current_office(), asked["scenario"], changes)
    except WorkbenchError as error:
        faults += error.faults
    return faults


def _idle_faults(where: str, asked: Mapping[str, Any]) -> list[Fault]:
    """Return what is asked for beside a named run, which has its own scenario and changes: it would be ignored."""
    defaults = {"scenario": "base", "changes": ""}
    return [
        Fault(
            "a run is named, so {name} = {value} would change nothing", where, "",
            "name a run, or a scenario with changes; not both", {"name": key, "value": repr(asked[key])},
        )
        for key, default in defaults.items()
        if asked[key] != default
    ]  # fmt: skip
