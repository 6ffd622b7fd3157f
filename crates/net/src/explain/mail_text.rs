//! A mail server's reply inside what a person pasted: a log line, an exception, a list of lines.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::expression::compiled;
use super::families::begins_with_reply_code;

type Pattern = LazyLock<Option<Regex>>;

/// A reply code and its enhanced code (RFC 3463), also as programs print the pair: `535-5.7.8`, `535: 5.7.3`,
/// `(535, b'5.7.8 …')`, `(530): 5.7.0`.
static CODE_PAIR: Pattern = LazyLock::new(|| {
    compiled(r#"\b([45])(\d\d)(?:[\s-]{1,2}#?|["')\]]{0,2}[:,] ?-?(?:b?["'])?)([45])(\.\d{1,3}\.\d{1,3})\b"#).ok()
});
/// An enhanced code alone, before a sentence, where a program dropped the reply code.
static ENHANCED_ALONE: Pattern =
    LazyLock::new(|| compiled(r"(?:^|[^\w.])([45]\.\d{1,3}\.\d{1,3})(?: |; ?)[A-Z<]").ok());
/// The same at the beginning, where the detail is one of security's (RFC 3463 3.8): version numbers do not look like this.
static ENHANCED_FIRST: Pattern = LazyLock::new(|| compiled(r"\A5\.7\.\d{1,3} [A-Z]").ok());
/// A failing reply code alone, before words and where a reply may begin, in a text that speaks of SMTP: in the middle of a
/// sentence it is any number.
static CODE_ALONE: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r#"(?m)(?:^[\s>*-]*|[:(<>"'\]=,;|]\s{0,2}|\b(?i:said|error|server|response|reply|code|returned|status|got|failed|smtp|message|with|was|exception|fatal|retcode)\s{1,2}#?)"#,
        r#"([45][0-5]\d)(?:[\s-]{1,3}|[)\]]?: |[)\]] |, (?:response|message)\W{1,3})([A-Za-z<])"#,
    ))
    .ok()
});
/// A code that HTTP does not use in this way, before words about mail or signing in.
static CODE_AND_MAIL_WORDS: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"\b(421|45[0-245]|53[0458]|55[0-6])(?:\s*-|\s+)((?i:[^\n]{0,60}?",
        r"\b(?:authenticat\w+|mailbox|recipient|sender|relay\w*|starttls|password|e-?mails?)\b))",
    ))
    .ok()
});
/// What PHPMailer makes of a reply: its words, then its code, then its enhanced code.
static DETAIL_AND_CODE: Pattern = LazyLock::new(|| {
    compiled(r"(?s)Detail: (.{1,400}?)\s*SMTP code: ([45]\d\d)(?:\s*Additional SMTP info: (\d\.\d{1,3}\.\d{1,3}))?")
        .ok()
});
/// A pair as Python's library prints it: `(553, b'words`.
static PYTHON_PAIR: Pattern = LazyLock::new(|| compiled(r#"(?:^|\()([45][0-5]\d), ?b?["']([A-Za-z<"].*)"#).ok());
/// A code that HTTP does not have, or that a text about mail has, behind a word for a reply: `received from server (535)`.
static CODE_BEHIND_A_WORD: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)\b(?:smtp|mail)\b[^\n]{0,160}?\b(?:code|status|error|error_code|reply|response|server|smtp|command|returned|said|got|erro|fehler|erreur)\b\W{1,4}(421|45[0-4]|50[0-4]|53[0458]|55[0-5])\b|",
        r"\b(?:code|status|error_code|reply|response|server|smtp|returned|said|erro|fehler)\b\W{1,4}(53[0458]|55[0-5])\b[^\n]{0,160}?\b(?:smtp|e?-?mail)\b",
    ))
    .ok()
});
/// A reply in parts, as Rust's library prints it: severity, category and detail are the code's three figures (RFC 5321 4.2.1).
static IN_PARTS: Pattern = LazyLock::new(|| {
    compiled(r#"severity: (Transient|Permanent)NegativeCompletion, category: (\w+), detail: (\w+) \}, message: \[\\?"([^\]]*)"#).ok()
});
/// A code that is called a reply, without any words.
static CODE_CALLED_REPLY: Pattern = LazyLock::new(|| {
    compiled(r"(?i)(?:\bsmtp (?:server )?(?:reply|response|error)(?: code)?|\b(?:permanent|transient)(?: error)? |\bresponseCode|\bexpected response code \S{1,20} but got code)\W{1,3}([45][0-5]\d)\b")
        .ok()
});
/// What only a mail server says.
static RELAY_WORDS: Pattern = LazyLock::new(|| compiled(r"(?i)relay access denied|relaying denied").ok());
static SPEAKS_OF_SMTP: Pattern = LazyLock::new(|| {
    compiled(r"(?i)\bsmtp|mail from|rcpt to|\besmtp\b|expected response code|swift_transport|mailkit\.|\bEAUTH\b|\bEENVELOPE\b|nodemailer|phpmailer|javax\.mail|jakarta\.mail|sun\.mail|springframework\.mail").ok()
});

/// The reply in one line, from its code on; `None` when there is no failing reply in the text.
pub(super) fn reply(text: &str, known_vendor: bool) -> Option<String> {
    if !may_hold_a_reply(text) {
        return None;
    }
    if begins_with_failing_code(text) {
        return Some(one_line(text));
    }
    if fits(&ENHANCED_FIRST, text) {
        return Some(one_line(text));
    }
    if let Some(found) = in_parts(text).or_else(|| detail_and_code(text)).or_else(|| code_pair(text, known_vendor)) {
        return Some(found);
    }
    if (known_vendor || fits(&SPEAKS_OF_SMTP, text) || fits(&RELAY_WORDS, text))
        && let Some(found) = enhanced_alone(text)
    {
        return Some(found);
    }
    code_and_words(&PYTHON_PAIR, text)
        .or_else(|| {
            ((known_vendor && is_transcript(text)) || fits(&SPEAKS_OF_SMTP, text))
                .then(|| code_and_words(&CODE_ALONE, text))
                .flatten()
        })
        .or_else(|| code_and_words(&CODE_AND_MAIL_WORDS, text))
        .or_else(|| Some(CODE_CALLED_REPLY.as_ref()?.captures(text)?[1].to_owned()))
        .or_else(|| behind_a_word(text))
        .or_else(|| delivery_status(text))
}

/// Whether a library's own name for a mail server's refusal stands in the text: what else it speaks of came of that.
pub(super) fn names_a_failure(text: &str) -> bool {
    const NAMES: [&str; 8] = [
        "Net::SMTP",
        "SMTPDataError",
        "SMTPRecipientsRefused",
        "SMTPSenderRefused",
        "SMTPAuthenticationError",
        "SmtpFailedRecipient",
        "SMTPSendFailedException",
        "SMTPAddressFailedException",
    ];
    NAMES.iter().any(|name| text.contains(name))
}

/// The status of a delivery report (RFC 3464 2.3.4) with the report's first words.
fn delivery_status(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let status = lower.lines().find_map(|line| line.trim().strip_prefix("status: "))?.trim();
    let failed = lower.contains("final-recipient:") && status.starts_with(['4', '5']) && status.split('.').count() == 3;
    failed.then(|| one_line(&format!("{status} {}", text.lines().next().unwrap_or_default())))
}

/// Whether a session with a mail server was copied, with its replies to what went well.
fn is_transcript(text: &str) -> bool {
    let goes_well =
        |line: &str| ["220 ", "250-", "250 ", "334 ", "235 "].iter().any(|code| line.trim().starts_with(code));
    text.lines().any(goes_well)
}

/// Whether there is a number that may be a reply code, an enhanced code, or a reply in parts: most texts hold none, and the
/// expressions take time to compile.
fn may_hold_a_reply(text: &str) -> bool {
    let code = |three: &[u8]| {
        matches!(three[0], b'4' | b'5')
            && matches!(three[1], b'0'..=b'5')
            && three[2].is_ascii_digit()
            && three != b"443"
    };
    let enhanced = |three: &[u8]| matches!(three[0], b'4' | b'5') && three[1] == b'.' && three[2].is_ascii_digit();
    text.contains("severity: ") || text.as_bytes().windows(3).any(|three| code(three) || enhanced(three))
}

/// Whether the text holds a reply code with its enhanced code, which nothing but mail servers send.
pub(super) fn has_enhanced_code(text: &str) -> bool {
    code_pair(text, false).is_some()
}

fn detail_and_code(text: &str) -> Option<String> {
    let found = DETAIL_AND_CODE.as_ref()?.captures(text)?;
    let enhanced = found.get(3).map(|code| format!("{} ", code.as_str())).unwrap_or_default();
    Some(one_line(&format!("{} {enhanced}{}", &found[2], found[1].trim())))
}

/// The code and what follows it.
fn behind_a_word(text: &str) -> Option<String> {
    let found = CODE_BEHIND_A_WORD.as_ref()?.captures(text)?;
    let code = found.iter().skip(1).flatten().next()?;
    if code.as_str().starts_with("50") && text.to_ascii_lowercase().contains("http") {
        return None;
    }
    let words = text.get(code.end()..)?.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    Some(one_line(&format!("{} {words}", code.as_str())))
}

/// `PermanentNegativeCompletion`, `Unspecified3`, `Five` as 535.
fn in_parts(text: &str) -> Option<String> {
    const CATEGORIES: [&str; 6] =
        ["Syntax", "Information", "Connections", "Unspecified3", "Unspecified4", "MailSystem"];
    const DETAILS: [&str; 10] = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
    let found = IN_PARTS.as_ref()?.captures(text)?;
    let severity = if &found[1] == "Permanent" { 5 } else { 4 };
    let category = CATEGORIES.iter().position(|category| *category == &found[2])?;
    let detail = DETAILS.iter().position(|detail| *detail == &found[3])?;
    Some(one_line(&format!(
        "{severity}{category}{detail} {}",
        found[4].replace("\", \"", " ").trim_matches(['\\', '"'])
    )))
}

/// The text in one line as it stands, for a channel that the person has named.
pub(super) fn as_given(text: &str) -> String {
    one_line(text)
}

fn begins_with_failing_code(text: &str) -> bool {
    begins_with_reply_code(text)
        && is_of_mail(&text[..3])
        && text.get(3..).is_some_and(|words| words.len() > 1 && !words.trim_start().starts_with('{'))
}

/// Whether RFC 5321, its extensions or a common mail server has this failing code; 400 to 420 are HTTP's alone.
fn is_of_mail(code: &str) -> bool {
    matches!(
        code.parse(),
        Ok(
            421
            | 422
            | 430..=432
            | 441..=459
            | 471
            | 500..=504
            | 510..=515
            | 521
            | 523
            | 530..=538
            | 541
            | 550..=557
            | 571,
        )
    )
}

/// The first pair whose two parts are of one class (RFC 3463 2); of another one, `451 5.7.3`, only if a vendor is known that
/// sends it.
fn code_pair(text: &str, known_vendor: bool) -> Option<String> {
    let pattern = CODE_PAIR.as_ref()?;
    let whole = |pair: &Captures<'_>| {
        let rest = text.get(pair.get(0)?.end()..).unwrap_or_default();
        (pair[1] == pair[3] || known_vendor)
            .then(|| one_line(&format!("{}{} {}{}{rest}", &pair[1], &pair[2], &pair[3], &pair[4])))
    };
    pattern.captures_iter(text).find_map(|pair| whole(&pair))
}

