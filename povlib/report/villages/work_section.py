"""Who works where: employers and posts, near home and away, and what the plan fills."""

from __future__ import annotations

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.report.villages.facts import WorkFacts
from povlib.words import term, text


def work_sentence(facts: WorkFacts, lang: str) -> Prose:
    """Return how many hold a post, where, and how many posts are free."""
    free, planned = int(facts.employers["free"].sum()), int(facts.employers["planned"].sum())
    return say(
        "{held} hold a post: {local} near home and {away} with the helper enterprise away from home. {free} are free, "
        "and the plan fills {planned} of them.",
        lang,
        held=Number("villages.held", facts.held, "count", "person", "persons in posts at the end of the last month"),
        local=Number("villages.local", facts.local, "count", "person", "of them by the local job route"),
        away=Number("villages.away", facts.away, "count", "person", "of them by the route of the helper enterprise"),
        free=Number("villages.free", free, "count", "post", "free posts when the plan is made (posts.yaml)"),
        planned=Number("villages.planned_posts", planned, "count", "post", "filled by the plan"),
    )


def work_section(facts: WorkFacts, lang: str) -> Section:
    """Return who works where."""
    columns = (
        Column("employer", text("employer", lang), width=2.2),
        Column("posts", text("name of the post", lang), width=1.6),
        Column("place", term("workplace", lang), width=1.2),
        Column("kind", text("kind of post", lang), width=1.4),
        Column("hours", text("hours a week", lang), "decimal1"),
        Column("km", text("km from the village", lang), "decimal1"),
        Column("wage_fen", text("yuan a month", lang), "yuan"),
        Column("held", text("in post", lang), "count", total=True),
        Column("free", text("free", lang), "count", total=True),
        Column("planned", text("filled by the plan", lang), "count", total=True),
    )
    blocks: list[Block] = [
        Paragraph(work_sentence(facts, lang)),
        Table("employers", text("Employers and their posts", lang), columns, facts.employers, "employer",
              "ledger.placements, ledger.post_terms, posts.yaml", small=True),
    ]  # fmt: skip
    if facts.doubled:
        doubled = Number("villages.doubled", facts.doubled, "count", "post", "held by somebody who holds another")
        blocks.append(Note(say("{doubled} are held by somebody who holds another one: one of the two is wrong.", lang,
                               doubled=doubled)))  # fmt: skip
    blocks.append(Note(say(
        "A post counts as held at the end of the last month unless an end was recorded before it. Hours, distance and "
        "wage are means of the posts for which they are written down.", lang)))  # fmt: skip
    if len(facts.ended):
        parts = text(", ", lang).join(f"{reason} {n}" for reason, n in facts.ended.itertuples(index=False))
        blocks.append(Note(Prose(text("Posts that ended, by reason: {parts}.", lang, parts=parts))))
    return Section("work", text("Who works where", lang), tuple(blocks))


def people_section(facts: WorkFacts, lang: str) -> Section:
    """Return the list of households with a post, for the office's own check; keys, never names."""
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("employer", text("employer", lang), width=2.2),
        Column("post", text("post", lang), width=1.4),
        Column("place", term("workplace", lang)),
        Column("since", text("since", lang), "month"),
        Column("until", text("until", lang), "month"),
    )
    table = Table("people", text("Posts held, household by household", lang), columns, facts.people, ("hh", "post"),
                  "ledger.placements", tiny=True, empty=text("none", lang))  # fmt: skip
    return Section("people", text("Posts held, household by household", lang), (table,), annex=True)
