"""What the ledger calls the state of a measure, of works on a house, and the ways out: labels by role."""

from __future__ import annotations

from functools import cache

from povlib.params.tables import table


@cache
def help_planned() -> str:
    """Return the ledger's label for help that is only planned."""
    return table("support_status").the_one_with_role("planned")


@cache
def help_running() -> str:
    """Return the ledger's label for help that is being given."""
    return table("support_status").the_one_with_role("running")


@cache
def help_finished() -> str:
    """Return the ledger's label for help that was given in full."""
    return table("support_status").the_one_with_role("finished")


@cache
def help_ended() -> tuple[str, ...]:
    """Return the ledger's labels for help that runs no longer: finished, or stopped early.

    Examples
    --------
    >>> help_ended()
    ('已完成', '已终止')
    """
    return table("support_status").with_role("ended")


@cache
def help_not_given() -> tuple[str, ...]:
    """Return the ledger's labels for help that was never begun: planned, not carried out, called off."""
    return table("support_status").with_role("not_given")


@cache
def works_not_started() -> str:
    """Return the ledger's label for works on a house that have not begun."""
    return table("project_status").the_one_with_role("not_started")


@cache
def works_under_way() -> str:
    """Return the ledger's label for works on a house that have begun and are not finished."""
    return table("project_status").the_one_with_role("under_way")


@cache
def works_finished() -> str:
    """Return the ledger's label for works on a house that are finished."""
    return table("project_status").the_one_with_role("finished")


@cache
def route_by_local_job() -> str:
    """Return the ledger's label for the route of exit by a job in the township."""
    return table("route").the_one_with_role("local_job")


@cache
def route_by_enterprise_job() -> str:
    """Return the ledger's label for the route of exit by a job with the helper enterprise."""
    return table("route").the_one_with_role("enterprise_job")


@cache
def route_by_cattle() -> str:
    """Return the ledger's label for the route of exit by the cattle co-operative."""
    return table("route").the_one_with_role("cattle")
