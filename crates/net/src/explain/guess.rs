//! A pasted reply: what it is, judged by its shape, and prepared as a check would have prepared it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::expression::compiled;
use super::families::{Heard, begins_with_reply_code, plain_host};
use super::signs::Certainty;
use super::{causes, evidence, mail_text, signs, web_text};
use crate::Channel;
use crate::oauth::entra_codes;

type Pattern = LazyLock<Option<Regex>>;

static ENTRA: Pattern = LazyLock::new(|| compiled(r"(?i)\baadsts[\s:_-]{0,2}(\d{5,8})\b").ok());
/// What libraries say when a proxy stands in the way.
static PROXY: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)407 proxy auth|http error:? 407\b|success: 407\b|proxy authentication (is )?required|tunnel(l?ing socket could not be established| connection failed|.? error:)|",
        r"tunnel through proxy|proxy tunnel|unsuccessful tunnel|from proxy after CONNECT|proxyconnect tcp|\bproxy ?error\b|proxy (server )?refused|(connect to|resolve) (the )?proxy\b|\bERR_(PROXY|TUNNEL)_",
    ))
    .ok()
});
/// What TLS libraries say: OpenSSL, GnuTLS, Go, rustls, Schannel and .NET, Java, Node, browsers. Words that are said of TLS
/// alone; which of them mean something, the catalogue knows.
static TLS: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)\bSSL routines\b|\bx509: |certificate verify failed|certificate has expired|self[- ]signed certificate|",
        r"unable to (get (local )?issuer|verify the first) certificate|invalid peer certificate|fatal alert: |",
        r"\bjavax\.net\.ssl\.|\bsun\.security\.|\btls: |\b(SSL|TLS)[ _]handshake|\bSEC_E_|\bCRYPT_E_|\bschannel\b|\bgnutls|",
        r"\bSSL: |\bSSL(Cert\w+)?Error\b|\bSSL certificate (problem|verification)|\bSSL_ERROR_\w+|\bcurl: \((35|51|58|60)\)|",
        r"remote certificate is invalid|\bRemoteCertificate\w+|PKIX path|trust anchor for cert|certificate's altnames|\bssl/tls\b|",
        r"TLS connection was (non-properly|established)|unexpected TLS packet|transport stream|corrupted frame|HTTP response to HTTPS client|",
        r"\bgreeting never received|STARTTLS (extension )?(is )?not |not (support|offer|advertise) (the )?(STARTTLS|secure connections)|",
        r"\bERR_(TLS|SSL|CERT)_\w+|\bEPROTO\b|",
        r"\b(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT\w*)\b",
    ))
    .ok()
});
/// What operating systems and libraries say, in sentences of theirs or with a number or constant: single words may be about
/// anything.
static NETWORK: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"\b(ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE)\b|",
        r"(?i)(os error|winerror|errno|connection refused|timed out|reset by peer)\W{1,3}\d{1,5}\b|",
        r"\bdial (tcp|udp)\b|\bgetaddrinfo\b|\bgaierror\b|i/o timeout|failed to lookup address|\bjava\.net\.[\w.]*(Exception|Error)\b|",
        r"actively refused|forcibly closed|name could not be resolved|no such host is known|not properly respond after|socket hang up|",
        r"\bcurl: \((6|7|28|52|55|56)\)|\bcURL error (6|7|28|52|56)\b|(could not|unable to|failed to) resolve\b|failure in name resolution|no address associated with|name or service not known|",
        r"kind: Connection(Refused|Reset)|",
        r"connection (was )?(refused|reset) by|connect(ion)? (has )?timed out|connection timeout|(read|operation) timed out|\b(TimeoutError|TimedOut)\b|(open|read|write|connect|connection|socket)_?time(d)?out(error|exception)?\b|",
        r"connect: (connection refused|no route|network is unreachable)|",
        r"[:(\[] ?(connection refused|no route to host|network is unreachable|connection reset( by peer)?|broken pipe|host is unreachable)\W*(\n|$)|",
        r"nodename nor servname|name does not resolve|\bUnknownHost(Exception|Error)?\b|context deadline exceeded|(operation|attempt) (has )?timed out|",
        r"(failed|unable|could not|cannot|can't|error) (to )?connect\w*\b[^\n]{0,120}(connection refused|no route to host|network is unreachable|timed out)|",
        r"\bclient\.timeout exceeded|timeout of \d+ ?ms exceeded|\bNET::ERR_|\bERR_(NAME|CONNECTION|ADDRESS|INTERNET)_|\bNewConnectionError\b",
    ))
    .ok()
});
/// What mail libraries say when the server offers no sign-in that they know, or none at all.
static NO_SIGN_IN: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)SMTP AUTH extension not supported|no (compatible|suitable) authentication me(thod|chanism)|UnsupportedAuthMechanism|",
        r"server (doesn't|does not) support (SMTP )?(AUTH\b|authentication)|No authentication mechanisms? supported by both|",
        r"does? not support any of the available authentication|no form of authori[sz]ation supported|using 0 possible authenticators",
    ))
    .ok()
});
/// Words that are said of TLS, alone not enough when the text also speaks of time running out.
static NAMES_TLS: Pattern = LazyLock::new(|| {
    compiled(r"(?i)certificate|handshake|\bSSL_connect\b|(\b|_)(open)?(tls|ssl|x509)(\b|_)|\b(CorruptMessage|InvalidContentType|UnknownIssuer|SSL\w+(Exception|Error))\b|wrong version number|EOF occurred in violation").ok()
});
static NAMES_TIME: Pattern = LazyLock::new(|| compiled(r"(?i)time(d)?[ -]?out").ok());
/// The sentences of RFC 6749 5.2, and one of Google's, which programs show in place of the error's name.
static TOKEN_WORDS: Pattern = LazyLock::new(|| {
    compiled(concat!(
        r"(?i)provided authorization grant |client authentication failed \(e\.g\., |to use this authorization grant type|",
        r"authorization grant type is not supported by|requested scope is invalid, unknown|",
        r"request is missing a required parameter, includes an|token has been expired or revoked",
    ))
    .ok()
});
static BARE_ENTRA: Pattern = LazyLock::new(|| {
    compiled(r"(?:\b|(?i:sign-?in error codes?)\W{1,4})(7000\d{3}|900[0-9]\d{3})\b|(?i:(?:sign-?in error|entra error|aad error) ?codes?|error_codes)\W{1,6}(\d{5,7})\b|(?i:consent[^\n]{0,24} error(?: codes?)?)\W{1,3}(\d{5,7})\b").ok()
});
static SPEAKS_OF_SIGN_IN: Pattern = LazyLock::new(|| {
    compiled(r"(?i)client secret|client_assertion|sign-?in|tenant|entra|azure|\baad\b|error_codes|admin consent").ok()
});
static STATUS_CODE: Pattern = LazyLock::new(|| compiled(r"(?i)status ?code\s*[=:]\s*(\d{3})").ok());

