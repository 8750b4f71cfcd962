"""Functions inside a PostgreSQL server, through which alone its roles write.

Responsible for the SQL of what adds rows to the batch being written, closes it, erases a person and sets a broken
tail aside. Each function belongs to the owner of the ledger, names every table in full under a fixed path, asks the
login (``session_user``, which ``set role`` does not change) what it may do, and works out digests and hashes itself:
what does not follow from the rows and the batch before is refused. Not responsible for who may call them
(`.server_roles`).
"""

from __future__ import annotations

from collections.abc import Iterator

from povlib.ledger.batch import ROLES
from povlib.ledger.storage.server_digests import (
    digest_function,
    hash_function,
    little_endian,
    owner_function,
    quoted,
    refusal,
)
from povlib.ledger.storage.table_schema import (
    BY_TABLE,
    DIGEST,
    IDENTITY_MATCH,
    META,
    PERSON_KEY,
    QUARANTINE,
    SALT,
    SPECS,
    Column,
)

#: minutes by which a batch of a real ledger may differ from the server's clock: a choice; a large load takes some
_CLOCK_MINUTES = 10
#: what a batch of each kind holds beside the data; a batch of data holds the tables of data
_TABLES_OF_KIND = {
    "promise": ("promise", "approval"),
    "score": ("promise_score",),
    "approval": ("approval",),
    "funds": ("account", "txn", "posting"),
    "close": ("closing",),
    "decision": ("decision", "household_decision", "plan_posting", "household_word"),
    "access": ("access",),
    "erasure": ("erasure",),
    "aside": ("set_aside", "erasure"),
}
#: tables beside those of `SPECS` that a batch fills, and their columns
_BESIDE: dict[str, tuple[Column, ...]] = {
    "digest": DIGEST,
    "salt": SALT,
    "person_key": PERSON_KEY,
    "identity_match": IDENTITY_MATCH,
}
#: what a role calls: name and argument types
ADD_ROWS, CLOSE_BATCH = "ledger_add_rows(text, json)", "ledger_close_batch(json)"
ERASE_PERSON, SET_ASIDE = "ledger_erase_person(text)", "ledger_set_aside(bigint, text)"


#: what these call among themselves
_INTERNAL = ("open_rows_closed()", "ledger_next()", "ledger_may(text)", "ledger_digest(text, bigint, text)",
             "ledger_broken(bigint)")  # fmt: skip
#: money is committed and paid for plans in force alone, and only what is there: `n` is the batch, {s} the schema
_UNAPPROVED = (
    "exists (select 1 from {s}.txn t where t.batch = n and t.kind in ('commitment', 'payment') and coalesce((select"
    " a.decision from {s}.approval a where a.run = t.run and a.retracted = 0 order by a.batch desc limit 1), '')"
    " <> 'approved')"
)
_OVERDRAWN = (
    "exists (select 1 from {s}.account a join {s}.posting p on p.account = a.id where a.kind in ('available',"
    " 'committed') group by a.id having sum(p.fen) < 0)"
)
#: the record of a setting aside tells what lies in the quarantine: `n` is its batch, {s} the schema
_ASIDE_TOLD = (
    "exists (select 1 from {s}.set_aside a where a.batch = n and a.digest = (select encode(sha256(convert_to("
    "string_agg(q.tbl || '|' || q.of_batch || '|' || q.content, chr(10) order by q.tbl, q.seq), 'UTF8')), 'hex')"
    " from {s}.quarantine q where q.aside = a.id))"
)


def tables_of_kinds() -> Iterator[tuple[str, str]]:
    """Yield each kind of batch with each table that it may fill."""
    yield from (("data", spec.table) for spec in SPECS if spec.data)
    yield from ((kind, table) for kind, tables in _TABLES_OF_KIND.items() for table in tables)


