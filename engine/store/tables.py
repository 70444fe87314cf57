"""Every table that is not about dossiers: versions, instances and what they wait for, people, the log of commands.

Core tables, one block per concept. Dossier tables stand in `dossier_tables.py`; both share this metadata.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.store.columns import Instant, Json, JsonValue

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)
ID = String(40)
"""Ours: time-ordered and opaque (`ids.new_id`)."""

# ------------------------------------------------------------------ organisations and people
unit = Table(
    "unit", metadata,
    Column("id", ID, primary_key=True),
    Column("code", String(50), nullable=False, unique=True),
    Column("name", String(300), nullable=False),
    Column("kind", String(20), nullable=False),      # one_stop | agency | vertical
    Column("level", String(20), nullable=False),     # ministry | province | commune | other
    Column("parent_id", ID, ForeignKey("unit.id")),
    Column("address", String(300), nullable=False, server_default=""),
    Column("phone", String(50), nullable=False, server_default=""),
    Column("valid_from", Date), Column("valid_to", Date),
    Column("successor_id", ID, ForeignKey("unit.id")),
)
route = Table(  # which agency is meant by a key (`civil_status`, `commune_police`) for dossiers received at a unit
    "route", metadata,
    Column("unit_id", ID, ForeignKey("unit.id"), nullable=False),
    Column("agency_key", String(60), nullable=False),
    Column("target_unit_id", ID, ForeignKey("unit.id"), nullable=False),
    PrimaryKeyConstraint("unit_id", "agency_key"),
)
account = Table(
    "account", metadata,
    Column("id", ID, primary_key=True),
    Column("login", String(80), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("kind", String(20), nullable=False),      # staff | citizen
    Column("active", Boolean, nullable=False, default=True),
    Column("failed_count", Integer, nullable=False, default=0),
    Column("locked_until", Instant),
    Column("session_epoch", Integer, nullable=False, default=0),   # raised to end every session of the account
    Column("created_at", Instant, nullable=False),
)
membership = Table(
    "membership", metadata,
    Column("account_id", ID, ForeignKey("account.id"), nullable=False),
    Column("unit_id", ID, ForeignKey("unit.id"), nullable=False),
    Column("role", String(40), nullable=False),
    PrimaryKeyConstraint("account_id", "unit_id", "role"),
    Index(None, "unit_id", "role"),
)

# ------------------------------------------------------------------ procedures
version = Table(  # published and immutable: no statement in the product updates a row of it
    "version", metadata,
    Column("id", ID, primary_key=True),
    Column("slug", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("diagram", LargeBinary, nullable=False),
    Column("forms", Json, nullable=False),           # {form key: JSON text}
    Column("decisions", Json, nullable=False),       # {name: DMN text}
    Column("facts", Json, nullable=False),           # procedure.yaml as a mapping
    Column("scenarios", Text, nullable=False, default=""),
    Column("code", String(40), nullable=False, default=""),        # national procedure code
    Column("name", String(500), nullable=False, default=""),
    Column("problems", Json, nullable=False),        # warnings the approver saw
    Column("decision_number", String(80)),
    Column("effective_from", Date),
    Column("published_at", Instant, nullable=False),
    Column("published_by", String(200), nullable=False),
    UniqueConstraint("slug", "number"),
    Index(None, "slug", "sha256"),                   # not unique: going back to an older content is a new version
)
draft = Table(  # what an analyst uploaded, with what the gate said
    "draft", metadata,
    Column("id", ID, primary_key=True),
    Column("slug", String(80), nullable=False, index=True),
    Column("package", Json, nullable=False),         # file names and texts (bytes as base64)
    Column("problems", Json, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("uploaded_by", ID, nullable=False),
    Column("published_version_id", ID, ForeignKey("version.id")),
)

# ------------------------------------------------------------------ running instances
instance = Table(
    "instance", metadata,
    Column("id", ID, primary_key=True),
    Column("version_id", ID, ForeignKey("version.id"), nullable=False),
    Column("process_id", String(120), nullable=False),
    Column("business_key", ID, nullable=False, index=True),
    Column("parties", Json, nullable=False),         # {receiving|lead|<agency key>: unit id}
    Column("status", String(20), nullable=False, index=True),
    Column("lock_version", Integer, nullable=False),
    Column("history_seq", Integer, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("started_by_message", ID),                # the message row that began this pool
    Index(None, "version_id", "status"),
)
variable = Table(
    "variable", metadata,
    Column("instance_id", ID, ForeignKey("instance.id"), nullable=False),
    Column("key", String(120), nullable=False),
    Column("value", JsonValue, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("instance_id", "key"),
)
work_item = Table(
    "work_item", metadata,
    Column("id", ID, primary_key=True),
    Column("instance_id", ID, ForeignKey("instance.id"), nullable=False),
    Column("business_key", ID, nullable=False, index=True),
    Column("token_id", String(60), nullable=False),
    Column("node_id", String(120), nullable=False),
    Column("name", String(300), nullable=False),
    Column("lane", String(200), nullable=False),
    Column("role", String(40), nullable=False),
    Column("unit_id", ID, ForeignKey("unit.id"), nullable=False),
    Column("status", String(20), nullable=False),    # open | done | cancelled
    Column("assignee_id", ID),
    Column("claimed_at", Instant),
    Column("form_key", String(120)),
    Column("facts", Json, nullable=False),
    Column("local", Json, nullable=False),
    Column("due_at", Instant),                       # the earlier of the step's allotment and the dossier's due date
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("done_by", ID),
    UniqueConstraint("instance_id", "token_id"),
    Index(None, "unit_id", "role", "status", "due_at"),
    Index(None, "assignee_id", "status", "due_at"),
    Index(None, "done_by", "done_at"),
)
timer = Table(
    "timer", metadata,
    Column("id", ID, primary_key=True),
    Column("instance_id", ID, ForeignKey("instance.id"), nullable=False),
    Column("token_id", String(60), nullable=False),
    Column("slot", String(120), nullable=False),
    Column("node_id", String(120), nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    Column("every_s", Integer), Column("cycles_left", Integer),
    Column("attempts", Integer, nullable=False, default=0),
    Column("claimed_by", String(80)), Column("claimed_until", Instant),
    UniqueConstraint("instance_id", "token_id", "slot"),
)
subscription = Table(
    "subscription", metadata,
    Column("instance_id", ID, ForeignKey("instance.id"), nullable=False),
    Column("token_id", String(60), nullable=False),
    Column("slot", String(120), nullable=False),
    Column("node_id", String(120), nullable=False),
    Column("kind", String(20), nullable=False),      # message | signal
    Column("name", String(200), nullable=False),
    Column("business_key", ID, nullable=False),
    PrimaryKeyConstraint("instance_id", "token_id", "slot"),
    Index(None, "business_key", "name"),
    Index(None, "name"),
)
job = Table(
    "job", metadata,
    Column("id", ID, primary_key=True),
    Column("instance_id", ID, ForeignKey("instance.id"), nullable=False),
    Column("business_key", ID, nullable=False),
    Column("token_id", String(60), nullable=False),
    Column("node_id", String(120), nullable=False),
    Column("name", String(300), nullable=False),
    Column("delegate", String(120), nullable=False),
    Column("inputs", Json, nullable=False),
    Column("status", String(20), nullable=False),    # queued | done | failed | cancelled
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    UniqueConstraint("instance_id", "token_id"),
    Index(None, "status", "created_at"),
)
message = Table(  # the outbox; a row is delivered once, acknowledged by the id of the instance that took it
    "message", metadata,
    Column("id", ID, primary_key=True),
    Column("source_instance_id", ID),
    Column("business_key", ID, nullable=False, index=True),
    Column("kind", String(20), nullable=False),      # message | signal
    Column("name", String(200), nullable=False),
    Column("payload", Json, nullable=False),
    Column("dedupe_key", String(200), nullable=False, unique=True),
    Column("target_process", String(120)),
    Column("status", String(20), nullable=False),    # pending | delivered | undeliverable
    Column("attempts", Integer, nullable=False),
    Column("target_instance_id", ID),
    Column("created_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("last_error", Text),
    Index(None, "status", "created_at"),
)
history = Table(  # append-only
    "history", metadata,
    Column("instance_id", ID, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("business_key", ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("phase", String(20), nullable=False),
    Column("node_id", String(120), nullable=False),
    Column("name", String(300), nullable=False),
    Column("type", String(60), nullable=False),
    Column("token_id", String(60), nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("data", Json, nullable=False),
    PrimaryKeyConstraint("instance_id", "seq"),
    Index(None, "business_key", "at"),
)
incident = Table(
    "incident", metadata,
    Column("id", ID, primary_key=True),
    Column("instance_id", ID, ForeignKey("instance.id"), nullable=False),
    Column("node_id", String(120), nullable=False),
    Column("token_id", String(60), nullable=False),
    Column("code", String(60), nullable=False),
    Column("message", Text, nullable=False),
    Column("expression", Text),
    Column("values", Json, nullable=False),
    Column("job_id", ID),
    Column("created_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", ID),
    Index(None, "resolved_at", "created_at"),
    Index(None, "instance_id"),
)

# ------------------------------------------------------------------ the log, and small things
command = Table(  # idempotency key and audit trail in one row per command
    "command", metadata,
    Column("key", String(120), primary_key=True),
    Column("kind", String(80), nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("subject", String(80), nullable=False, index=True),     # id of what it acted on
    Column("data", Json, nullable=False),            # the command itself, files and secrets left out
    Column("result", Json, nullable=False),
)
counter = Table(  # one row per sequence; the row lock is the allocator
    "counter", metadata,
    Column("name", String(160), primary_key=True),
    Column("value", Integer, nullable=False),
)
calendar_day = Table(
    "calendar_day", metadata,
    Column("id", ID, primary_key=True),
    Column("unit_id", ID, ForeignKey("unit.id")),    # NULL: national
    Column("date", Date, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("name", String(200), nullable=False, default=""),
    Column("legal_basis", String(200), nullable=False, default=""),
    Column("sessions", Json),                        # [["07:00", "11:30"], ...] where the day has its own
    UniqueConstraint("unit_id", "date"),
    Index(None, "date"),
)
setting = Table(
    "setting", metadata,
    Column("key", String(120), primary_key=True),
    Column("value", JsonValue, nullable=False),
)
heartbeat = Table(
    "heartbeat", metadata,
    Column("node", String(80), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("started_at", Instant, nullable=False),
)
