//! What a server says it can do, in its answer to EHLO (RFC 5321 4.1.1.1).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::reply::Reply;

/// The extensions a server announced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Capabilities {
    /// The largest message in bytes (RFC 1870); absent when the server states no limit.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
    /// 8BITMIME (RFC 6152).
    pub eightbitmime: bool,
    /// SMTPUTF8 (RFC 6531).
    pub smtputf8: bool,
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// The mechanisms of AUTH (RFC 4954), in capitals, as ordered by the server.
    pub auth: Vec<String>,
    /// The lines as they came, without the first.
    pub lines: Vec<String>,
    /// The server knows no EHLO and answered HELO.
    pub helo_only: bool,
}

impl Capabilities {
    /// Reads the answer to EHLO. Keywords in any letter case (RFC 5321 2.4).
    pub(super) fn read(reply: &Reply) -> Capabilities {
        let mut offers = Capabilities::default();
        for line in reply.lines.iter().skip(1) {
            // Old servers write `AUTH=LOGIN` beside or in place of `AUTH LOGIN`.
            let mut words = line.split([' ', '\t', '=']).filter(|word| !word.is_empty());
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            match keyword.as_str() {
                "SIZE" => offers.size = words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0),
                "8BITMIME" => offers.eightbitmime = true,
                "SMTPUTF8" => offers.smtputf8 = true,
                "STARTTLS" => offers.starttls = true,
                "AUTH" => {
                    for mechanism in words.map(str::to_ascii_uppercase) {
                        if !offers.auth.contains(&mechanism) {
                            offers.auth.push(mechanism);
                        }
                    }
                }
                _ => {}
            }
            offers.lines.push(line.clone());
        }
        offers
    }

    /// What a server that knows only HELO offers: nothing.
    pub(super) fn none() -> Capabilities {
        Capabilities { helo_only: true, ..Capabilities::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Capabilities {
        Capabilities::read(&Reply { code: 250, lines: lines.iter().map(|l| (*l).to_owned()).collect() })
    }

    #[test]
    fn keywords_are_read_in_any_case_and_the_first_line_is_only_a_name() {
        let offers = read(&[
            "STARTTLS.example.com hello",
            "size 1000",
            "8bitMime",
            "smtputf8",
            "Auth plain LOGIN",
            "AUTH=LOGIN xoauth2",
        ]);
        assert_eq!(offers.size, Some(1000));
        assert!(offers.eightbitmime && offers.smtputf8);
        assert!(!offers.starttls, "the server's name is no capability");
        assert_eq!(offers.auth, ["PLAIN", "LOGIN", "XOAUTH2"]);
        assert_eq!(offers.lines.len(), 5);
    }

    #[test]
    fn a_size_of_zero_or_none_is_no_limit() {
        assert_eq!(read(&["x", "SIZE 0"]).size, None);
        assert_eq!(read(&["x", "SIZE"]).size, None);
        assert_eq!(read(&["x", "SIZE lots"]).size, None);
    }
}
