"""How notices leave the house: what goes over the wire, and which answers mean never again."""

from __future__ import annotations

import email
import json
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from engine.domain.notice import Letter, NoticeChannel, Undeliverable
from engine.gateways import messages_http, messages_smtp
from engine.gateways.message_twins import ConsoleMessenger, FileMessenger
from engine.gateways.messages_http import HttpMessenger
from engine.gateways.messages_smtp import SmtpMessenger
from engine.gateways.messengers import MessageSettings, messengers

LETTER = Letter("n1", "an@example.vn", "Hồ sơ đã được tiếp nhận", "Kính gửi Nguyễn Văn An,\n\nHẹn trả 09/03/2026.",
                (("giay-tiep-nhan.pdf", b"%PDF-1.7"),))


# ------------------------------------------------------------------ SMTP
@contextmanager
def smtp_server(answers: dict[str, bytes] | None = None) -> Iterator[tuple[str, list[str]]]:
    """Speaks just enough SMTP; `answers` replaces the reply to a verb. Gives the address and what it heard."""
    heard: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(10)

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rwb") as stream:
            stream.write(b"220 test\r\n")
            stream.flush()
            _converse(stream, heard, answers or {})

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listening:
        yield f"smtp+plain://127.0.0.1:{listening.getsockname()[1]}", heard
    thread.join(10)


def _converse(stream, heard: list[str], answers: dict[str, bytes]) -> None:
    while line := stream.readline():
        heard.append(line.decode().rstrip())
        verb = line.split()[0].upper().decode()
        stream.write(answers.get(verb, b"354 go on" if verb == "DATA" else b"250 ok") + b"\r\n")
        stream.flush()
        if verb == "DATA" and "DATA" not in answers:
            body = []
            while (part := stream.readline()) != b".\r\n":
                body.append(part)
            heard.append(b"".join(body).decode())
            stream.write(answers.get("END", b"250 taken") + b"\r\n")
            stream.flush()
        if verb == "QUIT":
            return


def test_an_e_mail_arrives_with_its_text_and_its_enclosure():
    with smtp_server() as (url, heard):
        SmtpMessenger(url, "motcua@example.gov.vn").send(LETTER)
    assert [line for line in heard if line.upper().startswith(("MAIL", "RCPT"))][1:] == ["rcpt TO:<an@example.vn>"]
    sent = email.message_from_string(heard[heard.index("data") + 1], policy=default)
    assert sent["Subject"] == LETTER.subject and sent["Message-ID"] == "<n1@example.gov.vn>"
    assert sent["Auto-Submitted"] == "auto-generated"
    body, enclosure = sent.iter_parts()
    assert body.get_content().rstrip().replace("\r\n", "\n") == LETTER.text
    assert enclosure.get_filename() == "giay-tiep-nhan.pdf" and enclosure.get_content() == b"%PDF-1.7"


@pytest.mark.parametrize(("verb", "answer"), [("RCPT", b"550 no such user"), ("END", b"554 spam")])
def test_a_refusal_for_good_is_told_apart(verb, answer):
    with smtp_server({verb: answer}) as (url, _), pytest.raises(Undeliverable, match=answer[4:].decode()):
        SmtpMessenger(url, "a@b.vn").send(LETTER)


@pytest.mark.parametrize(("verb", "answer"), [("RCPT", b"451 greylisted"), ("END", b"452 full"), ("MAIL", b"421 no")])
def test_a_refusal_for_now_is_tried_again(verb, answer):
    with smtp_server({verb: answer}) as (url, _), pytest.raises(smtplib.SMTPException):
        SmtpMessenger(url, "a@b.vn").send(LETTER)


def test_without_tls_nothing_is_said_to_a_server_that_should_have_it():
    with smtp_server() as (url, heard), pytest.raises(smtplib.SMTPNotSupportedError):
        SmtpMessenger(url.replace("smtp+plain://", "smtp://user:secret@"), "a@b.vn").send(LETTER)
    assert not [line for line in heard if line.upper().startswith(("AUTH", "MAIL"))]


