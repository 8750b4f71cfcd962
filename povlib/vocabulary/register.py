"""What the register calls a household, a person and a house: labels by role, from ``data/tables``.

Each function answers with the label or labels that the ledger stores. Not responsible for help and works
(`povlib.vocabulary.help_and_works`).
"""

from __future__ import annotations

from functools import cache

from povlib.params.tables import table


@cache
def registered_statuses() -> tuple[str, ...]:
    """Return the statuses of households that count as registered poor.

    Examples
    --------
    >>> registered_statuses()
    ('未脱贫', '预脱贫', '返贫')
    """
    return table("status").with_role("registered_poor")


@cache
def exited_status() -> str:
    """Return the status of a household that has left the register."""
    return table("status").the_one_with_role("exited")


@cache
def returned_status() -> str:
    """Return the status (and the mark) of a household that came back to the register after its exit."""
    return table("status").the_one_with_role("returned")


@cache
def marked_for_exit() -> str:
    """Return the status, and the kind of mark, of a household that the township means to let exit."""
    return table("status").the_one_with_role("marked_for_exit")


@cache
def head_of_household() -> str:
    """Return the relation of the head."""
    return table("relation").the_one_with_role("head")


@cache
def spouse_of_head() -> str:
    """Return the relation of the head's spouse."""
    return table("relation").the_one_with_role("spouse")


@cache
def sex_label(*, male: bool) -> str:
    """Return how the ledger writes a sex.

    Examples
    --------
    >>> sex_label(male=True), sex_label(male=False)
    ('男', '女')
    """
    return table("sex").the_one_with_role("male" if male else "female")


@cache
def labour_by_rank() -> tuple[str, ...]:
    """Return the labels of persons with labour, the strongest first.

    Examples
    --------
    >>> labour_by_rank()
    ('技能劳动力', '普通劳动力', '弱劳动力或半劳动力')
    """
    labour = table("labour")
    return tuple(labour.the_one_with_role(f"{rank}_labour") for rank in ("skilled", "ordinary", "weak"))


@cache
def without_labour() -> tuple[str, ...]:
    """Return the labels of persons who cannot work."""
    return table("labour").with_role("without_labour")


@cache
def disabled_label() -> str:
    """Return how the state of health of a disabled person is written."""
    return table("health").the_one_with_role("disabled")


@cache
def healthy_label() -> str:
    """Return how the state of health of somebody who is well is written."""
    return table("health").the_one_with_role("healthy")


@cache
def unsafe_grades() -> tuple[str, ...]:
    """Return the grades of houses that nobody should live in, no house at all included.

    Examples
    --------
    >>> unsafe_grades()
    ('C', 'D', '无房')
    """
    return table("housing_grade").with_role("unsafe")


@cache
def no_house() -> str:
    """Return the grade of a household without a house."""
    return table("housing_grade").the_one_with_role("no_house")


@cache
def livelihood_by_wages() -> str:
    """Return the livelihood of a household that lives on wages."""
    return table("livelihood").the_one_with_role("wages")


@cache
def local_workplace() -> str:
    """Return the workplace inside the township; every other one is away from home.

    Examples
    --------
    >>> local_workplace()
    '乡镇内'
    """
    return table("workplace").the_one_with_role("local")


@cache
def hardship_attributes() -> tuple[str, ...]:
    """Return the attributes of households in extreme hardship (特困), who work in no post away from home.

    Examples
    --------
    >>> hardship_attributes()
    ('五保户', '特困供养脱贫户')
    """
    return table("attribute").with_role("hardship")
