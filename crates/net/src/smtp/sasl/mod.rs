//! SASL over SMTP (RFC 4954): one file per mechanism, with its vectors.

mod cram_md5;
mod login;
mod oauthbearer;
mod plain;
mod xoauth2;

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// A way of signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mechanism {
    /// The password never travels (RFC 2195).
    CramMd5,
    /// User name and password in one message (RFC 4616).
    Plain,
    /// User name and password, one after the other.
    Login,
    /// Access token, Google's and Microsoft's way.
    XOauth2,
    /// Access token (RFC 7628).
    OauthBearer,
}

impl Mechanism {
    /// The mechanisms for a password, strongest first (rule ELI-9).
    pub const PASSWORD: [Mechanism; 3] = [Mechanism::CramMd5, Mechanism::Plain, Mechanism::Login];

    /// The name as servers announce it.
    pub fn as_str(self) -> &'static str {
        match self {
            Mechanism::CramMd5 => "CRAM-MD5",
            Mechanism::Plain => "PLAIN",
            Mechanism::Login => "LOGIN",
            Mechanism::XOauth2 => "XOAUTH2",
            Mechanism::OauthBearer => "OAUTHBEARER",
        }
    }

    /// The mechanism of that name, in any letter case.
    pub fn parse(name: &str) -> Option<Mechanism> {
        use Mechanism as M;
        let all = [M::CramMd5, M::Plain, M::Login, M::XOauth2, M::OauthBearer];
        all.into_iter().find(|mechanism| mechanism.as_str().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who signs in, with what, where.
pub(super) struct Account<'a> {
    pub(super) username: &'a str,
    pub(super) secret: &'a SecretString,
    pub(super) host: &'a str,
    pub(super) port: u16,
}

/// Bytes that hold a secret.
pub(super) type SecretBytes = Zeroizing<Vec<u8>>;

/// One run of a mechanism.
pub(super) struct Conversation<'a> {
    mechanism: Mechanism,
    account: &'a Account<'a>,
    answered: usize,
    /// The secret, or the proof of it, has been handed out.
    complete: bool,
    /// The server's own account of why a token failed.
    pub(super) error: Option<String>,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(mechanism: Mechanism, account: &'a Account<'a>) -> Conversation<'a> {
        Conversation { mechanism, account, answered: 0, complete: false, error: None }
    }

    /// The one message of a mechanism in which the client speaks first.
    ///
    /// # Errors
    /// Plain words when user name or secret holds a character that the mechanism uses as a border.
    pub(super) fn opening(&self) -> Result<Option<SecretBytes>, &'static str> {
        let account = self.account;
        // EXPOSE: the mechanism sends it to the server.
        let secret = account.secret.expose_secret();
        match self.mechanism {
            Mechanism::Plain => plain::message(account.username, secret).map(Some),
            Mechanism::XOauth2 => xoauth2::message(account.username, secret).map(Some),
            Mechanism::OauthBearer => oauthbearer::message(account, secret).map(Some),
            Mechanism::CramMd5 | Mechanism::Login => Ok(None),
        }
    }

    /// Says that the opening went out with the AUTH command.
    pub(super) fn opened(&mut self) {
        self.answered += 1;
        self.complete = true;
    }

    /// The answer to a challenge; `None` when nothing fits and the exchange must be cancelled.
    pub(super) fn answer(&mut self, challenge: Option<&[u8]>) -> Option<SecretBytes> {
        // EXPOSE: the mechanism sends it, or a digest of it, to the server.
        let secret = self.account.secret.expose_secret();
        let answer = match (self.mechanism, self.answered) {
            (Mechanism::Login, 0) => Some(login::part(self.account.username)),
            (Mechanism::Login, 1) => {
                self.complete = true;
                Some(login::part(secret))
            }
            (Mechanism::CramMd5, 0) => challenge.map(|challenge| {
                self.complete = true;
                cram_md5::response(self.account.username, secret, challenge)
            }),
            (Mechanism::Plain | Mechanism::XOauth2 | Mechanism::OauthBearer, 0) => {
                self.complete = true;
                self.opening().ok().flatten()
            }
            (Mechanism::XOauth2, _) => Some(self.told(challenge, xoauth2::after_error())),
            (Mechanism::OauthBearer, _) => Some(self.told(challenge, oauthbearer::after_error())),
            _ => None,
        };
        self.answered += 1;
        answer
    }

    fn told(&mut self, challenge: Option<&[u8]>, answer: SecretBytes) -> SecretBytes {
        self.error = challenge.map(|text| String::from_utf8_lossy(text).trim().to_owned());
        answer
    }

    /// False while the server has nothing to judge by: a success then is none.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }
}

impl fmt::Debug for Conversation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conversation").field("mechanism", &self.mechanism).finish_non_exhaustive()
    }
}