/// The text as the catalogue needs it, once for each thing that it may be, the surest first; empty when its shape is none we
/// know and no channel is given.
pub(super) fn heard(channel: Option<Channel>, host: Option<&str>, text: &str) -> Vec<Heard> {
    let text = &signs::without_lookalikes(text.trim());
    let host = host.map(plain_host).unwrap_or_default();
    let Some(channel) = channel else { return unnamed(&host, text) };
    let others = unnamed(&host, text).into_iter().filter(|other| may_be_heard_on(channel, other.channel));
    let surer = if is_web(channel) { own_words_of_services(&host, text) } else { Vec::new() };
    let said = (channel != Channel::Smtp || !is_mail_reply(&host, text)).then(|| heard_on(channel, host.clone(), text));
    surer.into_iter().chain(said).chain(others).collect()
}

/// Whether what is known of one channel may explain a failure on the channel that the person has named: any may break off before
/// a reply, and a web call may have been refused for its token or by its status.
fn may_be_heard_on(named: Channel, other: Channel) -> bool {
    other == named || before_reply(other) || (is_web(named) && is_web(other))
}

fn is_web(channel: Channel) -> bool {
    matches!(channel, Channel::Oauth | Channel::Graph | Channel::Http | Channel::Webhook)
}

/// What only one service says, beside which a status says little; an `AADSTS` number stands alone.
fn own_words_of_services(host: &str, text: &str) -> Vec<Heard> {
    if names_entra(text) {
        return Vec::new();
    }
    let signs = signs::read_words(text).into_iter();
    let own = signs.filter(|sign| sign.certainty == Certainty::Own && is_web(sign.channel));
    own.map(|sign| by_sign(host, sign)).collect()
}

