"""What a mail server gives back finds the notice it was, and nothing else does."""

from __future__ import annotations

import pytest

from app.cli.bounces import reported

REPORT = """From: MAILER-DAEMON@mail.example.vn
To: motcua@example.gov.vn
Message-ID: <bounce-1@mail.example.vn>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

Your message could not be delivered.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.vn

Final-Recipient: rfc822; an@example.vn
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
 user

--edge
Content-Type: {kind}

Message-ID: <01a2010d0f1674247a9cfec8@example.gov.vn>
Subject: x

--edge--
"""


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_failure_names_its_notice_and_its_reason(kind: str) -> None:
    report = REPORT.format(action="failed", kind=kind).encode()
    assert reported(report) == ("01a2010d0f1674247a9cfec8", "smtp; 550 5.1.1 no such user")


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", ""])
def test_what_may_still_arrive_is_no_failure(action: str) -> None:
    assert reported(REPORT.format(action=action, kind="message/rfc822").encode()) is None


@pytest.mark.parametrize("raw", [
    b"", b"hello", b"Message-ID: <x@y>\n\nI am on holiday", b"\xff\xfe\x00", b"a: b\n" * 5000,
])
def test_other_mail_is_none_of_ours(raw: bytes) -> None:
    assert reported(raw) is None