def server_functions(schema: str, roles_of_kinds: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the statements that make the functions of a ledger, or make them anew.

    Parameters
    ----------
    schema : str
        The ledger's schema, quoted as an identifier.
    roles_of_kinds : dict
        Kind of batch to the roles of the server whose members may write it.
    """
    yield f"create table if not exists {schema}.open_rows (tbl text primary key)"
    # the mark of a batch that is being written: a transaction that leaves one behind keeps nothing
    yield owner_function(
        schema,
        "open_rows_closed()",
        "trigger",
        f"if exists (select 1 from {schema}.open_rows) then raise exception 'rows of a batch that was not closed';"
        " end if; return null;",
    )
    yield f"drop trigger if exists open_rows_closed on {schema}.open_rows"
    yield (
        f"create constraint trigger open_rows_closed after insert on {schema}.open_rows deferrable initially deferred"
        f" for each row execute function {schema}.open_rows_closed()"
    )
    for spec in SPECS:
        # rows of one batch lie together, so that an index of a few pages finds them in a table of any size
        yield f"create index if not exists {spec.table}_by_batch on {schema}.{spec.table} using brin (batch)"
    yield little_endian(schema)
    yield digest_function(schema)
    yield hash_function(schema)
    yield _permission_function(schema, roles_of_kinds)
    yield _next_batch_function(schema)
    yield _add_rows_function(schema)
    yield _close_batch_function(schema)
    yield owner_function(
        schema,
        "ledger_erase_person(p_person text)",
        "bigint",
        refusal(f"not {schema}.ledger_may('erasure')", "this login may not erase") + f" perform {schema}.ledger_next();"
        f" delete from {schema}.person_key where person = p_person;"
        f" delete from {schema}.identity_match where person = p_person; return 1;",
    )
    yield _broken_function(schema)
    yield _set_aside_function(schema)
    for name in (*_INTERNAL, f"ledger_hash({schema}.batch)", ADD_ROWS, CLOSE_BATCH, ERASE_PERSON, SET_ASIDE):
        yield f"revoke all on function {schema}.{name} from public"
    yield f"revoke all on {schema}.open_rows from public"


def _permission_function(schema: str, roles_of_kinds: dict[str, tuple[str, ...]]) -> str:
    """Return the function that says whether the login, a member of a role or the owner, may write a kind."""
    pairs = ", ".join(f"({quoted(kind)}, {quoted(role)})" for kind, roles in roles_of_kinds.items() for role in roles)
    owner = f"(select relowner from pg_class where oid = {quoted(schema + '.batch')}::regclass)"
    return owner_function(
        schema,
        "ledger_may(p_kind text)",
        "boolean",
        f"return pg_has_role(session_user, {owner}, 'member') or exists (select 1 from (values {pairs})"
        " as known (kind, name) join pg_roles on rolname = name"
        " where kind = p_kind and pg_has_role(session_user, pg_roles.oid, 'member'));",
    )


def _next_batch_function(schema: str) -> str:
    """Return the function that takes the ledger's lock and gives the number of the batch that is being written."""
    # the lock of `PostgresStore.begin`
    lock = f"pg_advisory_xact_lock(hashtext('povlib ledger ' || {quoted(schema.strip(chr(34)))}))"
    return owner_function(
        schema,
        "ledger_next()",
        "bigint",
        f"perform {lock}; return (select coalesce(max(id), 0) + 1 from {schema}.batch);",
    )


def _add_rows_function(schema: str) -> str:
    tables = {**{spec.table: spec.stored for spec in SPECS}, **_BESIDE}
    branches = []
    for table, columns in tables.items():
        names = ", ".join(c.name for c in columns)
        values = ", ".join("n" if c.name == "batch" else f"r.{c.name}" for c in columns)
        branches.append(
            f"if p_tbl = {quoted(table)} then insert into {schema}.{table} ({names}) select {values}"
            f" from json_populate_recordset(null::{schema}.{table}, p_rows) as r;"
        )
    names = ", ".join(c.name for c in META)
    branches.append(
        f"if p_tbl = 'meta' then insert into {schema}.meta ({names}) select {names}"
        f" from json_populate_recordset(null::{schema}.meta, p_rows) as r where r.key = 'key_fingerprint';"
    )
    return owner_function(
        schema,
        "ledger_add_rows(p_tbl text, p_rows json)",
        "bigint",
        f"n := {schema}.ledger_next(); {' els'.join(branches)}"
        " else raise exception 'the ledger takes no rows of %', p_tbl; end if;"
        f" insert into {schema}.open_rows values (p_tbl) on conflict do nothing; return n;",
        "n bigint;",
    )


def _close_batch_function(schema: str) -> str:
    """Return the function that closes a batch: everything it says must follow from its rows and the batch before."""
    pairs = ", ".join(f"({quoted(kind)}, {quoted(table)})" for kind, table in tables_of_kinds())
    roles = ", ".join(map(quoted, ROLES))
    previous = (
        f"coalesce((select hash from {schema}.batch order by id desc limit 1),"
        f" (select value from {schema}.meta where key = 'genesis'))"
    )
    practice = f"exists (select 1 from {schema}.meta where key = 'seed')"
    # a batch that a wrong clock dated ahead, from before the ledger came to the server, binds nobody
    newest = f"select max(recorded_at::timestamptz) from {schema}.batch where recorded_at::timestamptz <= now()"
    # no question marks, which stand for values in statements
    instant = r"'^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+){0,1}){0,1}([+-]\d\d:\d\d|Z)$'"
    beside = ", ".join(map(quoted, [*_BESIDE, "meta", "quarantine"]))
    postings = (
        f"exists (select 1 from {schema}.posting where batch = n group by txn having sum(fen) <> 0) or exists"
        f" (select 1 from {schema}.txn t where t.batch = n and not exists"
        f" (select 1 from {schema}.posting p where p.txn = t.id))"
    )
    body = (
        f"n := {schema}.ledger_next(); b := json_populate_record(null::{schema}.batch, p_row);"
        + refusal("b.id is distinct from n", "batches are numbered one after the other")
        + refusal(f"b.prev_hash is distinct from {previous}", "a batch is linked to the one before")
        + refusal(
            f"not {schema}.ledger_may(b.kind)", "the login % may write no batch of kind %", "session_user", "b.kind"
        )
        + refusal("b.officer is distinct from session_user::text", "the officer is the login, %", "session_user")
        + refusal(f"b.role is null or b.role not in ({roles})", "% is no role", "b.role")
        + refusal(f"b.recorded_at is null or b.recorded_at !~ {instant}", "% is no instant", "b.recorded_at")
        + f" at_time := b.recorded_at::timestamptz; newest := ({newest});"
        + refusal("at_time < newest", "a batch is dated no earlier than the one before (%)", "newest")
        + refusal(
            f"not {practice} and abs(extract(epoch from at_time - clock_timestamp())) > {60 * _CLOCK_MINUTES}",
            "the clock of the server says %",
            "clock_timestamp()",
        )
        + f" for told in select tbl from {schema}.open_rows where tbl not in ({beside}) loop"
        + refusal(f"(b.kind, told.tbl) not in ({pairs})", "a batch of kind % holds no %", "b.kind", "told.tbl")
        + refusal(
            f"not exists (select 1 from {schema}.digest d where d.batch = n and d.tbl = told.tbl)",
            "rows of % without their digest",
            "told.tbl",
        )
        + f" end loop; for told in select d.tbl, d.rows, d.digest, s.salt from {schema}.digest d"
        f" left join {schema}.salt s on s.batch = d.batch and s.tbl = d.tbl where d.batch = n loop"
        + refusal("told.salt is null", "the digest of % has no salt", "told.tbl")
        + refusal(
            f"told.rows < 1 or {schema}.ledger_digest(told.tbl, n, told.salt) <> told.rows || ':' || told.digest",
            "the digest of % is not that of its rows",
            "told.tbl",
        )
        + " end loop;"
        + refusal(
            f"b.rows is distinct from (select coalesce(sum(rows), 0) from {schema}.digest where batch = n)",
            "the rows of the batch are not those of its digests",
        )
        + refusal(
            f"b.hash is distinct from {schema}.ledger_hash(b)", "the hash of the batch is not that of its content"
        )
        + refusal(f"b.kind = 'funds' and ({postings})", "a movement of money does not sum to zero")
        + refusal(
            f"b.kind = 'funds' and ({_UNAPPROVED})".replace("{s}", schema), "no money moves for a plan not approved"
        )
        + refusal(f"b.kind = 'funds' and ({_OVERDRAWN})".replace("{s}", schema), "an account falls below zero")
        + refusal(f"b.kind = 'aside' and not ({_ASIDE_TOLD})".replace("{s}", schema), "what was set aside is not told")
        + f" insert into {schema}.batch select b.*; delete from {schema}.open_rows; return n;"
    )
    return owner_function(
        schema,
        "ledger_close_batch(p_row json)",
        "bigint",
        body,
        f"n bigint; b {schema}.batch; told record; at_time timestamptz; newest timestamptz;",
    )


def _set_aside_function(schema: str) -> str:
    """Return the function that moves batches from a broken one on to the quarantine; their record must follow."""
    held = [*(spec.table for spec in SPECS), "digest", "salt"]
    names = ", ".join(c.name for c in QUARANTINE)
    moves = ""
    for table in held:
        keys = ", ".join(BY_TABLE[table].primary_key if table in BY_TABLE else ("batch", "tbl"))
        moves += _move(schema, names, table, "batch", keys)
    moves += _move(schema, names, "batch", "id", "id")
    # what opens a name is destroyed, never kept where no erasure would find it: the workbooks are loaded again
    dropped = (("identity_match", "batch >= p_first"),
               ("person_key", f"person not in (select person from {schema}.member)"))  # fmt: skip
    for table, which in dropped:
        moves += (
            f" alter table {schema}.{table} disable trigger user; delete from {schema}.{table} where {which};"
            f" alter table {schema}.{table} enable trigger user;"
        )
    body = (
        refusal(f"not {schema}.ledger_may('aside')", "this login may set nothing aside")
        + f" perform {schema}.ledger_next();"
        + refusal(f"not {schema}.ledger_broken(p_first)", "batch % is sound: it is not set aside", "p_first")
        + moves
        + f" insert into {schema}.open_rows values ('quarantine'); return p_first;"
    )
    return owner_function(schema, "ledger_set_aside(p_first bigint, p_aside text)", "bigint", body)


def _move(schema: str, names: str, table: str, number: str, keys: str) -> str:
    return (
        f" insert into {schema}.quarantine ({names}) select p_aside, {quoted(table)}, r.{number},"
        f" row_number() over (order by {keys}), row_to_json(r)::text from {schema}.{table} r"
        f" where r.{number} >= p_first;"
        f" alter table {schema}.{table} disable trigger user;"
        f" delete from {schema}.{table} where {number} >= p_first;"
        f" alter table {schema}.{table} enable trigger user;"
    )


def _broken_function(schema: str) -> str:
    """Return the function that says whether a batch fails its own check: its number, link, hash, tables or digests."""
    rows_without = " or ".join(
        f"(exists (select 1 from {schema}.{spec.table} where batch = p_n) and not exists (select 1 from"
        f" {schema}.digest where batch = p_n and tbl = {quoted(spec.table)}))"
        for spec in SPECS
    )
    previous = (
        f"coalesce((select hash from {schema}.batch where id = p_n - 1),"
        f" (select value from {schema}.meta where key = 'genesis' and p_n = 1))"
    )
    body = (
        f" select * into b from {schema}.batch where id = p_n;"
        # no such batch: broken where something says that there was one
        f" if not found then return exists (select 1 from {schema}.batch where id > p_n) or exists (select 1 from"
        f" {schema}.digest where batch >= p_n) or ({rows_without}); end if;"
        f" if b.prev_hash is distinct from {previous} or b.hash is distinct from {schema}.ledger_hash(b)"
        f" or ({rows_without}) then return true; end if;"
        f" return exists (select 1 from {schema}.digest d left join {schema}.salt s on s.batch = d.batch and"
        f" s.tbl = d.tbl where d.batch = p_n and (s.salt is null or {schema}.ledger_digest(d.tbl, p_n, s.salt)"
        " <> d.rows || ':' || d.digest));"
    )
    return owner_function(schema, "ledger_broken(p_n bigint)", "boolean", body, f"b {schema}.batch;")
