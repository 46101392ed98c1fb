"""A lab that keeps the names the published packages have built in: a local authority, and a server under both names."""

import base64
import ipaddress
import json
import ssl
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.platform import Platform

SHOP = "shop.example"
PLATFORM_NAME, SIGN_IN_NAME = "xumm.app", "oauth2.xumm.app"


@dataclass(frozen=True)
class Files:
    """PEM files: the authority, and a leaf for every name of the lab."""

    ca: Path
    leaf: Path
    key: Path


def make_certificates(folder: Path) -> Files:
    """Make an authority and one leaf certificate, good for a day."""
    ca_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test lab")])
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in (PLATFORM_NAME, SIGN_IN_NAME, SHOP, "localhost")]
    names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    ca = (
        _certificate(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .add_extension(_KEY_CERT_SIGN, critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, PLATFORM_NAME)])
    leaf = (
        _certificate(subject, ca_name, leaf_key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    files = Files(ca=folder / "ca.pem", leaf=folder / "leaf.pem", key=folder / "leaf.key")
    files.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    files.leaf.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


def spki_of(files: Files) -> str:
    """Return the base64 of the SHA-256 of the leaf's public key, as Chromium takes it on its command line."""
    leaf = x509.load_pem_x509_certificate(files.leaf.read_bytes())
    encoded = leaf.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(sha256(encoded).digest()).decode()


class LabPlatform(Platform):
    """`sealgate dev` on TLS, under the two names."""

    files: Files

    @classmethod
    def start_in(cls, folder: Path, files: Files) -> "LabPlatform":
        """Start one and return it once it is ready."""
        arguments = ["--tls-cert", str(files.leaf), "--tls-key", str(files.key)]
        arguments += ["--issuer", f"https://{SIGN_IN_NAME}", "--public-url", f"https://{PLATFORM_NAME}"]
        platform = cls(folder, arguments=arguments)
        platform.files = files
        platform.url = f"https://localhost:{platform.port}"
        platform.start()
        return platform

    def is_up(self) -> bool:
        try:
            self.call("GET", "/readyz")
        except OSError:
            return False
        lines = (self.data_dir / "dev.env").read_text().splitlines()
        self.env = dict(line.split("=", 1) for line in lines if "=" in line)
        self.env = {name: value.strip("'\"") for name, value in self.env.items()}
        # Nothing on this machine resolves the names but the browser: the wallet takes the way over loopback.
        self.env["SEALGATE_URL"] = self.url
        return True

    def allow_origin(self, origin: str) -> None:
        """Let pages of one more site sign in to the demo app."""
        path = f"/api/v1/admin/apps/{self.env['SEALGATE_API_KEY']}"
        redirects = self.call("GET", path)["redirects"]
        self.call("PATCH", path, {"redirect_uris": [*redirects, {"uri": f"{origin}/", "match": "origin"}]})

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the server as its operator."""
        headers = {"content-type": "application/json"}
        if "SEALGATE_ADMIN_TOKEN" in self.env:
            headers["authorization"] = f"Bearer {self.env['SEALGATE_ADMIN_TOKEN']}"
        request = urllib.request.Request(
            f"https://localhost:{self.port}{path}",
            method=method,
            headers=headers,
            data=None if body is None else json.dumps(body).encode(),
        )
        context = ssl.create_default_context(cafile=str(self.files.ca))
        with urllib.request.urlopen(request, timeout=5, context=context) as answer:
            return json.loads(answer.read() or b"null")


_KEY_CERT_SIGN = x509.KeyUsage(
    digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
    )
