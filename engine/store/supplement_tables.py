"""Tables of what is changed in a dossier after it was filed: marked requests, corrections, what the counter noticed."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, PrimaryKeyConstraint, String, Table, Text

from engine.store.columns import Instant, Json
from engine.store.tables import ID, metadata

supplement_request = Table(  # one written request: exactly these papers and answers may be changed until `due_at`
    "supplement_request", metadata,
    Column("id", ID, primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("phase", String(20), nullable=False),     # intake | processing
    Column("reason", Text, nullable=False),
    Column("missing", Json, nullable=False),         # keys of components
    Column("wrong_fields", Json, nullable=False),    # keys of the application form
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", ID, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", ID),
    Column("changes", Json, nullable=False),         # [{kind, key, old, new}]
)
supplement_approval = Table(  # a leader's reason for one request more than the rules allow
    "supplement_approval", metadata,
    Column("id", ID, primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("approved_at", Instant, nullable=False),
    Column("approved_by", ID, nullable=False),
    Column("request_id", ID, ForeignKey("supplement_request.id")),     # the request that used it
)
correction = Table(  # what the counter changed after acceptance; the code of the dossier never changes
    "correction", metadata,
    Column("id", ID, primary_key=True),
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("corrected_at", Instant, nullable=False),
    Column("corrected_by", ID, nullable=False),
    Column("changes", Json, nullable=False),         # [{kind, key, old, new}]
)
owner_key = Table(  # normalised names under which the owner of a dossier is recognised again
    "owner_key", metadata,
    Column("dossier_id", ID, ForeignKey("dossier.id"), nullable=False),
    Column("key", String(300), nullable=False),
    PrimaryKeyConstraint("dossier_id", "key"),
    Index(None, "key"),
)
postal_item = Table(  # NĐ 61/2018 Art. 16: what came by post, with the date of its post mark
    "postal_item", metadata,
    Column("dossier_id", ID, ForeignKey("dossier.id"), primary_key=True),
    Column("posted_on", Date, nullable=False),
    Column("sender", String(200), nullable=False),
    Column("reference", String(60), nullable=False),
)
