"""A file of parameters that is one record: read, typed and held against its own rules, all faults of a step at once.

Responsible for taking the project's file where a folder has none. Not responsible for what one file's rules are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from povlib.errors import Fault, ParameterError
from povlib.params.reading import read_yaml
from povlib.params.wording import faults_of
from povlib.places import PARAMS

Record = TypeVar("Record", bound=BaseModel)


def whole_file(
    folder: Path | str, name: str, record: type[Record], own_faults: Callable[[Record], Iterable[Fault]]
) -> Record:
    """Return a file of a folder of parameters, or the project's where the folder has none, as a record.

    Parameters
    ----------
    folder : path
    name : str
        Of the file.
    record : type
        What it is to be.
    own_faults : callable
        Called with the record; what is wrong between its values.

    Raises
    ------
    ParameterError
        If the file cannot be read, a value is none that can stand there, or `own_faults` finds something.

    Examples
    --------
    >>> class Any(BaseModel, extra="ignore"):
    ...     share: float
    >>> whole_file("no folder", "inspection.yaml", Any, lambda found: [])
    Any(share=0.02)
    """
    path = Path(folder) / name
    document = read_yaml(path if path.exists() else PARAMS / name)
    try:
        found = record.model_validate(document.values)
    except ValidationError as error:
        raise ParameterError(faults_of(error, record, lambda at: document.where(at))) from None
    if faults := list(own_faults(found)):
        raise ParameterError(faults)
    return found
