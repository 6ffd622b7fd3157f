//! Digest (RFC 7616): user name and password hashed with what the server asks.
//!
//! Written here: the crate for it would bring a second generation of the hash crates and of `rand` for two hashes over five
//! texts. `auth-int` and the hashes beyond MD5 and SHA-256 are not offered by servers that people meet.

use std::collections::HashMap;

use md5::Md5;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Algorithm {
    Md5,
    Sha256,
}

impl Algorithm {
    fn hash(self, text: &str) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Algorithm::Md5 => hex(&Md5::digest(text)),
            Algorithm::Sha256 => hex(&Sha256::digest(text)),
        }
    }
}

/// What a server asks.
#[derive(Debug, Clone)]
pub(super) struct Challenge {
    fields: HashMap<String, String>,
    algorithm: Algorithm,
    /// The algorithm as the server wrote it, to be repeated.
    named: Option<String>,
    session: bool,
    qop: bool,
}

/// Whose request is answered for.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    /// Path and query as they are sent.
    pub(super) uri: &'a str,
    pub(super) username: &'a str,
    pub(super) password: &'a SecretString,
    /// A fresh random text.
    pub(super) cnonce: &'a str,
}

impl Challenge {
    /// The strongest challenge that can be answered, of all the server's `WWW-Authenticate` headers.
    pub(super) fn strongest<'a>(headers: impl Iterator<Item = &'a str>) -> Option<Challenge> {
        headers.flat_map(challenges).max_by_key(|challenge| challenge.algorithm)
    }

    fn of(fields: HashMap<String, String>) -> Option<Challenge> {
        let named = fields.get("algorithm").cloned();
        let upper = named.as_deref().unwrap_or("MD5").to_ascii_uppercase();
        let (name, session) = upper.strip_suffix("-SESS").map_or((upper.as_str(), false), |name| (name, true));
        let algorithm = match name {
            "MD5" => Algorithm::Md5,
            "SHA-256" => Algorithm::Sha256,
            _ => return None,
        };
        // Without qop it is the older form (RFC 2069); with qop it must be one that can be done.
        let qop = match fields.get("qop") {
            None => false,
            Some(offered) if offered.split(',').any(|one| one.trim().eq_ignore_ascii_case("auth")) => true,
            Some(_) => return None,
        };
        let complete = fields.contains_key("realm") && fields.contains_key("nonce");
        complete.then_some(Challenge { fields, algorithm, named, session, qop })
    }

    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The value of `Authorization` (RFC 7616 3.4).
    pub(super) fn answer(&self, asked: &Asked<'_>) -> String {
        let hash = |text: String| self.algorithm.hash(&text);
        let (realm, nonce) = (self.field("realm"), self.field("nonce"));
        // EXPOSE: hashed; the hash alone goes on the wire.
        let mut first = hash(format!("{}:{realm}:{}", asked.username, asked.password.expose_secret()));
        if self.session {
            first = hash(format!("{first}:{nonce}:{}", asked.cnonce));
        }
        let second = hash(format!("{}:{}", asked.method, asked.uri));
        let response = if self.qop {
            hash(format!("{first}:{nonce}:00000001:{}:auth:{second}", asked.cnonce))
        } else {
            hash(format!("{first}:{nonce}:{second}"))
        };
        let hashed = self.field("userhash").eq_ignore_ascii_case("true");
        let username = if hashed { hash(format!("{}:{realm}", asked.username)) } else { asked.username.to_owned() };
        let mut parts = vec![
            format!("username={}", quoted(&username)),
            format!("realm={}", quoted(realm)),
            format!("nonce={}", quoted(nonce)),
            format!("uri={}", quoted(asked.uri)),
            format!("response=\"{response}\""),
        ];
        parts.extend(self.named.as_ref().map(|algorithm| format!("algorithm={algorithm}")));
        if self.qop {
            parts.extend(["qop=auth".to_owned(), "nc=00000001".to_owned()]);
        }
        if self.qop || self.session {
            parts.push(format!("cnonce={}", quoted(asked.cnonce)));
        }
        parts.extend(self.fields.get("opaque").map(|opaque| format!("opaque={}", quoted(opaque))));
        parts.extend(hashed.then(|| "userhash=true".to_owned()));
        format!("Digest {}", parts.join(", "))
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Every Digest challenge of one header, which may hold several of several schemes (RFC 9110 11.6.1).
fn challenges(header: &str) -> Vec<Challenge> {
    let mut found = Vec::new();
    let mut fields: Option<HashMap<String, String>> = None;
    for part in parts(header) {
        let (name, value) = part.split_once('=').map_or((part.as_str(), None), |(name, value)| (name, Some(value)));
        // `Digest realm="x"`: a new challenge begins where a name has a blank in it or stands alone.
        let (scheme, name) = match name.trim().split_once(char::is_whitespace) {
            Some((scheme, name)) => (Some(scheme), name.trim()),
            None if value.is_none() => (Some(name.trim()), ""),
            None => (None, name.trim()),
        };
        if let Some(scheme) = scheme {
            found.extend(fields.take().and_then(Challenge::of));
            fields = scheme.eq_ignore_ascii_case("digest").then(HashMap::new);
        }
        if let (Some(fields), Some(value)) = (&mut fields, value) {
            fields.insert(name.to_ascii_lowercase(), unquoted(value.trim()));
        }
    }
    found.extend(fields.and_then(Challenge::of));
    found
}

/// Split at commas that stand outside of quotes.
fn parts(header: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut inside, mut escaped) = (false, false);
    for c in header.chars().filter(|c| !c.is_control()) {
        if c == ',' && !inside {
            parts.push(String::new());
            continue;
        }
        if c == '"' && !escaped {
            inside = !inside;
        }
        escaped = inside && c == '\\' && !escaped;
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return value.to_owned() };
    let mut plain = String::new();
    let mut escaped = false;
    for c in inner.chars() {
        escaped = c == '\\' && !escaped;
        if !escaped {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(header: &str, cnonce: &str) -> String {
        let challenge = Challenge::strongest([header].into_iter()).unwrap();
        let password = SecretString::from("Circle of Life");
        challenge.answer(&Asked {
            method: "GET",
            uri: "/dir/index.html",
            username: "Mufasa",
            password: &password,
            cnonce,
        })
    }

    const CNONCE: &str = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    #[test]
    fn vectors_of_rfc_7616_3_9_1() {
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let header = format!(
                r#"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#
            );
            let answer = answer(&header, CNONCE);
            assert!(answer.contains(&format!("response=\"{response}\"")), "{answer}");
            assert!(answer.contains(r#"opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#), "{answer}");
        }
    }

    #[test]
    fn the_stronger_of_two_challenges_is_answered_and_other_schemes_are_passed_over() {
        let header = r#"Basic realm="a, b", Digest realm="r", nonce="n", qop="auth", Digest realm="r", nonce="n2", qop="auth", algorithm=SHA-256, Negotiate"#;
        let answer = answer(header, "c");
        assert!(answer.contains("algorithm=SHA-256") && answer.contains(r#"nonce="n2""#), "{answer}");
    }

    #[test]
    fn what_cannot_be_answered_is_not() {
        for header in [
            "Basic realm=\"x\"",
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",
            "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256",
            "Digest realm=\"r\"",
            "",
            "\"\"\",,,=",
        ] {
            assert!(Challenge::strongest([header].into_iter()).is_none(), "{header}");
        }
    }

    #[test]
    fn quotes_in_names_are_escaped_and_the_older_form_has_no_cnonce() {
        let challenge = Challenge::strongest([r#"Digest realm="a \"b\"", nonce="n""#].into_iter()).unwrap();
        let password = SecretString::from("p");
        let asked = Asked { method: "GET", uri: "/", username: "x\"y", password: &password, cnonce: "c" };
        let answer = challenge.answer(&asked);
        assert!(answer.contains(r#"username="x\"y""#) && answer.contains(r#"realm="a \"b\"""#), "{answer}");
        assert!(!answer.contains("cnonce") && !answer.contains("qop"), "{answer}");
    }
}
