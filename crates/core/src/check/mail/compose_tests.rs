//! What stands on the wire for a request.

use proptest::prelude::*;

use super::*;

fn request() -> EmailRequest {
    EmailRequest { to: vec!["to@example.com".into()], ..EmailRequest::default() }
}

fn head() -> Letterhead<'static> {
    Letterhead {
        sender: Some("erp@example.com"),
        credential: "Office mail",
        at: "2026-03-01T10:00:00Z".parse().unwrap(),
    }
}

fn text(request: &EmailRequest) -> String {
    String::from_utf8(compose(request, &head()).unwrap().bytes).unwrap()
}

fn headers(message: &str) -> &str {
    message.split_once("\r\n\r\n").unwrap().0
}

#[test]
fn iqx_9_the_records_sender_is_used_and_the_requests_own_wins() {
    assert_eq!(compose(&request(), &head()).unwrap().from, "erp@example.com");
    let own = EmailRequest { from: Some("Ops <ops@example.com>".into()), ..request() };
    let composed = compose(&own, &head()).unwrap();
    assert_eq!(composed.from, "ops@example.com");
    assert!(text(&own).contains("From: Ops <ops@example.com>\r\n"), "envelope and header name the same sender");
}

#[test]
fn iqx_10_without_any_sender_it_is_refused() {
    let none = Letterhead { sender: None, ..head() };
    let problem = compose(&request(), &none).err().expect("no sender");
    assert_eq!(problem.field.as_deref(), Some("from"));
}

#[test]
fn bcc_is_in_the_envelope_and_in_no_header() {
    let request = EmailRequest {
        cc: vec!["cc@example.com".into()],
        bcc: vec!["hidden@example.com".into(), "to@example.com".into()],
        ..request()
    };
    let composed = compose(&request, &head()).unwrap();
    assert_eq!(composed.recipients, ["to@example.com", "cc@example.com", "hidden@example.com"], "each once");
    let message = String::from_utf8(composed.bytes).unwrap();
    // Only names of fields count: a Message-ID is random and may well contain these letters.
    let names = headers(&message).lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name);
    assert!(names.clone().any(|name| name == "Cc"), "the fields are read: {message}");
    assert!(!names.clone().any(|name| name.eq_ignore_ascii_case("bcc")), "no Bcc header: {message}");
    assert!(!message.contains("hidden@"), "no trace of the hidden recipient");
}

#[test]
fn a_message_to_bcc_alone_is_possible() {
    let request = EmailRequest { to: vec![], bcc: vec!["hidden@example.com".into()], ..request() };
    assert_eq!(compose(&request, &head()).unwrap().recipients, ["hidden@example.com"]);
}

#[test]
fn a_test_mail_says_so_and_reads_well() {
    let message = text(&EmailRequest { test: true, ..request() });
    assert!(headers(&message).contains("Credenza-Test: yes"), "{message}");
    assert!(headers(&message).contains("Subject: Test email from Credenza: Office mail"), "{message}");
    assert!(message.contains("This is a test email from Credenza."), "{message}");
    assert!(headers(&message).contains("Date: Sun, 01 Mar 2026 10:00:00 +0000"), "the clock's time: {message}");
}

#[test]
fn names_and_subjects_beyond_ascii_are_encoded_words() {
    let request = EmailRequest {
        to: vec!["Jürgen Groß <j@example.com>".into()],
        subject: Some("Prüfung ✓ ".repeat(12)),
        text: Some("Grüße\nund mehr".into()),
        ..request()
    };
    let message = text(&request);
    assert!(message.is_ascii(), "everything fits 7 bit: {message}");
    assert!(message.split("\r\n").all(|line| line.len() <= 998), "RFC 5322 2.1.1");
}

#[test]
fn text_and_html_become_an_alternative_and_attachments_a_mixed_message() {
    let both = EmailRequest { text: Some("plain".into()), html: Some("<p>rich</p>".into()), ..request() };
    assert!(text(&both).contains("multipart/alternative"));
    let file = Attachment { name: "Übersicht 2026.csv".into(), content: b"a,b\nc,d\n".to_vec() };
    let message = text(&EmailRequest { attachments: vec![file], ..both });
    assert!(message.contains("multipart/mixed") && message.contains("multipart/alternative"), "{message}");
    assert!(message.contains("text/csv") && message.contains("YSxiCmMsZAo="), "base64 of the very bytes: {message}");
    assert!(message.is_ascii(), "the file name is encoded too");
}

#[test]
fn html_alone_has_no_empty_text_beside_it() {
    let message = text(&EmailRequest { html: Some("<p>rich</p>".into()), ..request() });
    assert!(headers(&message).contains("Content-Type: text/html"), "{message}");
}

#[test]
fn a_path_in_an_attachments_name_is_left_out() {
    let file = Attachment { name: "C:\\Users\\me\\secret\\plan.txt".into(), content: vec![0, 13, 10] };
    let message = text(&EmailRequest { attachments: vec![file], ..request() });
    assert!(message.contains("plan.txt") && !message.contains("secret"), "{message}");
}

#[test]
fn line_breaks_in_header_fields_are_refused_naming_the_field() {
    let evil = "x\r\nBcc: evil@example.com";
    let address = "a@example.com\r\nBcc: evil@example.com";
    let cases = [
        ("subject", EmailRequest { subject: Some(evil.into()), ..request() }),
        ("from", EmailRequest { from: Some(address.into()), ..request() }),
        ("to", EmailRequest { to: vec![address.into()], ..request() }),
        ("cc", EmailRequest { cc: vec![address.into()], ..request() }),
        ("bcc", EmailRequest { bcc: vec![address.into()], ..request() }),
        ("reply_to", EmailRequest { reply_to: Some(address.into()), ..request() }),
        (
            "attachments",
            EmailRequest { attachments: vec![Attachment { name: evil.into(), content: vec![] }], ..request() },
        ),
    ];
    for (field, request) in cases {
        let problem = compose(&request, &head()).err().unwrap_or_else(|| panic!("{field} must be refused"));
        assert_eq!(problem.field.as_deref(), Some(field));
    }
}

const KNOWN: [&str; 10] = [
    "from",
    "to",
    "cc",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

proptest! {
    #[test]
    fn no_text_adds_a_header_or_a_bare_line_end(
        subject in "\\PC{0,80}", name in "\\PC{0,40}", body in "(?s).{0,200}", file in "\\PC{1,30}",
    ) {
        let request = EmailRequest {
            subject: Some(subject),
            text: Some(body),
            to: vec![format!("\"{}\" <to@example.com>", name.replace(['"', '\\', '<', '>'], ""))],
            attachments: vec![Attachment { name: file, content: vec![10, 13, 46, 10] }],
            ..request()
        };
        let Ok(composed) = compose(&request, &head()) else { return Ok(()) };
        let bytes = composed.bytes;
        for (at, byte) in bytes.iter().enumerate() {
            let bare = (*byte == b'\n' && (at == 0 || bytes[at - 1] != b'\r'))
                || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            prop_assert!(!bare, "a bare CR or LF at {at}");
        }
        let message = String::from_utf8_lossy(&bytes).into_owned();
        for line in headers(&message).split("\r\n").filter(|line| !line.starts_with([' ', '\t'])) {
            let field = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            prop_assert!(KNOWN.contains(&field.as_str()), "an unexpected header: {line}");
        }
    }
}
