"""Tables of work, co-ops and one village one product.

Responsible for the names, keys and columns of what a township records of its enterprises, co-ops, contracts, workers
and helpers. Not responsible for what may be said in them (`povlib.ledger.village_rows`, `povlib.intake.checks`).

Co-ops, enterprises, contracts and helpers go by short names in the office's own words (立春养牛专业合作社, 乐北-干部2):
none is a person's name. Days (`day`, `week`: a Monday) are ``yyyymmdd``. Columns that hold codes store the key of the
list in ``data/tables``.
"""

from __future__ import annotations

from povlib.ledger.storage.table_spec import Spec, make_spec

VILLAGE_SPECS: tuple[Spec, ...] = (
    make_spec(
        "enterprises",
        "enterprise",
        "enterprise",
        "enterprise:text! village kind level brand status from_month:month",
    ),
    make_spec(
        "enterprise_outputs",
        "enterprise_output",
        "enterprise product year",
        "enterprise:text! product:text! year:int! output:real unit sales_fen:fen workers:int poor_workers:int",
    ),
    make_spec(
        "enterprise_help",
        "enterprise_help",
        "id",
        "id:text! enterprise:text! kind:text! month:month! fen:fen fund posts_promised:int"
        " posts_opened:int status note",
    ),
    make_spec(
        "coops",
        "coop",
        "coop",
        "coop:text! village:text! kind product founded_month:month registered_month:month members:int"
        " poor_members:int enterprise status offtake_contract site",
    ),
    make_spec(
        "coop_stakes",
        "coop_stake",
        "coop stake",
        "coop:text! stake:text! hh:text! kind:text! fen:fen! from_month:month! to_month:month loan floor_fen:fen",
    ),
    make_spec(
        "loans",
        "loan",
        "loan",
        "loan:text! borrower_kind:text! borrower:text! hh used_by fen:fen! from_month:month!"
        " due_month:month! rate_percent:real lender repaid_fen:fen status",
    ),
    make_spec(
        "coop_entries",
        "coop_entry",
        "coop entry line",
        "coop:text! entry:text! line:int! month:month! account:text! hh fen:fen! memo",
    ),
    make_spec(
        "bases",
        "base",
        "base",
        "base:text! coop enterprise village:text! product:text! area_mu:real heads:int jobs:int"
        " status from_month:month",
    ),
    make_spec(
        "village_practices",
        "village_practice",
        "village month practice",
        "village:text! month:month! practice:text! measure words",
    ),
    make_spec(
        "village_products",
        "village_product",
        "village product year",
        "village:text! product:text! year:int! households:int area_mu:real heads:int output:real unit"
        " price_fen:fen sold:real brand",
    ),
    make_spec(
        "sale_contracts",
        "sale_contract",
        "contract",
        "contract:text! partner:text! product:text! unit quantity:real! floor_fen:fen"
        " from_month:month! to_month:month! kind status",
    ),
    make_spec(
        "contract_shares",
        "contract_share",
        "contract hh",
        "contract:text! hh:text! quantity:real! capacity:real months",
    ),
    make_spec(
        "contract_schedules",
        "contract_schedule",
        "contract month",
        "contract:text! month:month! quantity:real!",
    ),
    make_spec(
        "deliveries",
        "delivery",
        "contract delivery",
        "contract:text! delivery:text! hh:text! day:int! quantity:real! fen:fen mortality:real",
    ),
    make_spec(
        "job_fairs",
        "job_fair",
        "fair employer post",
        "fair:text! employer:text! post:text! day:int! place offered:int taken:int",
    ),
    make_spec(
        "village_services",
        "village_service",
        "service month",
        "service:text! kind:text! provider partner village month:month! quantity:real unit fen:fen",
    ),
    make_spec(
        "post_terms",
        "post_term",
        "post",
        "post:text! hours_per_week:real distance_km:real least_age:int most_age:int sex skill"
        " least_labour health_barred kind",
    ),
    make_spec(
        "workers",
        "worker",
        "person",
        "person:text! hh:text! skill caring:three wish wish_place available:three from_month:month most_km:real",
    ),
    make_spec(
        "placement_ends",
        "placement_end",
        "post person from_month",
        "post:text! person:text! hh:text! from_month:month! end_month:month! reason:text!",
    ),
    make_spec(
        "shifts",
        "shift",
        "base week person",
        "base:text! week:int! person:text! hh:text! days:int!",
    ),
    make_spec(
        "helpers",
        "helper",
        "helper",
        "helper:text! unit village home_village capacity:int kind status",
    ),
    make_spec(
        "helper_kin",
        "helper_kin",
        "helper hh",
        "helper:text! hh:text! relation",
    ),
    make_spec(
        "helper_assignments",
        "helper_assignment",
        "helper hh",
        "helper:text! hh:text! from_month:month! to_month:month",
    ),
    make_spec(
        "relief_payments",
        "relief_payment",
        "payment",
        "payment:text! hh:text! measure:text! for_month:month! day:int! fen:fen!",
    ),
    make_spec(
        "medical_bills",
        "medical_bill",
        "bill",
        "bill:text! hh:text! person:text! day:int! treatment:text! fen:fen! insured_fen:fen!",
    ),
    make_spec(
        "disaster_losses",
        "disaster_loss",
        "loss",
        "loss:text! hh:text! day:int! kind:text! item:text! lost fen:fen! assessor:text!",
    ),
    make_spec(
        "income_contracts",
        "income_contract",
        "contract",
        "contract:text! village:text! partner:text! kind:text! asset source:text! footing:text! fen:fen!"
        " due_months:text! due_day:int deposit_fen:fen from_month:month! to_month:month! related:three relation",
    ),
    make_spec(
        "income_receipts",
        "income_receipt",
        "contract receipt",
        "contract:text! receipt:text! day:int! part:text! fen:fen!",
    ),
    make_spec(
        "income_uses",
        "income_use",
        "use",
        "use:text! village:text! day:int! kind:text! fen:fen! hh rule plan memo",
    ),
)