/// What a text may be whose channel nobody named, the surest first.
fn unnamed(host: &str, text: &str) -> Vec<Heard> {
    let heard_from = |signs: &[signs::Sign], wanted: &dyn Fn(&signs::Sign) -> bool| -> Vec<Heard> {
        signs.iter().filter(|sign| wanted(sign)).map(|sign| by_sign(host, sign.clone())).collect()
    };
    if names_entra(text) {
        let entras = |sign: &signs::Sign| sign.channel == Channel::Oauth && sign.certainty == Certainty::Own;
        let known = heard_from(&signs::read_words(text), &entras);
        return std::iter::once(heard_on(Channel::Oauth, host.to_owned(), text)).chain(known).collect();
    }
    if is_mail_reply(host, text) {
        let signs = signs::read_words(text);
        let vendors = heard_from(&signs, &|sign| sign.channel == Channel::Smtp && !sign.host.is_empty());
        let anybodys = heard_from(&signs, &|sign| sign.channel == Channel::Smtp && sign.host.is_empty());
        return mail_readings(host, text, (vendors, anybodys));
    }
    let mut signs = signs::read(text);
    let mut channels = by_shape(host, text);
    if causes::innermost(text).is_none() && signs::network_causes_differ(text) {
        signs.retain(|sign| sign.channel != Channel::Network || sign.certainty == Certainty::Own);
        channels.retain(|channel| *channel != Channel::Network);
    }
    let signs_of = |wanted: &dyn Fn(&signs::Sign) -> bool| heard_from(&signs, wanted);
    let shapes = |statuses: bool| {
        let wanted = channels.iter().filter(move |channel| (**channel == Channel::Http) == statuses);
        wanted.map(|channel| heard_on(*channel, host.to_owned(), text)).collect::<Vec<_>>()
    };
    [
        signs_of(&|sign| sign.certainty == Certainty::Own),
        if channels.iter().all(|channel| before_reply(*channel)) { innermost(host, text) } else { Vec::new() },
        shapes(false),
        signs_of(&|sign| sign.certainty == Certainty::Shared),
        shapes(true),
        signs_of(&|sign| sign.certainty == Certainty::Last),
    ]
    .concat()
}

/// A mail reply's code decides, and what the server's vendor says with it, and nothing around it. Without an entry its sentence does, and at last whichever vendor has an
/// entry for its enhanced code.
fn mail_readings(host: &str, text: &str, (vendors, anybodys): (Vec<Heard>, Vec<Heard>)) -> Vec<Heard> {
    let reply = heard_on(Channel::Smtp, host.to_owned(), text);
    let by_code = ["outlook.com", "gmail.com"].map(|vendor| Heard { host: vendor.to_owned(), ..reply.clone() });
    let nobodys = reply.host.is_empty() && mail_text::has_enhanced_code(text);
    let by_code = if nobodys { Vec::from(by_code) } else { Vec::new() };
    let (own, others): (Vec<_>, Vec<_>) =
        vendors.into_iter().partition(|sentence| !reply.host.is_empty() && has_codes_of(sentence, &reply));
    let by_class =
        signs::of_class(&reply.text).map(|words| blank(Channel::Smtp, String::new(), words.to_owned(), true));
    [own, vec![reply], others, anybodys, by_code, by_class.into_iter().collect()].concat()
}

/// Reply code and enhanced code: a vendor's own sentence for the same two says more than they do.
fn codes(reply: &Heard) -> (Option<&str>, Option<&str>) {
    let mut words = reply.text.splitn(3, [' ', '-']).peekable();
    let code = words.next_if(|word| word.len() == 3);
    (code, words.next().filter(|word| word.contains('.')))
}

/// Whether a vendor's sentence came with the codes of the reply; a program may have dropped the first of the two.
fn has_codes_of(sentence: &Heard, reply: &Heard) -> bool {
    let ((code, enhanced), (reply_code, reply_enhanced)) = (codes(sentence), codes(reply));
    enhanced.is_some() && enhanced == reply_enhanced && (reply_code.is_none() || code == reply_code)
}

/// The innermost cause of a failure before any reply: what the programs around it say is only what they made of it.
fn innermost(host: &str, text: &str) -> Vec<Heard> {
    let Some(cause) = causes::innermost(text) else { return Vec::new() };
    let shapes = by_shape(host, cause).into_iter().filter(|channel| before_reply(*channel));
    shapes.map(|channel| heard_on(channel, host.to_owned(), cause)).collect()
}

fn before_reply(channel: Channel) -> bool {
    matches!(channel, Channel::Tls | Channel::Proxy | Channel::Network)
}

fn by_sign(host: &str, sign: signs::Sign) -> Heard {
    let answered = match sign.channel {
        Channel::Smtp => begins_with_reply_code(&sign.words),
        channel => !before_reply(channel),
    };
    let vendor = if host.is_empty() { sign.host } else { host };
    let mut heard = blank(sign.channel, vendor.to_owned(), sign.words, answered);
    if sign.channel == Channel::Oauth {
        heard.oauth_error = Some(heard.text.clone());
    }
    heard
}

fn heard_on(channel: Channel, host: String, text: &str) -> Heard {
    match channel {
        Channel::Smtp => mail(host, text),
        Channel::Oauth => token_answer(host, text),
        Channel::Graph | Channel::Http | Channel::Webhook => web(channel, host, text),
        Channel::Tls | Channel::Proxy | Channel::Network => {
            blank(channel, host, plain_status(text).into_owned(), false)
        }
    }
}

fn names_entra(text: &str) -> bool {
    fits(&ENTRA, text) || !bare_entra_codes(text).is_empty()
}