def test_a_server_that_says_nothing_is_left_after_a_while(monkeypatch):
    monkeypatch.setattr(messages_smtp, "TIMEOUT_S", 0.2)
    late = pytest.raises(smtplib.SMTPServerDisconnected, match="timed out")
    with socket.create_server(("127.0.0.1", 0)) as silent, late:
        SmtpMessenger(f"smtp+plain://127.0.0.1:{silent.getsockname()[1]}", "a@b.vn").send(LETTER)


@pytest.mark.parametrize("letter", [
    Letter("n", "a@b.vn\r\nBcc: c@d.vn", "s", "t"), Letter("n", "a@b.vn", "s\r\nBcc: c@d.vn", "t"),
])
def test_a_line_break_never_becomes_a_header(letter):
    with pytest.raises(ValueError, match=r"linefeed|carriage return|newline|header"):
        messages_smtp.email(letter, "m@c.vn")


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example.vn", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused_before_anything_starts(url, tmp_path):
    with pytest.raises(ValueError, match="SMTP"):
        messengers(MessageSettings(smtp_url=url), tmp_path)
    with pytest.raises(ValueError, match="provider"):
        messengers(MessageSettings(sms_url=url.replace("http://x", "ftp://x")), tmp_path)


# ------------------------------------------------------------------ HTTP
@contextmanager
def provider(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Iterator[tuple[str, list]]:
    """Answers every request with one status, and gives what it was sent."""
    heard: list = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send", heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def test_a_provider_gets_one_document_with_a_token_and_the_id_of_the_notice():
    with provider(202) as (url, heard):
        HttpMessenger(url, "secret").send(LETTER)
    ((headers, body),) = heard
    assert headers["Authorization"] == "Bearer secret" and headers["Idempotency-Key"] == "n1"
    assert json.loads(body) == {"id": "n1", "to": LETTER.recipient, "text": LETTER.text}


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_provider_that_refuses_is_not_asked_again(status):
    with provider(status, b"unknown number") as (url, _), pytest.raises(Undeliverable, match="unknown number"):
        HttpMessenger(url, "t").send(LETTER)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_provider_in_trouble_is_asked_again(status):
    with provider(status, b"later") as (url, _), pytest.raises(ConnectionError, match="later"):
        HttpMessenger(url, "t").send(LETTER)


def test_a_redirect_is_not_followed_with_the_token_in_hand():
    with provider(200) as (other, stolen), provider(302, headers={"Location": other}) as (url, _):
        with pytest.raises(Undeliverable):
            HttpMessenger(url, "t").send(LETTER)
        assert stolen == []


def test_a_provider_that_says_nothing_is_left_after_a_while(monkeypatch):
    monkeypatch.setattr(messages_http, "TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(OSError, match="timed out"):
        HttpMessenger(f"http://127.0.0.1:{silent.getsockname()[1]}/", "t").send(LETTER)


# ------------------------------------------------------------------ twins
def test_the_twin_writes_a_mail_that_a_reader_opens_and_the_same_notice_only_once(tmp_path: Path):
    twin = FileMessenger(NoticeChannel.EMAIL, tmp_path / "outbox", "m@c.vn")
    twin.send(LETTER)
    twin.send(LETTER)
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "n1.email.eml"
    sent = email.message_from_bytes(file.read_bytes(), policy=default)
    assert (sent["To"], sent["Subject"]) == (LETTER.recipient, LETTER.subject)
    assert (tmp_path / "outbox").stat().st_mode & 0o077 == 0, "one-time codes lie here"


def test_the_console_names_neither_the_text_nor_the_whole_address(caplog):
    ConsoleMessenger(NoticeChannel.SMS).send(Letter("n1", "0912345678", "Mã xác nhận của quý vị", "Ma: 123456"))
    assert "678" in caplog.text and "0912" not in caplog.text and "123456" not in caplog.text


def test_without_settings_every_channel_has_its_twin(tmp_path: Path):
    found = messengers(MessageSettings(), tmp_path)
    assert set(found) == set(NoticeChannel) - {NoticeChannel.ACCOUNT}
    assert {type(each) for each in found.values()} == {FileMessenger}
    assert {type(each) for each in messengers(MessageSettings(console=True), tmp_path).values()} == {ConsoleMessenger}


