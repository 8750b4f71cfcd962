"""Every table of the ledger, in one place.

Responsible for names, kinds and keys. Not responsible for making the tables in a database (`sql_tables`), nor for
reading or writing them.
A household is its 户编号; money is whole fen; a month is ``yyyymm``; an empty text means "not known".
"""

from __future__ import annotations

from povlib.ledger.storage.table_spec import Column as Column
from povlib.ledger.storage.table_spec import Kind, make_spec, parse_columns
from povlib.ledger.storage.table_spec import Spec as Spec
from povlib.ledger.storage.village_tables import VILLAGE_SPECS
from povlib.words import text

VERSION = "1"

SPECS: tuple[Spec, ...] = (
    make_spec(
        "households",
        "household",
        "hh",
        "hh:text! village:text! attribute cause other_causes status exit_year:int identified_month:month livelihood"
        " housing_grade house_area_m2:real arable_mu:real forest_mu:real distance_km:real coop helper_assigned:bool"
        " objects:bool",
        "register",
    ),
    make_spec(
        "members",
        "member",
        "person",
        "person:text! hh:text! relation sex birth:month education school health labour workplace work_months:int"
        " medical_insurance:bool disability:bool minimum_living:bool on_card:bool",
        "register",
    ),
    make_spec("identity", "identity", "person kind", "person:text! kind:text! value:blob!"),
    make_spec(
        "observations",
        "obs",
        "month hh",
        "month:month! hh:text! wage_fen:fen business_fen:fen property_fen:fen one_off_fen:fen cost_fen:fen"
        " food:three clothing:three schooling:three medical:three housing:three water:three flag",
    ),
    make_spec("transfers", "obs_transfer", "month hh kind", "month:month! hh:text! kind:text! fen:fen!"),
    make_spec(
        "events",
        "event",
        "batch seq",
        "seq:int! entity:text! entity_id:text! field:text! valid_from:month value old_value kind reason",
        "once",
    ),
    make_spec(
        "support",
        "support_given",
        "id",
        "id:text! hh:text! person measure:text! from_month:month to_month:month fen:fen fund status",
    ),
    make_spec("marks", "mark", "hh month kind route person", "hh:text! month:month! kind:text! route person"),
    make_spec(
        "projects",
        "project",
        "project",
        "project:text! hh:text! kind grade cost_fen:fen status done_month:month",
    ),
    make_spec("project_items", "project_item", "project item", "project:text! item:text! qty:real unit unit_fen:fen"),
    make_spec("progress", "progress", "project week", "project:text! week:int! pct:real text photo_sha256"),
    # Houses: why one has not begun and which of the four ways is taken; bills by stage; photos; materials on credit;
    # cluster sites; and the inspection of one village by another. `day` is yyyymmdd, as `week` of progress is.
    make_spec(
        "dwellings",
        "dwelling",
        "hh",
        "hh:text! only_dwelling:three prior_benefit:three willing:three delay_cause way guarantor site plan_fits:three",
    ),
    make_spec(
        "bill_items",
        "bill_item",
        "project stage item",
        "project:text! stage:text! item:text! qty:real unit unit_fen:fen remark",
    ),
    make_spec(
        "project_schedules",
        "project_schedule",
        "project",
        "project:text! crew start_day:int planned_done_day:int done_day:int",
    ),
    make_spec(
        "house_photos",
        "house_photo",
        "project phase sha256",
        "project:text! phase:text! sha256:text! week:int file perceptual_hash",
    ),
    make_spec(
        "material_credits",
        "material_credit",
        "id",
        "id:text! hh:text! project guarantor:text! village:text! fen:fen! from_month:month! due_month:month!"
        " repaid_fen:fen status",
    ),
    make_spec(
        "building_sites",
        "building_site",
        "site",
        "site:text! village:text! lots:int cost_fen:fen status opened_month:month plan",
    ),
    make_spec(
        "inspection_rounds",
        "inspection_round",
        "round",
        "round:text! list:text! month:month! seed:text! seed_source:text! digest:text!",
    ),
    make_spec(
        "inspection_visits",
        "inspection_visit",
        "round village",
        "round:text! village:text! by_village:text! houses:int",
    ),
    make_spec(
        "inspection_findings",
        "inspection_finding",
        "round hh",
        "round:text! hh:text! village:text! by_village:text! by_officer:text! day:int finding:text! note photo_sha256",
    ),
    make_spec("list_entries", "list_entry", "list hh", "list:text! hh:text! listed:bool! day:int! reason before after"),
    make_spec(
        "objections",
        "objection",
        "id",
        "id:text! list hh subject day:int! officer:text! due_day:int! answer answered_day:int",
    ),
    make_spec(
        "posts",
        "post",
        "post",
        "post:text! employer place village wage_fen:fen slots:int from_month:month to_month:month",
    ),
    make_spec(
        "placements",
        "placement",
        "post person from_month",
        "post:text! person:text! hh:text! employer place from_month:month! to_month:month route",
    ),
    make_spec(
        "inspections",
        "inspection",
        "id",
        "id:text! village:text! month:month list_checked by_village:text! by_officer finding photo_sha256",
    ),
    make_spec(
        "village_income", "village_income", "village month source", "village:text! month:month! source:text! fen:fen!"
    ),
    *VILLAGE_SPECS,
    # What a form asks and no column holds: a question added to the form needs no change of any table.
    make_spec(
        "answers",
        "answer",
        "entity entity_id field",
        "entity:text! entity_id:text! hh:text! field:text! value",
    ),
    make_spec("claims", "claim", "document key", "document:text! key:text! stated definition"),
    make_spec(
        "promises",
        "promise",
        "id",
        "id:text! run:text! kind:text! hh village key package p:real! p0:real lo:real hi:real due_month:month!",
        "once",
        data=False,
    ),
    make_spec(
        "promise_scores",
        "promise_score",
        "promise",
        "promise:text! outcome:real outcome_lo:real outcome_hi:real delivered basis",
        data=False,
    ),
    make_spec("approvals", "approval", "run", "run:text! decision:text! plan_sha256", data=False),
    make_spec("accounts", "account", "id", "id:text! kind:text! fund:text! year:int!", "once", data=False),
    make_spec(
        "txns",
        "txn",
        "id",
        "id:text! date:text! kind:text! fund:text! run hh village measure reverses memo",
        "once",
        data=False,
    ),
    make_spec("postings", "posting", "txn account", "txn:text! account:text! fen:fen!", "once", data=False),
    make_spec("closings", "closing", "month", "month:month! as_of:int! digest:text!", data=False),
    make_spec("decisions", "decision", "id", "id:text! kind:text! left_id right_id verdict:text! note", data=False),
    # What the office decided by hand for a household, and what the household itself asked for or refused.
    make_spec(
        "household_decisions",
        "household_decision",
        "hh voice subject",
        "hh:text! voice:text! subject verdict:text! package run until:month decided_by:text! reason:text! answer reply",
        data=False,
    ),
    # The household's voice: when the list of a plan hung, and what households said of it or of a measure, each with
    # its day, its deadline and its answer. Days are yyyymmdd.
    make_spec(
        "plan_postings",
        "plan_posting",
        "run posted_day",
        "run:text! posted_day:int! days:int! officer:text! taken_down_day:int reason",
        data=False,
    ),
    make_spec(
        "household_words",
        "household_word",
        "id",
        "id:text! hh kind:text! run subject about words:text! day:int! officer:text! said_by due_day:int answer outcome"
        " answered_day:int answered_by",
        data=False,
    ),
    make_spec("accesses", "access", "batch person field", "person:text! field:text! purpose:text!", "once", data=False),
    make_spec("erasures", "erasure", "person", "person:text! kinds:int! legal_basis:text!", "once", data=False),
    # batches that did not agree with the chain and were taken out of it: which, and the digest of what lies aside
    make_spec(
        "set_asides",
        "set_aside",
        "id",
        "id:text! first_batch:int! last_batch:int! rows:int! digest:text! head:text!",
        "once",
        data=False,
    ),
)