/// The first enhanced code that no reply code stands before: with one, the pair would have been found, if it is one.
fn enhanced_alone(text: &str) -> Option<String> {
    let after_number = |at: usize| {
        text[..at].trim_end_matches([' ', '-', ':', '\'', '"']).ends_with(|last: char| last.is_ascii_digit())
    };
    let alone = ENHANCED_ALONE.as_ref()?.captures_iter(text).filter_map(|found| found.get(1).map(|code| code.start()));
    alone.into_iter().find(|at| !after_number(*at)).map(|at| one_line(&text[at..]))
}

/// The first code of the pattern's first group with the words from its second group on.
fn code_and_words(pattern: &Pattern, text: &str) -> Option<String> {
    let found = pattern.as_ref()?.captures(text)?;
    Some(one_line(&format!("{} {}", &found[1], text.get(found.get(2)?.start()..)?)))
}

/// Joins `550-5.7.1 a` and `550 5.7.1 b` to `550-5.7.1 a b`: the repeated codes would only part the words.
fn one_line(reply: &str) -> String {
    let real = reply.replace("\\r", " ").replace("\\n", "\n");
    let mut lines = real.lines().map(str::trim).filter(|line| !line.is_empty());
    let Some(first) = lines.next() else { return String::new() };
    let code = first.get(..3).unwrap_or_default();
    let enhanced = first.get(4..).and_then(|rest| rest.split(' ').next()).filter(|word| word.matches('.').count() == 2);
    let mut joined = first.to_owned();
    for line in lines {
        let words = line.strip_prefix(code).map_or(line, |rest| rest.trim_start_matches(['-', ' ']));
        let words = enhanced.and_then(|enhanced| words.strip_prefix(enhanced)).unwrap_or(words);
        joined.push(' ');
        joined.push_str(words.trim_start());
    }
    joined
}

fn fits(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}
