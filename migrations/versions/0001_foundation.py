"""The foundation: every table that the first release stands on.

Constraints and indexes get their names from the naming convention of `engine/store/tables.py`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(40)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_organisations_and_people()
    create_procedures()
    create_instances()
    create_dossiers()
    create_log()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def create_organisations_and_people() -> None:
    """Units, the routes between them, accounts and what they may do."""
    op.create_table(
        "unit",
        sa.Column("id", ID, primary_key=True),
        sa.Column("code", sa.String(50), nullable=False, unique=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("parent_id", ID, sa.ForeignKey("unit.id")),
        sa.Column("address", sa.String(300), nullable=False, server_default=""),
        sa.Column("phone", sa.String(50), nullable=False, server_default=""),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("successor_id", ID, sa.ForeignKey("unit.id")),
    )
    op.create_table(
        "route",
        sa.Column("unit_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("agency_key", sa.String(60), nullable=False),
        sa.Column("target_unit_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "agency_key"),
    )
    op.create_table(
        "account",
        sa.Column("id", ID, primary_key=True),
        sa.Column("login", sa.String(80), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("failed_count", sa.Integer, nullable=False),
        sa.Column("locked_until", INSTANT),
        sa.Column("session_epoch", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_table(
        "membership",
        sa.Column("account_id", ID, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("unit_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "unit_id", "role"),
        sa.Index(None, "unit_id", "role"),
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", ID, primary_key=True),
        sa.Column("unit_id", ID, sa.ForeignKey("unit.id")),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("legal_basis", sa.String(200), nullable=False),
        sa.Column("sessions", sa.Text),
        sa.UniqueConstraint("unit_id", "date"),
        sa.Index(None, "date"),
    )


def create_procedures() -> None:
    """What analysts upload and what was published."""
    op.create_table(
        "version",
        sa.Column("id", ID, primary_key=True),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("diagram", sa.LargeBinary, nullable=False),
        sa.Column("forms", sa.Text, nullable=False),
        sa.Column("decisions", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("scenarios", sa.Text, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("decision_number", sa.String(80)),
        sa.Column("effective_from", sa.Date),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.String(200), nullable=False),
        sa.UniqueConstraint("slug", "number"),
        sa.Index(None, "slug", "sha256"),
    )
    op.create_table(
        "draft",
        sa.Column("id", ID, primary_key=True),
        sa.Column("slug", sa.String(80), nullable=False, index=True),
        sa.Column("package", sa.Text, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("uploaded_by", sa.String(40), nullable=False),
        sa.Column("published_version_id", ID, sa.ForeignKey("version.id")),
    )


def create_instances() -> None:
    """Running processes, and everything they wait for."""
    op.create_table(
        "instance",
        sa.Column("id", ID, primary_key=True),
        sa.Column("version_id", ID, sa.ForeignKey("version.id"), nullable=False),
        sa.Column("process_id", sa.String(120), nullable=False),
        sa.Column("business_key", ID, nullable=False, index=True),
        sa.Column("parties", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("lock_version", sa.Integer, nullable=False),
        sa.Column("history_seq", sa.Integer, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("started_by_message", sa.String(40)),
        sa.Index(None, "version_id", "status"),
    )
    op.create_table(
        "variable",
        sa.Column("instance_id", ID, sa.ForeignKey("instance.id"), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "key"),
    )
    op.create_table(
        "work_item",
        sa.Column("id", ID, primary_key=True),
        sa.Column("instance_id", ID, sa.ForeignKey("instance.id"), nullable=False),
        sa.Column("business_key", ID, nullable=False, index=True),
        sa.Column("token_id", sa.String(60), nullable=False),
        sa.Column("node_id", sa.String(120), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("lane", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("unit_id", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("assignee_id", ID),
        sa.Column("claimed_at", INSTANT),
        sa.Column("form_key", sa.String(120)),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("local", sa.Text, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("done_by", sa.String(40)),
        sa.UniqueConstraint("instance_id", "token_id"),
        sa.Index(None, "assignee_id", "status", "due_at"),
        sa.Index(None, "unit_id", "role", "status", "due_at"),
    )
    op.create_table(
        "timer",
        sa.Column("id", ID, primary_key=True),
        sa.Column("instance_id", ID, sa.ForeignKey("instance.id"), nullable=False),
        sa.Column("token_id", sa.String(60), nullable=False),
        sa.Column("slot", sa.String(120), nullable=False),
        sa.Column("node_id", sa.String(120), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False, index=True),
        sa.Column("every_s", sa.Integer),
        sa.Column("cycles_left", sa.Integer),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.String(80)),
        sa.Column("claimed_until", INSTANT),
        sa.UniqueConstraint("instance_id", "token_id", "slot"),
    )
    op.create_table(
        "subscription",
        sa.Column("instance_id", ID, sa.ForeignKey("instance.id"), nullable=False),
        sa.Column("token_id", sa.String(60), nullable=False),
        sa.Column("slot", sa.String(120), nullable=False),
        sa.Column("node_id", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("business_key", ID, nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "token_id", "slot"),
        sa.Index(None, "business_key", "name"),
        sa.Index(None, "name"),
    )
    op.create_table(
        "job",
        sa.Column("id", ID, primary_key=True),
        sa.Column("instance_id", ID, sa.ForeignKey("instance.id"), nullable=False),
        sa.Column("business_key", ID, nullable=False),
        sa.Column("token_id", sa.String(60), nullable=False),
        sa.Column("node_id", sa.String(120), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("delegate", sa.String(120), nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.UniqueConstraint("instance_id", "token_id"),
        sa.Index(None, "status", "created_at"),
    )
    op.create_table(
        "message",
        sa.Column("id", ID, primary_key=True),
        sa.Column("source_instance_id", ID),
        sa.Column("business_key", ID, nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("dedupe_key", sa.String(200), nullable=False, unique=True),
        sa.Column("target_process", sa.String(120)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("target_instance_id", ID),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("delivered_at", INSTANT),
        sa.Column("last_error", sa.Text),
        sa.Index(None, "status", "created_at"),
    )
    op.create_table(
        "history",
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("business_key", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("node_id", sa.String(120), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("token_id", sa.String(60), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "seq"),
        sa.Index(None, "business_key", "at"),
    )
    op.create_table(
        "incident",
        sa.Column("id", ID, primary_key=True),
        sa.Column("instance_id", ID, sa.ForeignKey("instance.id"), nullable=False),
        sa.Column("node_id", sa.String(120), nullable=False),
        sa.Column("token_id", sa.String(60), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("expression", sa.Text),
        sa.Column("values", sa.Text, nullable=False),
        sa.Column("job_id", ID),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("resolved_at", INSTANT),
        sa.Column("resolved_by", sa.String(40)),
        sa.Index(None, "instance_id"),
        sa.Index(None, "resolved_at", "created_at"),
    )


def create_dossiers() -> None:
    """Who asks for what, the clock, papers and files."""
    op.create_table(
        "dossier",
        sa.Column("id", ID, primary_key=True),
        sa.Column("code", sa.String(50), unique=True),
        sa.Column("tracking_secret", sa.String(40), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False, index=True),
        sa.Column("procedure_code", sa.String(40), nullable=False),
        sa.Column("procedure_name", sa.String(500), nullable=False),
        sa.Column("version_id", ID, sa.ForeignKey("version.id"), nullable=False),
        sa.Column("rule_pack", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("owner_name", sa.String(200), nullable=False),
        sa.Column("submitter", sa.Text),
        sa.Column("assisted_at", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("received_by", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("competent", ID, sa.ForeignKey("unit.id"), nullable=False),
        sa.Column("national_status", sa.Integer, nullable=False),
        sa.Column("detail_status", sa.String(200), nullable=False),
        sa.Column("financial_status", sa.String(20), nullable=False),
        sa.Column("delivery_status", sa.String(20), nullable=False),
        sa.Column("sync_status", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(40)),
        sa.Column("term", sa.String(40), nullable=False),
        sa.Column("clock", sa.String(20), nullable=False),
        sa.Column("clock_head", sa.String(64), nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("original_due_at", INSTANT),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.Column("returned_at", INSTANT),
        sa.Column("submitted_by", sa.String(40), nullable=False),
        sa.Column("lock_version", sa.Integer, nullable=False),
        sa.Index(None, "national_status", "due_at"),
        sa.Index(None, "received_by", "national_status"),
    )
    op.create_table(
        "clock_event",
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "seq"),
    )
    op.create_table(
        "component",
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("required", sa.Boolean, nullable=False),
        sa.Column("originals", sa.Integer, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("state", sa.String(30), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "key"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", ID, primary_key=True),
        sa.Column("dossier_id", ID, sa.ForeignKey("dossier.id"), nullable=False, index=True),
        sa.Column("component_key", sa.String(80), nullable=False),
        sa.Column("filename", sa.String(300), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("uploaded_by", sa.String(40), nullable=False),
    )
    op.create_table(
        "issued_number",
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("document_type", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("dossier_id", ID, nullable=False, index=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.UniqueConstraint("agency_id", "document_type", "year", "number"),
    )


def create_log() -> None:
    """The log of commands, and small things."""
    op.create_table(
        "command",
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("subject", sa.String(80), nullable=False, index=True),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(160), primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "heartbeat",
        sa.Column("node", sa.String(80), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
    )


TABLES = (
    "unit", "route", "account", "membership", "calendar_day",
    "version", "draft",
    "instance", "variable", "work_item", "timer", "subscription", "job", "message", "history", "incident",
    "dossier", "clock_event", "component", "attachment", "issued_number",
    "command", "counter", "setting", "heartbeat",
)
