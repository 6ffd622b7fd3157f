//! Signing in (RFC 4954): PLAIN, LOGIN, CRAM-MD5, XOAUTH2, OAUTHBEARER.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use uuid::Uuid;

use crate::accounts::{MAIL_AUDIENCE, MAILBOX};
use crate::compare::same;
use crate::fault::{Fault, MailStep};
use crate::{Server, idp};

use super::dialogue::{Dialogue, Next, SignedIn};
use crate::wire::Incoming;

const MECHANISMS: [&str; 5] = ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER"];
/// Tokens can be long (RFC 4954 4.3 allows 12,288 and some servers more).
const ANSWER_LIMIT: usize = 65_536;
const WRONG: &str = "535 5.7.8 Error: authentication failed: authentication credentials invalid";
const MALFORMED: &str = "501 5.5.2 Cannot decode that";

/// How a sign-in ended.
enum Outcome {
    /// The user name is right and proven.
    Proven(String),
    Refused(&'static str),
    /// The connection is to end.
    Gone,
}

impl Dialogue {
    /// The mechanisms offered now; none before TLS where STARTTLS is required.
    pub(super) fn mechanisms(&self) -> Vec<String> {
        let needs_tls = self.about.server == Server::Smtp && self.about.tls.is_none();
        if self.about.server == Server::SmtpRelay || needs_tls {
            return Vec::new();
        }
        let told = self.about.shared.fault(self.about.server, |fault| match fault {
            Fault::Mechanisms(names) => Some(names.clone()),
            _ => None,
        });
        told.unwrap_or_else(|| MECHANISMS.map(str::to_owned).to_vec())
    }

    pub(super) async fn auth_command(&mut self, argument: &str) -> io::Result<Next> {
        if self.signed_in.is_some() {
            return self.reply("503 5.5.1 Signed in already").await;
        }
        if self.envelope.is_some() {
            return self.reply("503 5.5.1 Not inside a mail transaction").await;
        }
        if self.about.server == Server::Smtp && self.about.tls.is_none() {
            return self.reply("530 5.7.0 Must issue a STARTTLS command first").await;
        }
        let (mechanism, initial) = match argument.split_once(' ') {
            Some((mechanism, initial)) => (mechanism, Some(initial.trim())),
            None => (argument, None),
        };
        let mechanism = mechanism.to_ascii_uppercase();
        if !self.mechanisms().iter().any(|offered| offered.eq_ignore_ascii_case(&mechanism)) {
            return self.reply("504 5.5.4 Authentication mechanism not supported").await;
        }
        match self.prove(&mechanism, initial).await? {
            Outcome::Gone => Ok(Next::Close),
            Outcome::Refused(reply) => self.failed(reply).await,
            Outcome::Proven(username) => {
                let told = self.about.shared.fault_at(self.about.server, MailStep::Auth).is_some();
                if !told {
                    self.signed_in = Some(SignedIn { username, mechanism });
                }
                self.say(MailStep::Auth, "235 2.7.0 Authentication successful").await
            }
        }
    }

    async fn prove(&mut self, mechanism: &str, initial: Option<&str>) -> io::Result<Outcome> {
        match mechanism {
            "PLAIN" => self.plain(initial).await,
            "LOGIN" => self.login(initial).await,
            "CRAM-MD5" => self.cram_md5(initial).await,
            "XOAUTH2" => self.bearer(initial, Bearer::Xoauth2).await,
            _ => self.bearer(initial, Bearer::Oauthbearer).await,
        }
    }

    /// RFC 4616: authorisation identity, user name and password between NULs.
    async fn plain(&mut self, initial: Option<&str>) -> io::Result<Outcome> {
        let answer = match self.first(initial).await? {
            Ok(answer) => answer,
            Err(outcome) => return Ok(outcome),
        };
        let Ok(text) = String::from_utf8(answer) else { return Ok(Outcome::Refused(MALFORMED)) };
        let mut parts = text.split('\0');
        let (Some(acting), Some(user), Some(password), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Ok(Outcome::Refused(MALFORMED));
        };
        let acts_as_itself = acting.is_empty() || acting == user;
        Ok(self.password(user, password, acts_as_itself))
    }

