//! Looks once more for secrets in a text that is about to leave the program, the other way round than the redaction: it does not
//! look for spellings, it undoes them.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::redact::{PIECE, SHORT, WHOLE, stands_alone};

/// Base64 as it lies in the middle of something: no padding asked for, odd bits at the end let pass.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// A secret that is still in a text. It names the kind and the line, never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The kind, such as `client-secret`.
    pub kind: String,
    /// The line, from 1.
    pub line: usize,
}

/// The secrets that are looked for.
#[derive(Default)]
pub(crate) struct LeakScan(Vec<Needle>);

struct Needle {
    kind: String,
    /// In small letters.
    text: Zeroizing<Vec<u8>>,
}

impl LeakScan {
    /// From now on `secret` counts as a leak. Long ones are looked for in pieces, keys line by line, as they may be cut.
    pub(crate) fn add(&mut self, kind: &str, secret: &SecretString) {
        // EXPOSE: to know what must not be in the text.
        let plain = secret.expose_secret().as_bytes();
        let mut add = |text: &[u8]| {
            let text = Zeroizing::new(text.to_ascii_lowercase());
            if !text.is_empty() && self.0.iter().all(|known| known.text != text) {
                self.0.push(Needle { kind: kind.to_owned(), text });
            }
        };
        if plain.len() <= WHOLE {
            return add(plain);
        }
        for line in plain.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.starts_with(b"-----")) {
            let starts = (0..line.len().saturating_sub(PIECE)).step_by(PIECE).chain(line.len().checked_sub(PIECE));
            starts.for_each(|start| add(&line[start..start + PIECE]));
        }
    }

    /// The first secret in a text, if there is one, in whatever spelling.
    pub(crate) fn find(&self, text: &str) -> Option<Leak> {
        if self.0.is_empty() {
            return None;
        }
        let found = |(number, line): (usize, &str)| {
            self.in_line(line).map(|needle| Leak { kind: needle.kind.clone(), line: number + 1 })
        };
        text.lines().enumerate().find_map(found)
    }

    fn in_line(&self, line: &str) -> Option<&Needle> {
        let mut readable = vec![Zeroizing::new(line.as_bytes().to_vec())];
        let once = unescaped(line.as_bytes());
        // One spelling inside another: a form that is quoted in JSON.
        readable.extend(once.iter().flat_map(|text| unescaped(text)));
        readable.extend(once);
        readable.iter().find_map(|text| self.spelled(text).or_else(|| self.encoded(text)))
    }

    /// As it stands there.
    fn spelled(&self, text: &[u8]) -> Option<&Needle> {
        let lower = Zeroizing::new(text.to_ascii_lowercase());
        self.0.iter().find(|needle| {
            if needle.text.len() >= SHORT {
                return contains(&lower, &needle.text);
            }
            let ends = lower.windows(needle.text.len()).enumerate().filter(|(_, part)| *part == &needle.text[..]);
            ends.into_iter().any(|(start, part)| stands_alone(&lower, start, start + part.len()))
        })
    }

    /// As hexadecimal digits or base64, beginning anywhere in a run of them.
    fn encoded(&self, text: &[u8]) -> Option<&Needle> {
        let in_bytes = |bytes: &[u8]| {
            let long = |needle: &&Needle| needle.text.len() >= SHORT;
            let lower = Zeroizing::new(bytes.to_ascii_lowercase());
            let direct = self.0.iter().filter(long).find(|needle| contains(&lower, &needle.text));
            direct.or_else(|| {
                let undone = unescaped(bytes);
                self.0
                    .iter()
                    .filter(long)
                    .find(|needle| undone.iter().any(|text| contains(&text.to_ascii_lowercase(), &needle.text)))
            })
        };
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
        text.split(|byte| !part(byte)).filter(|run| run.len() >= SHORT).find_map(|run| {
            let bytes = (0..4.min(run.len())).filter_map(|skipped| from_base64(&run[skipped..]));
            bytes.chain((0..2).filter_map(|skipped| from_hex(&run[skipped..]))).find_map(|bytes| in_bytes(&bytes))
        })
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

/// The text with its URL, form, JSON and HTML spelling undone, one by one and all together; nothing for one that has none.
fn unescaped(text: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut all = Vec::new();
    if text.contains(&b'%') {
        all.push(percent(text));
        all.push(percent(&text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect::<Vec<u8>>()));
    } else if text.contains(&b'+') {
        all.push(Zeroizing::new(text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect()));
    }
    if text.contains(&b'\\') {
        let plain = backslashes(text);
        all.push(percent(&plain));
        all.push(plain);
    }
    if text.contains(&b'&') {
        all.push(entities(text));
    }
    all
}

fn percent(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut at = 0;
    while at < text.len() {
        match text[at..] {
            [b'%', high, low, ..] if digit(high).is_some() && digit(low).is_some() => {
                plain.push(digit(high).unwrap_or_default() << 4 | digit(low).unwrap_or_default());
                at += 3;
            }
            [byte, ..] => {
                plain.push(byte);
                at += 1;
            }
            [] => break,
        }
    }
    plain
}

fn digit(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// JSON's escapes (RFC 8259 7), and those by which the recorder shows control characters.
fn backslashes(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let text = Zeroizing::new(String::from_utf8_lossy(text).into_owned());
    let mut units: Zeroizing<Vec<u16>> = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_str();
    while let Some(at) = rest.find('\\') {
        units.extend(rest[..at].encode_utf16());
        let after = &rest[at + 1..];
        let hex =
            after.strip_prefix('u').and_then(|code| code.get(..4)).and_then(|code| u16::from_str_radix(code, 16).ok());
        let (unit, used) = match (hex, after.chars().next()) {
            (Some(unit), _) => (unit, 5),
            (None, Some('n')) => (10, 1),
            (None, Some('r')) => (13, 1),
            (None, Some('t')) => (9, 1),
            (None, Some(c @ ('"' | '\\' | '/'))) => (c as u16, 1),
            _ => (u16::from(b'\\'), 0),
        };
        units.push(unit);
        rest = &after[used..];
    }
    units.extend(rest.encode_utf16());
    Zeroizing::new(String::from_utf16_lossy(&units).into_bytes())
}

fn entities(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let text = Zeroizing::new(String::from_utf8_lossy(text).into_owned());
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text.as_str();
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|end| *end <= 10).map(|end| &rest[1..end]);
        match entity.and_then(character) {
            Some(c) => {
                plain.push(c);
                rest = &rest[entity.map_or(0, str::len) + 2..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    Zeroizing::new(plain.as_bytes().to_vec())
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

fn from_base64(run: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let standard: Zeroizing<Vec<u8>> = Zeroizing::new(
        run.iter()
            .map(|byte| match byte {
                b'-' => b'+',
                b'_' => b'/',
                other => *other,
            })
            .collect(),
    );
    // One character alone holds no byte.
    let whole = if standard.len() % 4 == 1 { standard.len() - 1 } else { standard.len() };
    LENIENT.decode(&standard[..whole]).ok().map(Zeroizing::new)
}

fn from_hex(run: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let length = run.iter().position(|byte| digit(*byte).is_none()).unwrap_or(run.len()) / 2 * 2;
    let byte = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    (length >= 2 * SHORT).then(|| Zeroizing::new(run[..length].chunks(2).filter_map(byte).collect()))
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    fn scan(secret: &str) -> LeakScan {
        let mut scan = LeakScan::default();
        scan.add("client-secret", &SecretString::from(secret));
        scan
    }

    #[test]
    fn a_secret_is_found_in_every_spelling_and_its_line_is_named() {
        let secret = "p\u{e4}ss/W0rd+\"&<x>~ 1";
        let encoded = [
            secret.to_owned(),
            secret.to_uppercase().replace('\u{c4}', "\u{e4}"),
            serde_json::to_string(secret).unwrap(),
            "p\\u00e4ss\\/W0rd+\\\"&<x>~ 1".to_owned(),
            url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
            "p%c3%a4ss/W0rd+%22&<x>~%201".to_owned(),
            secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&#62;").replace('"', "&#x22;"),
            STANDARD.encode(format!("\0user\0{secret}")),
            STANDARD.encode(format!("user1:{secret}")),
            URL_SAFE_NO_PAD.encode(format!("ab{secret}c")),
            STANDARD.encode(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>()),
            secret.bytes().map(|byte| format!("{byte:02X}")).collect(),
        ];
        for text in encoded {
            let found = scan(secret).find(&format!("220 hello\nx={text};\nbye"));
            assert_eq!(found, Some(Leak { kind: "client-secret".into(), line: 2 }), "{text}");
        }
    }

    #[test]
    fn a_piece_of_a_long_token_and_a_line_of_a_key_are_found() {
        let token: String = (0..40).map(|n| format!("{:x}.", n * 7919)).collect();
        assert!(scan(&token).find(&token[20..70]).is_some());
        let key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEG\nCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n";
        assert!(scan(key).find("odd CCqGSM49AwEHBG0wawIBAQQg").is_some());
        assert!(scan(key).find("-----BEGIN PRIVATE KEY-----").is_none(), "the frame of a key is no secret");
    }

    #[test]
    fn a_text_without_it_is_clean_and_odd_texts_do_no_harm() {
        let scan = scan("correct-horse-battery");
        for text in
            ["", "%", "%zz%4", "\\", "\\u12", "&", "&;", "&#xffffffff;", "AUTH PLAIN [password #a1f3]", "====", "é%é"]
        {
            assert_eq!(scan.find(text), None, "{text}");
        }
    }

    #[test]
    fn a_short_secret_counts_where_it_stands_alone() {
        assert!(scan("12").find("pin 12.").is_some());
        assert!(scan("12").find("port 2125").is_none());
    }
}