fn is_mail_reply(host: &str, text: &str) -> bool {
    let mails = mail_text::reply(text, knows_vendor(host, text)).is_some();
    mails && (!speaks_of_status(text) || mail_text::has_enhanced_code(text) || mail_text::names_a_failure(text))
}

fn speaks_of_status(text: &str) -> bool {
    web_text::status_spoken_of(text).is_some() || web_text::is_status_line(text)
}

/// From the shape that can be nothing else to the one that is only likely.
fn by_shape(host: &str, text: &str) -> Vec<Channel> {
    if names_entra(text) {
        return vec![Channel::Oauth];
    }
    if is_mail_reply(host, text) {
        return vec![Channel::Smtp];
    }
    let answers = speaks_of_status(text);
    let shapes = [
        (web_text::is_graph(text), Channel::Graph),
        (web_text::oauth_error(text).is_some() || fits(&TOKEN_WORDS, text), Channel::Oauth),
        (fits(&PROXY, text), Channel::Proxy),
        (fits(&NO_SIGN_IN, text), Channel::Smtp),
        (evidence::is_webhook(text), Channel::Webhook),
        (answers, Channel::Http),
        (fits(&TLS, text), Channel::Tls),
        (fits(&NETWORK, text), Channel::Network),
        (fits(&NAMES_TLS, text) && !fits(&NAMES_TIME, text), Channel::Tls),
        (web_text::status_called_one(text).is_some(), Channel::Http),
    ];
    shapes.into_iter().filter_map(|(fits, channel)| fits.then_some(channel)).collect()
}

/// Numbers of Entra's without the letters before them, as its sign-in log shows them, in a text about signing in.
fn bare_entra_codes(text: &str) -> Vec<u64> {
    if !fits(&SPEAKS_OF_SIGN_IN, text) {
        return Vec::new();
    }
    let Some(pattern) = BARE_ENTRA.as_ref() else { return Vec::new() };
    pattern
        .captures_iter(text)
        .filter_map(|found| found.iter().skip(1).flatten().next()?.as_str().parse().ok())
        .collect()
}

fn knows_vendor(host: &str, text: &str) -> bool {
    !host.is_empty() || !evidence::mail_host(text).is_empty()
}

/// A mail reply in one line, from its first code on. Without a host its own words tell whose server it was.
fn mail(host: String, text: &str) -> Heard {
    let line = mail_text::reply(text, knows_vendor(&host, text)).unwrap_or_else(|| mail_text::as_given(text));
    let host = if host.is_empty() { evidence::mail_host(text).to_owned() } else { host };
    let answered = begins_with_reply_code(&line);
    blank(Channel::Smtp, host, line, answered)
}

fn token_answer(host: String, text: &str) -> Heard {
    let host = if host.is_empty() { evidence::sign_in_host(text).to_owned() } else { host };
    let spelled = ENTRA.as_ref().map_or(Cow::Borrowed(text), |pattern| pattern.replace_all(text, "AADSTS$1"));
    let mut heard = blank(Channel::Oauth, host, spelled.into_owned(), true);
    heard.oauth_error = web_text::oauth_error(text).or_else(|| web_text::is_single_word(text).then(|| text.to_owned()));
    heard.error_codes = web_text::json_within(text).map(|answer| entra_codes(&answer)).unwrap_or_default();
    if heard.error_codes.is_empty() && !fits(&ENTRA, text) {
        heard.error_codes = bare_entra_codes(text);
    }
    heard
}

/// Status line and body; the headers of a whole pasted answer are left out.
fn web(channel: Channel, host: String, text: &str) -> Heard {
    let mut parts = text.splitn(2, "\n\n");
    let head = parts.next().unwrap_or_default();
    let body = parts.next();
    let prepared = match body {
        Some(body) if web_text::is_status_line(head) => {
            format!("{}\n{body}", head.lines().next().unwrap_or_default().trim())
        }
        _ if web_text::is_status_line(text) => text.to_owned(),
        _ => match web_text::status_spoken_of(text).or_else(|| web_text::status_called_one(text)) {
            Some(status) => format!("{status}\n{text}"),
            None if text.starts_with(['{', '[', '<']) => format!("\n{text}"),
            None => text.to_owned(),
        },
    };
    let mut heard = blank(channel, host, prepared, true);
    heard.error_codes = web_text::json_within(text).map(|answer| entra_codes(&answer)).unwrap_or_default();
    heard
}

/// `statusCode=407` as the catalogue writes it.
fn plain_status(text: &str) -> Cow<'_, str> {
    match STATUS_CODE.as_ref() {
        Some(pattern) => pattern.replace_all(text, "status code: $1"),
        None => Cow::Borrowed(text),
    }
}

fn blank(channel: Channel, host: String, text: String, answered: bool) -> Heard {
    Heard { channel, host, text, answered, oauth_error: None, error_codes: Vec::new() }
}

fn fits(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}
