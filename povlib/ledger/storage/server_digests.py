"""Digests and hashes as a PostgreSQL server works them out: the same bytes as `.hash_chain`.

Responsible for the SQL of the functions that a batch is checked with, and for how a function of the ledger's owner is
made. Not responsible for what is refused (`.server_functions`).
"""

from __future__ import annotations

from povlib.ledger.storage.table_schema import BATCH, SPECS, Column, Spec

_UTF8 = "convert_to({}, 'UTF8')"


def owner_function(schema: str, name: str, returns: str, body: str, declare: str = "") -> str:
    """Return the statement that makes a function of the owner under a path that nobody else can write to."""
    # pg_temp named last, since a path that does not name it looks there first
    return (
        f"create or replace function {schema}.{name} returns {returns} language plpgsql security definer"
        f" set search_path = pg_catalog, pg_temp as $body$ declare {declare} begin {body} end $body$"
    )


def quoted(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def refusal(condition: str, message: str, *values: str) -> str:
    """Return the SQL that stops with a message where a condition holds; each % of it is one of `values`."""
    said = ", ".join([quoted(message), *values])
    return f" if {condition} then raise exception {said}; end if;"


def little_endian(schema: str) -> str:
    """Return the function that gives a whole number as the eight bytes that a digest is made of."""
    moved = " | ".join(f"(((x >> {8 * at}) & 255) << {56 - 8 * at})" for at in range(8))
    # written so that the server puts its text in place of the call: no function is called a cell
    return (
        f"create or replace function {schema}.ledger_le(x bigint) returns bytea language sql immutable"
        # most numbers are truth values, lengths and codes below 256: one byte to move
        f" return pg_catalog.int8send(case when x between 0 and 255 then x << 56 else {moved} end)"
    )


def _bytes_of(schema: str, column: Column) -> str:
    """Return the SQL of a column's eight bytes in a digest; see `hash_chain.RowDigest`."""
    if column.kind == "text":
        number = f"octet_length({column.name})::bigint"
    elif column.kind == "blob":
        number = f"length({column.name})::bigint"
    elif column.kind == "real":
        # its bits; adding zero makes -0.0 and 0.0 one number
        number = f"('x' || encode(float8send(coalesce({column.name}, 0) + 0.0::float8), 'hex'))::bit(64)::bigint"
    else:
        number = f"coalesce({column.name}, 0)"
    return f"{schema}.ledger_le({number})"


def _digest_of_table(schema: str, spec: Spec) -> str:
    """Return the query of one table's rows and digest in a batch, as ``rows:digest``."""
    columns = spec.stored
    names = ",".join(column.name for column in columns)
    start = f"convert_to(p_salt || {quoted('|' + names)}, 'UTF8')"
    nullable = [(at, c.name) for at, c in enumerate(columns) if c.nullable]
    missing = " | ".join(f"(case when {name} is null then {1 << at} else 0 end)::bigint" for at, name in nullable)
    row = " || ".join([*(_bytes_of(schema, c) for c in columns), f"{schema}.ledger_le({missing or '0'})"])
    texts = sorted(c.name for c in columns if c.kind in ("text", "blob"))
    kinds = {c.name: c.kind for c in columns}
    parts = [
        f"sha256({start} || coalesce(string_agg({name if kinds[name] == 'blob' else _UTF8.format(name)}, ''::bytea),"
        " ''::bytea))"
        for name in texts
    ]
    whole = " || ".join(
        [start, f"coalesce(string_agg({row}, ''::bytea), ''::bytea)", *parts, "convert_to(count(*)::text, 'UTF8')"]
    )
    keys = ", ".join(spec.primary_key)
    return (
        f"select count(*)::text || ':' || encode(sha256({whole}), 'hex') from"
        f" (select {names} from {schema}.{spec.table} where batch = p_batch order by {keys} offset 0) as r"
    )


def digest_function(schema: str) -> str:
    """Return the function that gives rows and digest of one table in a batch."""
    branches = " els".join(
        f"if p_tbl = {quoted(spec.table)} then return ({_digest_of_table(schema, spec)});" for spec in SPECS
    )
    return owner_function(
        schema, "ledger_digest(p_tbl text, p_batch bigint, p_salt text)", "text", f"{branches} end if; return '';"
    )


def hash_function(schema: str) -> str:
    """Return the function that gives a batch the hash of `hash_chain.batch_hash`."""
    said = []
    for column in sorted(BATCH, key=lambda c: c.name):
        if column.name == "hash":
            continue
        value = f"p_b.{column.name}"
        text = f"to_json({value})::text" if column.kind == "text" else f"coalesce({value}::text, 'null')"
        said.append(f"'\"{column.name}\":' || {text}")
    listed = (
        "coalesce((select string_agg('[' || to_json(d.tbl)::text || ',' || d.rows || ',' || to_json(d.digest)::text"
        f" || ']', ',' order by d.tbl collate \"C\") from {schema}.digest d where d.batch = p_b.id), '')"
    )
    text = "'[{' || " + " || ',' || ".join(said) + " || '},[' || " + listed + " || ']]'"
    return owner_function(
        schema,
        f"ledger_hash(p_b {schema}.batch)",
        "text",
        f"return encode(sha256(convert_to({text}, 'UTF8')), 'hex');",
    )