BY_FRAME = {spec.frame: spec for spec in SPECS}


def kind_in_words(kind: Kind) -> str:
    """Return what a value of a kind is, in the language in use."""
    words = {
        "int": text("a whole number"),
        "fen": text("an amount of money"),
        "month": text("a month"),
        "bool": text("yes or no (1 or 0)"),
        "three": text("yes, no (1 or 0) or not known"),
        "real": text("a number"),
        "text": text("a text"),
        "blob": text("sealed bytes"),
    }
    return words[kind]


BY_TABLE = {spec.table: spec for spec in SPECS}
# Tables that ledgers made before them lack: they are added when such a ledger is opened.
ADDED_LATER = (
    "answer",
    "household_decision",
    "set_aside",
    "quarantine",
    "dwelling",
    "bill_item",
    "project_schedule",
    "house_photo",
    "material_credit",
    "building_site",
    "inspection_round",
    "inspection_visit",
    "inspection_finding",
    "list_entry",
    "objection",
    "plan_posting",
    "household_word",
    *(spec.table for spec in VILLAGE_SPECS),
)

META = parse_columns("key:text! value:text!")
BATCH = parse_columns(
    "id:int! recorded_at:text! kind:text! officer role source_name source_sha256 rules_sha256 month:month reason"
    " rows:int! prev_hash:text! hash:text!"
)
DIGEST = parse_columns("batch:int! tbl:text! rows:int! digest:text!")
SALT = parse_columns("batch:int! tbl:text! salt:text!")
PERSON_KEY = parse_columns("person:text! wrapped:blob!")
IDENTITY_MATCH = parse_columns("person:text! kind:text! id_hmac:text! batch:int!")
# rows set aside, word for word, as JSON; their digest stands in the record of the setting aside
QUARANTINE = parse_columns("aside:text! tbl:text! of_batch:int! seq:int! content:text!")

TABLES: dict[str, tuple[tuple[str, ...], tuple[Column, ...]]] = {
    **{spec.table: (spec.primary_key, spec.stored) for spec in SPECS},
    "meta": (("key",), META),
    "batch": (("id",), BATCH),
    "digest": (("batch", "tbl"), DIGEST),
    "quarantine": (("aside", "tbl", "seq"), QUARANTINE),
    # The three below are outside the chain, and rows may be deleted: that is what lawful erasure does.
    "salt": (("batch", "tbl"), SALT),
    "person_key": (("person",), PERSON_KEY),
    "identity_match": (("person", "kind", "batch"), IDENTITY_MATCH),
}
"""Primary key and stored columns of every table, those of `SPECS` first."""

DELETABLE = ("salt", "person_key", "identity_match")