    async fn login(&mut self, initial: Option<&str>) -> io::Result<Outcome> {
        let user = match initial {
            Some(initial) => decoded(initial),
            None => self.ask("VXNlcm5hbWU6").await?,
        };
        let user = match user {
            Ok(user) => user,
            Err(outcome) => return Ok(outcome),
        };
        let password = match self.ask("UGFzc3dvcmQ6").await? {
            Ok(password) => password,
            Err(outcome) => return Ok(outcome),
        };
        Ok(self.password(&String::from_utf8_lossy(&user), &String::from_utf8_lossy(&password), true))
    }

    fn password(&self, user: &str, password: &str, otherwise_right: bool) -> Outcome {
        let right = same(password, &self.about.shared.accounts.password);
        if user.eq_ignore_ascii_case(MAILBOX) && right && otherwise_right {
            Outcome::Proven(MAILBOX.to_owned())
        } else {
            Outcome::Refused(WRONG)
        }
    }

    /// RFC 2195: the answer is the user name and the HMAC-MD5 of the challenge under the password.
    async fn cram_md5(&mut self, initial: Option<&str>) -> io::Result<Outcome> {
        if initial.is_some() {
            return Ok(Outcome::Refused("501 5.5.4 CRAM-MD5 takes no initial response"));
        }
        let challenge = format!("<{}@localhost>", Uuid::new_v4().simple());
        let answer = match self.ask(&STANDARD.encode(&challenge)).await? {
            Ok(answer) => answer,
            Err(outcome) => return Ok(outcome),
        };
        let Ok(answer) = String::from_utf8(answer) else { return Ok(Outcome::Refused(MALFORMED)) };
        let Some((user, digest)) = answer.rsplit_once(' ') else { return Ok(Outcome::Refused(MALFORMED)) };
        let password = self.about.shared.accounts.password.as_bytes();
        let mut expected = Hmac::<Md5>::new_from_slice(password).expect("HMAC takes a key of any length");
        expected.update(challenge.as_bytes());
        let right = digest == hex(&expected.finalize().into_bytes());
        if right && user.eq_ignore_ascii_case(MAILBOX) {
            return Ok(Outcome::Proven(MAILBOX.to_owned()));
        }
        Ok(Outcome::Refused(WRONG))
    }

    /// A token of the sandbox's own identity provider, in either dress.
    async fn bearer(&mut self, initial: Option<&str>, dress: Bearer) -> io::Result<Outcome> {
        let answer = match self.first(initial).await? {
            Ok(answer) => answer,
            Err(outcome) => return Ok(outcome),
        };
        let text = String::from_utf8_lossy(&answer).into_owned();
        let claimed = match dress {
            Bearer::Xoauth2 => xoauth2(&text),
            Bearer::Oauthbearer => oauthbearer(&text),
        };
        let Some((user, token)) = claimed else { return Ok(Outcome::Refused(MALFORMED)) };
        let verdict = idp::accepts(&self.about.shared, &token, MAIL_AUDIENCE);
        if verdict.is_ok() && user.eq_ignore_ascii_case(MAILBOX) {
            return Ok(Outcome::Proven(MAILBOX.to_owned()));
        }
        let why = verdict.err().unwrap_or("the token is good, the user name is not the mailbox");
        self.about.note(format!("token refused: {why}"));
        if self.has_fault(&Fault::NoTokenChallenge) {
            return Ok(Outcome::Refused("535 5.7.3 Authentication unsuccessful"));
        }
        self.explain(dress).await
    }

