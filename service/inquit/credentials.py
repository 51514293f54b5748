"""What TLS needs: the server's certificate and the authorities of its callers, from files."""

from __future__ import annotations

import ssl
from functools import partial
from pathlib import Path

import grpc

from inquit.config import ServerSettings
from inquit.errors import InvalidInput
from inquit.watched_files import WatchedFiles, read_file

__all__ = ["server_credentials"]


def server_credentials(settings: ServerSettings) -> grpc.ServerCredentials | None:
    """Return what TLS needs, or None for a plain port; raises InvalidInput.

    The files are looked at before every handshake; connections that are there go on.
    """
    certificate, key, authorities = settings.tls_cert, settings.tls_key, settings.tls_client_ca
    if certificate is None or key is None:
        return None
    paths = {"tls_cert": certificate, "tls_key": key}
    if authorities is not None:
        paths["tls_client_ca"] = authorities
    files = WatchedFiles(paths, partial(_configuration, certificate, key, authorities))

    def changed() -> grpc.ServerCertificateConfiguration | None:
        return files.value if files.refresh() else None

    return grpc.dynamic_ssl_server_credentials(
        files.value,
        changed,  # type: ignore[arg-type]  # the stubs do not know that None means no change
        require_client_authentication=authorities is not None,
    )


def _configuration(
    certificate: Path, key: Path, authorities: Path | None
) -> grpc.ServerCertificateConfiguration:
    pair = _pair(certificate, key)
    # gRPC says of files that it cannot use no more than that the port is not bound.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError):
        raise InvalidInput(
            f"tls_cert, tls_key: {certificate} and {key} are not"
            " a certificate chain and its unencrypted private key in PEM",
            field="tls_cert",
        ) from None
    # What was checked is what is served.
    if _pair(certificate, key) != pair:
        raise InvalidInput(f"tls_cert, tls_key: {certificate} or {key} is being written", field="tls_cert")
    roots = None if authorities is None else _roots(authorities, context)
    return grpc.ssl_server_certificate_configuration([pair], roots)


def _pair(certificate: Path, key: Path) -> tuple[bytes, bytes]:
    return read_file(key, "tls_key"), read_file(certificate, "tls_cert")


def _roots(path: Path, context: ssl.SSLContext) -> bytes:
    roots = read_file(path, "tls_client_ca")
    try:
        # What stands between the certificates may be in any alphabet.
        context.load_verify_locations(cadata=roots.decode("ascii", errors="ignore"))
    except (OSError, ValueError):
        raise InvalidInput(
            f"tls_client_ca: {path} holds no certificates in PEM, or a broken one", field="tls_client_ca"
        ) from None
    return roots
