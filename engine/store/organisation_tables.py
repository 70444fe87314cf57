"""Tables of who works when: absences, load, unclear competence, papers outside the centre, calendar changes."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from engine.store.columns import Instant, Json
from engine.store.tables import ID, metadata

absence = Table(
    "absence", metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("account.id"), nullable=False, index=True),
    Column("stand_in_id", ID, ForeignKey("account.id"), nullable=False, index=True),
    Column("starts_on", Date, nullable=False), Column("ends_on", Date, nullable=False),     # both included
    Column("procedures", Json, nullable=False),      # slugs; an empty list means every procedure
    Column("capacity", String(10), nullable=False),  # none | KT | TL | TUQ
    Column("entered_at", Instant, nullable=False),
    Column("entered_by", ID, nullable=False),
    Column("ended_at", Instant),                     # taken back before its last day
)
substitution = Table(  # a step that a stand-in completed: whose it was and how he signs
    "substitution", metadata,
    Column("work_item_id", ID, ForeignKey("work_item.id"), primary_key=True),
    Column("absence_id", ID, ForeignKey("absence.id"), nullable=False),
    Column("capacity", String(10), nullable=False),
)
assignment_rule = Table(  # new work of this role at this unit goes to whoever has the least left to do
    "assignment_rule", metadata,
    Column("unit_id", ID, ForeignKey("unit.id"), nullable=False),
    Column("role", String(40), nullable=False),
    PrimaryKeyConstraint("unit_id", "role"),
)
dispatch = Table(  # a dossier for which nobody knows yet who is competent; its process has not begun
    "dispatch", metadata,
    Column("dossier_id", ID, ForeignKey("dossier.id"), primary_key=True),
    Column("agencies", Json, nullable=False),        # keys that no route of the receiving unit knows
    Column("answers", Json, nullable=False),         # of the application, for the process to begin with
    Column("since", Instant, nullable=False, index=True),
    Column("decided_at", Instant, index=True),
    Column("decided_by", ID),
    Column("units", Json),                           # {agency key: unit id} as decided
)
permit = Table(  # papers leave the centre only under one
    "permit", metadata,
    Column("id", ID, primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("unit_id", ID, ForeignKey("unit.id"), nullable=False),      # the centre that keeps the papers
    Column("papers", Json, nullable=False),          # keys of components
    Column("holder_id", ID, ForeignKey("account.id"), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("leave_at", Instant, nullable=False), Column("due_back_at", Instant, nullable=False),
    Column("asked_at", Instant, nullable=False), Column("asked_by", ID, nullable=False),
    Column("decided_at", Instant), Column("decided_by", ID),
    Column("state", String(20), nullable=False),     # asked | approved | refused | out | returned
    Column("left_at", Instant), Column("returned_at", Instant),
    Column("missed_at", Instant),                    # when it was told that the papers did not come back in time
    Index(None, "unit_id", "state"),
)
calendar_change = Table(  # what was added to and taken from the calendar at once, so that it can be taken back
    "calendar_change", metadata,
    Column("id", ID, primary_key=True),
    Column("unit_id", ID, ForeignKey("unit.id")),    # none: the whole nation
    Column("added", Json, nullable=False), Column("removed", Json, nullable=False),
    Column("moved", Integer, nullable=False),        # dossiers whose due date changed
    Column("changed_at", Instant, nullable=False), Column("changed_by", ID, nullable=False),
    Column("undone_at", Instant),
    Column("dated_at", Instant),                     # when all it touches had its new date; none while that is to come
)
