"""aiosmtpd as a second mail server: STARTTLS, then AUTH PLAIN or LOGIN; every mail is one line of JSON on stdout."""
import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

PORT, CERTIFICATE, KEY = int(sys.argv[1]), sys.argv[2], sys.argv[3]
USER, PASSWORD = os.environ["MAIL_USER"].encode(), os.environ["MAIL_PASSWORD"].encode()


class Mailbox:
    """Prints what it takes."""

    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "content": envelope.content.decode("utf-8", "replace"),
        }
        print(json.dumps(mail), flush=True)
        return "250 2.0.0 Ok: queued as INDEPENDENT"


def authenticate(server, session, envelope, mechanism, data):
    """One account."""
    good = data.login == USER and data.password == PASSWORD
    return AuthResult(success=good, handled=good)


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)

    def factory():
        return SMTP(
            Mailbox(), authenticator=authenticate, auth_required=True, auth_require_tls=True, tls_context=context,
            require_starttls=True, enable_SMTPUTF8=True, hostname="second.independent.test",
        )

    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", PORT)
    await server.serve_forever()


asyncio.run(main())