    /// Tells the client why in JSON; only its (empty) answer brings the 535.
    async fn explain(&mut self, dress: Bearer) -> io::Result<Outcome> {
        let scope = format!("{MAIL_AUDIENCE}/SMTP.Send");
        let json = match dress {
            Bearer::Xoauth2 => format!(r#"{{"status":"401","schemes":"bearer","scope":"{scope}"}}"#) + "\n",
            Bearer::Oauthbearer => format!(r#"{{"status":"invalid_token","scope":"{scope}"}}"#),
        };
        let expected = match dress {
            Bearer::Xoauth2 => "",
            Bearer::Oauthbearer => "AQ==",
        };
        self.reply(&format!("334 {}", STANDARD.encode(json))).await?;
        match self.answer().await? {
            None => Ok(Outcome::Gone),
            Some(answer) => {
                // Which of the two empty answers came is what a test of a client wants to know.
                let right = if answer == expected { "as it should be" } else { "not as it should be" };
                self.about.note(format!("C: answer to the error challenge, {right}"));
                Ok(Outcome::Refused(WRONG))
            }
        }
    }

    /// The initial response, or the answer to an empty challenge.
    async fn first(&mut self, initial: Option<&str>) -> io::Result<Result<Vec<u8>, Outcome>> {
        match initial {
            Some("=") => Ok(Ok(Vec::new())),
            Some(initial) => Ok(decoded(initial)),
            None => self.ask("").await,
        }
    }

    async fn ask(&mut self, challenge: &str) -> io::Result<Result<Vec<u8>, Outcome>> {
        self.reply(&format!("334 {challenge}")).await?;
        Ok(match self.answer().await? {
            None => Err(Outcome::Gone),
            Some(answer) if answer == "*" => Err(Outcome::Refused("501 5.7.0 Authentication cancelled")),
            Some(answer) => decoded(&answer),
        })
    }

    /// One line of the client, without its ending; never in the journal.
    async fn answer(&mut self) -> io::Result<Option<String>> {
        Ok(match self.wire.line(ANSWER_LIMIT).await? {
            Incoming::End | Incoming::TooLong => None,
            Incoming::Line(line) => Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()),
        })
    }
}

#[derive(Clone, Copy)]
enum Bearer {
    Xoauth2,
    Oauthbearer,
}

fn decoded(text: &str) -> Result<Vec<u8>, Outcome> {
    STANDARD.decode(text).map_err(|_| Outcome::Refused(MALFORMED))
}

/// `user=` user ^A `auth=Bearer ` token ^A ^A.
fn xoauth2(text: &str) -> Option<(String, String)> {
    let (user, rest) = text.strip_prefix("user=")?.split_once('\u{1}')?;
    let token = rest.strip_prefix("auth=Bearer ")?.strip_suffix("\u{1}\u{1}")?;
    Some((user.to_owned(), token.to_owned()))
}

/// RFC 7628 3.1: `n,a=` user `,` ^A, then `key=value` ^A pairs, then ^A.
fn oauthbearer(text: &str) -> Option<(String, String)> {
    let (header, rest) = text.split_once('\u{1}')?;
    let user = header.strip_prefix("n,a=")?.strip_suffix(',')?.replace("=2C", ",").replace("=3D", "=");
    let pairs = rest.strip_suffix("\u{1}\u{1}")?;
    let token = pairs.split('\u{1}').find_map(|pair| pair.strip_prefix("auth=Bearer "))?;
    Some((user, token.to_owned()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_xoauth2_vector_is_read() {
        let text = STANDARD.decode("dXNlcj10ZXN0QGNvbnRvc28ub25taWNyb3NvZnQuY29tAWF1dGg9QmVhcmVyIEV3QkFBbDNCQUFVRkZwVUFvN0ozVmUwYmpMQldaV0NjbFJDM0VvQUEBAQ==").unwrap();
        let read = xoauth2(&String::from_utf8(text).unwrap()).unwrap();
        assert_eq!(
            read,
            ("test@contoso.onmicrosoft.com".to_owned(), "EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA".to_owned())
        );
    }

    #[test]
    fn rfc_7628_4_1_is_read() {
        let text = STANDARD.decode("bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB").unwrap();
        let read = oauthbearer(&String::from_utf8(text).unwrap()).unwrap();
        assert_eq!(read.0, "user@example.com");
        assert_eq!(read.1, "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    }
}
