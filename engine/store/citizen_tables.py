"""Tables of the citizens: what they told, how they prove who they are, drafts, online filings, ratings."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, PrimaryKeyConstraint, String, Table

from engine.store.columns import Instant, Json
from engine.store.tables import ID, metadata

citizen_profile = Table(
    "citizen_profile", metadata,
    Column("account_id", ID, ForeignKey("account.id"), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("id_number", String(20), nullable=False),
    Column("birth_date", Date),
    Column("phone", String(30), nullable=False),
    Column("email", String(200), nullable=False),
    Column("address", String(300), nullable=False),
    Column("notice_channels", Json, nullable=False),  # of email | sms | zalo
    Column("language", String(5), nullable=False),
    Column("assurance", String(20), nullable=False),  # declared | proven
)
citizen_contact = Table(  # a contact whose code was answered opens exactly one account
    "citizen_contact", metadata,
    Column("contact", String(80), primary_key=True),
    Column("kind", String(20), nullable=False),       # phone | email
    Column("account_id", ID, ForeignKey("account.id"), nullable=False, index=True),
    Column("proven_at", Instant, nullable=False),
)
citizen_identity = Table(  # who an identity provider says it is
    "citizen_identity", metadata,
    Column("issuer", String(200), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("account_id", ID, ForeignKey("account.id"), nullable=False, index=True),
    Column("linked_at", Instant, nullable=False),
    PrimaryKeyConstraint("issuer", "subject"),
)
contact_code = Table(
    "contact_code", metadata,
    Column("id", ID, primary_key=True),
    Column("contact", String(80), nullable=False, index=True),
    Column("hashed", String(64), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", Instant),
)
draft_application = Table(
    "draft_application", metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("account.id"), nullable=False, index=True),
    Column("slug", String(80), nullable=False),
    Column("step", String(20), nullable=False),       # form | papers | fee | check
    Column("typed", Json, nullable=False),            # as it stood on the page
    Column("created_at", Instant, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("dossier_id", ID, ForeignKey("dossier.id")),
)
draft_file = Table(
    "draft_file", metadata,
    Column("id", ID, primary_key=True),
    Column("draft_id", ID, ForeignKey("draft_application.id"), nullable=False, index=True),
    Column("component_key", String(80), nullable=False),
    Column("filename", String(300), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("path", String(200), nullable=False),
    Column("added_at", Instant, nullable=False),
)
online_filing = Table(
    "online_filing", metadata,
    Column("dossier_id", ID, ForeignKey("dossier.id"), primary_key=True),
    Column("reference", String(20), nullable=False, unique=True),
    Column("delivery_way", String(20), nullable=False),            # counter | post | online
    Column("delivery_address", String(300), nullable=False),
    Column("keep_papers", Boolean, nullable=False),
)
rating = Table(
    "rating", metadata,
    Column("dossier_id", ID, ForeignKey("dossier.id"), primary_key=True),
    Column("account_id", ID, nullable=False),
    Column("level", String(20), nullable=False),
    Column("reasons", Json, nullable=False),
    Column("comment", String(2000), nullable=False),
    Column("rated_at", Instant, nullable=False),
)
