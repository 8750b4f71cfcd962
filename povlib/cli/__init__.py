"""The command line: words in, rooms called, words out.

Responsible for parsing, progress bars, exit codes and turning every error into plain words.
Not responsible for any computation. Exit codes: 0 done, 1 checked and found wanting, 2 the input
must be mended, 3 a fault of the workbench itself, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from povlib.cli.interruption import EXIT_CODE, say_what_is_kept
from povlib.cli.signs_of_life import say_what_runs
from povlib.cli.word import SAMPLE, next_step, typeable
from povlib.errors import WorkbenchError
from povlib.words import language_in_use, text

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the words say and return the exit code.

    Examples
    --------
    >>> main(["--lang", "en", "verify", "no-such-run", "--office", "nowhere"])
    2
    """
    # before numpy is loaded: sums in one order whatever the machine, and no thread waits for another
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from povlib.cli.parser import parse_words

    options = parse_words(arguments)
    with language_in_use(options.lang), _files_of_one_account(), _warnings_shown():
        try:
            say_what_runs(options.doing)
            code: int = options.command(options)
            _print_next_step(options, code)
            return code
        except WorkbenchError as fault:
            print("✗ " + typeable(fault.show(), getattr(options, "office", SAMPLE)), file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            say_what_is_kept()
            return EXIT_CODE
        # `povlib history ... | head`: whoever reads has seen enough
        except BrokenPipeError:
            return 0
        except Exception as fault:
            cause = _operating_system_error(fault)
            return _report_fault(fault) if cause is None else _explain_os_error(cause)


@contextmanager
def _files_of_one_account() -> Iterator[None]:
    """Make every new file readable by its own account alone: nearly all of them hold what a village told."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _warnings_shown() -> Iterator[None]:
    """Print what the rooms warn of, such as clocks that disagree, beside the answer and not in it."""
    import logging

    class Shown(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            print("! " + record.getMessage(), file=sys.stderr)

    handler = Shown(logging.WARNING)
    logger = logging.getLogger("povlib")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _print_next_step(options: argparse.Namespace, code: int) -> None:
    """Print, last of all, the command that a planner would type next; what failed has said so in its own words."""
    if code in (0, 1) and (command := next_step(options)):
        # what another program reads holds the answer and nothing else
        read_by_a_program = getattr(options, "json", False) or getattr(options, "bare", False)
        print(text("Next: {command}", command=command), file=sys.stderr if read_by_a_program else sys.stdout)


def _operating_system_error(fault: BaseException | None) -> OSError | None:
    """Return the operating system's error behind a fault, however deeply wrapped; None when there is none."""
    while fault is not None:
        for found in (fault, *fault.args):
            if isinstance(found, OSError) and found.errno is not None:
                return found
        fault = fault.__cause__ or fault.__context__
    return None


def _explain_os_error(fault: OSError) -> int:
    import errno

    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        sys.unraisablehook = lambda _: None  # half-written archives complain once more when they are dropped
        print("✗ " + text("The disk is full. Free some space and run again; nothing was half done."), file=sys.stderr)
        return 2
    if fault.errno == errno.EROFS:
        words = text(
            "{file} lies where nothing may be written: there an office can be read and checked, not worked in. "
            "Copy its folder to a disk of your own first.",
            file=fault.filename,
        )
        print("✗ " + words, file=sys.stderr)
        return 2
    if fault.errno in (errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.EEXIST):
        words = text("{file} may not be read or written; check what it is and who owns it.", file=fault.filename)
        print("✗ " + words, file=sys.stderr)
        return 2
    if fault.errno == errno.ENOENT:
        print("✗ " + text("There is no file {file}.", file=fault.filename), file=sys.stderr)
        return 2
    return _report_fault(fault)


def _report_fault(fault: Exception) -> int:
    """Say that it is our fault; where, but never the values, which may be personal."""
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    place = f"{type(fault).__name__} {frame.name}:{frame.lineno}"
    print(
        "✗ " + text("A fault of the workbench itself ({place}). Nothing was half done; please report it.", place=place),
        file=sys.stderr,
    )
    if os.environ.get("POVLIB_DEBUG"):
        traceback.print_exception(fault)
    return 3
