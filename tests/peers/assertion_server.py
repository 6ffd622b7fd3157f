"""A token endpoint that takes private_key_jwt only: Authlib's RFC 7523 client authentication, and jwcrypto beside it.

Both have to agree. What was in an accepted statement is printed, with what became of it when it was shown a second time.
"""
import base64
import json
import sys
from types import SimpleNamespace
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, make_server

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

PORT, CLIENT = int(sys.argv[1]), sys.argv[2]
with open(sys.argv[3], "rb") as file:
    PEM = file.read()
CERTIFICATE = x509.load_pem_x509_certificate(PEM)
PUBLIC = CERTIFICATE.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
URL = f"http://127.0.0.1:{PORT}/token"
ALGORITHMS = ["PS256", "RS256", "ES256"]


def thumbprint(algorithm):
    return base64.urlsafe_b64encode(CERTIFICATE.fingerprint(algorithm)).rstrip(b"=").decode()


class Application:
    """The one registered application."""

    def check_endpoint_auth_method(self, method, endpoint):
        return (method, endpoint) == ("private_key_jwt", "token")


class Statement(JWTBearerClientAssertion):
    """Authlib's checks with the key of the certificate that the header names."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self):
        super().__init__(leeway=0)
        self.used = set()
        self.seen = None

    def get_audiences(self):
        return [URL]

    def validate_jti(self, claims, jti):
        fresh = jti not in self.used
        self.used.add(jti)
        return fresh

    def resolve_client_public_key(self, client):
        return jwk.import_key(PUBLIC, "EC" if b"MFkw" in PUBLIC else "RSA")

    def process_assertion_claims(self, assertion, key):
        header = jws.extract_compact(assertion.encode()).headers()
        if header.get("x5t#S256") != thumbprint(hashes.SHA256()):
            raise InvalidClientError(description="x5t#S256 names another certificate")
        if "x5t" in header and header["x5t"] != thumbprint(hashes.SHA1()):
            raise InvalidClientError(description="x5t names another certificate")
        try:
            token = jwt.decode(assertion, key, algorithms=ALGORITHMS)
            second = JWT(jwt=assertion, key=JWK.from_pem(PEM), algs=ALGORITHMS, check_claims={"aud": URL, "sub": CLIENT})
        except (JoseError, JWException) as error:
            raise InvalidClientError(description=str(error)) from error
        self.verify_claims(token.claims)
        if json.loads(second.claims) != token.claims:
            raise InvalidClientError(description="the two libraries read it differently")
        self.seen = {"header": header, "claims": token.claims}
        return token.claims


STATEMENT = Statement()


def signs_in(form):
    request = SimpleNamespace(form=form, client=None)
    return STATEMENT(lambda name: Application() if name == CLIENT else None, request)


def outcome(form):
    try:
        return "accepted" if signs_in(form) else "not asked"
    except InvalidClientError as error:
        return error.description


def answer(environ, start):
    form = dict(parse_qsl(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()))
    said = outcome(form)
    if said == "accepted":
        print(json.dumps({**STATEMENT.seen, "again": outcome(form), "form": sorted(form)}), flush=True)
        status, body = "200 OK", {"access_token": "opaque-token-of-authlib", "token_type": "Bearer", "expires_in": 600}
    else:
        status, body = "401 Unauthorized", {"error": "invalid_client", "error_description": said}
    start(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    return [json.dumps(body).encode()]


class Quiet(WSGIRequestHandler):
    """Without a line per request."""

    def log_message(self, *_):
        pass


make_server("127.0.0.1", PORT, answer, handler_class=Quiet).serve_forever()
