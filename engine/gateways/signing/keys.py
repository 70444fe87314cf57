"""Keys in files, for installations that have neither tokens nor a remote signing service yet.

The root is made once, at the first start; every person and unit gets a key of its own when it first signs. Whoever
moves to a token or a service writes another `engine.ports.KeyHolder` and keeps everything else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from engine.domain.signature import Signatory

VALID_FOR = timedelta(days=3650)
BACKDATED = timedelta(days=1)
ROOT_NAME = "Một Cửa – gốc chứng thư nội bộ"
LONGEST_NAME = 64
"""What X.509 allows for a common name and an organisation."""


class FileKeys:
    """Implements `ports.KeyHolder` in a folder: `<name>.pem` holds a private key and its certificate."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: dict[bytes, ec.EllipticCurvePrivateKey] = {}
        self._certificates: dict[str, bytes] = {}

    def certificate(self, signatory: Signatory, at: datetime) -> bytes:
        """Made when the signatory first signs (DER)."""
        name = hashlib.sha256(f"{signatory.unit}\n{signatory.person}".encode()).hexdigest()[:40]
        if name not in self._certificates:
            issuer = self._root(at)
            self._certificates[name] = self._load(name) or self._load(
                self._keep(name, *_issued(signatory, at, *issuer))) or b""
        return self._certificates[name]

    def trusted(self) -> Sequence[bytes]:
        """Our own root, once there is one."""
        root = self._load("root")
        return [root] if root else []

    async def sign_raw(self, certificate: bytes, content: bytes) -> bytes:
        """ECDSA with SHA-256."""
        return self._held[certificate].sign(content, ec.ECDSA(hashes.SHA256()))

    def _root(self, at: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        der = self._load("root") or self._load(self._keep("root", *_own_root(at))) or b""
        return self._held[der], x509.load_der_x509_certificate(der)

    def _load(self, name: str) -> bytes | None:
        path = self.folder / f"{name}.pem"
        if not path.exists():
            return None
        text = path.read_bytes()
        key = serialization.load_pem_private_key(text, None)
        certificate = x509.load_pem_x509_certificate(text)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        der = certificate.public_bytes(Encoding.DER)
        self._held[der] = key
        return der

    def _keep(self, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> str:
        """Two processes may begin at once: a hard link appears whole, and only the first one succeeds."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.folder / f".{name}.{os.getpid()}.{id(key)}"
        draft.touch(mode=0o600)
        draft.write_bytes(key.private_bytes(
            Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption(),
        ) + certificate.public_bytes(Encoding.PEM))
        with contextlib.suppress(FileExistsError):
            (self.folder / f"{name}.pem").hardlink_to(draft)
        draft.unlink()
        return name


def _own_root(at: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(ROOT_NAME, "")
    built = _builder(name, name, key, at).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return key, built.add_extension(_usage(signs_certificates=True), critical=True).sign(key, hashes.SHA256())


def _issued(signatory: Signatory, at: datetime, root_key: ec.EllipticCurvePrivateKey,
            root: x509.Certificate) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    built = _builder(_name(signatory.name, signatory.unit), root.subject, key, at)
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return key, built.add_extension(_usage(signs_certificates=False), critical=True).sign(root_key, hashes.SHA256())


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey,
             at: datetime) -> x509.CertificateBuilder:
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - BACKDATED).not_valid_after(at + VALID_FOR))


def _name(common: str, organisation: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:LONGEST_NAME]))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common[:LONGEST_NAME])])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=not signs_certificates, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False)
