//! What a message looks like when Exim has delivered it.

use credenza_tests::Desk;
use credenza_tests::peers::Exim;
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::json;

use crate::mail::record;

fn desk(exim: &Exim) -> Desk {
    let desk = Desk::new();
    desk.add(&record(exim, (exim.submission, "starttls"), json!({"sender": "Jürgen Größe <erp@independent.test>"})));
    desk
}

#[test]
fn a_message_with_html_attachment_and_letters_of_the_world_arrives_as_it_was_meant() {
    let exim = Exim::start(&["PLAIN"]);
    let desk = desk(&exim);
    let html = desk.file("mail.html", "<p>Grüße, <b>Привет</b></p>\n");
    let bytes: Vec<u8> = (0..=255_u8).cycle().take(5000).collect();
    let attachment = desk.file("Übersicht 2026.pdf", &bytes);
    let answer = desk.run(&[
        "--json",
        "send-email",
        "Office mail",
        "--to",
        "Zoë Müller <zoe@example.com>",
        "--cc",
        "copy@example.com",
        "--bcc",
        "hidden@example.com",
        "--reply-to",
        "help@independent.test",
        "--subject",
        "Grüße 你好 🎉",
        "--body",
        "Zeile 1\n.\n..two dots\nПривет\n",
        "--html-file",
        html.to_str().unwrap(),
        "--attach",
        attachment.to_str().unwrap(),
    ]);
    let result = answer.expect(0).json();
    assert_eq!(result["outcome"], "passed", "{result:#}");

    let mails = exim.mailbox();
    assert_eq!(mails.len(), 1, "one message for three recipients");
    let raw = &mails[0];
    let envelope = raw.lines().find(|line| line.starts_with("Envelope-to:")).unwrap();
    for address in ["zoe@example.com", "copy@example.com", "hidden@example.com"] {
        assert!(
            raw.split("Received:").next().unwrap().contains(address),
            "{address} is an envelope recipient: {envelope}"
        );
    }
    let sent = &raw[raw.find("Received:").unwrap()..];
    assert!(
        !sent.contains("hidden@example.com") && !sent.to_lowercase().contains("\nbcc:"),
        "Bcc is in no header: {sent}"
    );

    let mail = MessageParser::default().parse(raw.as_bytes()).unwrap();
    assert_eq!(mail.subject(), Some("Grüße 你好 🎉"));
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Jürgen Größe"), Some("erp@independent.test")));
    let to = mail.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Zoë Müller"), Some("zoe@example.com")));
    assert_eq!(mail.cc().unwrap().first().unwrap().address(), Some("copy@example.com"));
    assert_eq!(mail.reply_to().unwrap().first().unwrap().address(), Some("help@independent.test"));
    assert_eq!(
        mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(),
        "Zeile 1\n.\n..two dots\nПривет",
        "dots survive"
    );
    assert_eq!(mail.body_html(0).unwrap().trim_end(), "<p>Grüße, <b>Привет</b></p>");
    let file = mail.attachment(0).unwrap();
    assert_eq!(file.attachment_name(), Some("Übersicht 2026.pdf"));
    assert_eq!(file.contents(), bytes, "every byte of the attachment");
    assert_eq!(format!("<{}>", mail.message_id().unwrap()), result["result"]["message_id"].as_str().unwrap());
}

#[test]
fn smtputf8_is_asked_for_only_where_an_address_needs_it() {
    let exim = Exim::start(&["PLAIN"]);
    let desk = desk(&exim);
    let transcript = |to: &str| {
        let result = desk
            .run(&["--json", "send-email", "Office mail", "--to", to, "--subject", "Grüße", "--body", "x"])
            .expect(0)
            .json();
        result["transcript"].to_string()
    };
    assert!(!transcript("zoe@example.com").contains(" SMTPUTF8\""), "an encoded subject needs no extension");
    let asked = transcript("zoë@example.com");
    assert!(asked.contains(" SMTPUTF8"), "{asked}");
    assert!(!transcript("zoe@bücher.example").contains(" SMTPUTF8\""), "a domain goes out in its ASCII form");
    let mails = exim.mailbox().join("\n");
    assert!(mails.contains("zoë@example.com") && mails.contains("zoe@xn--bcher-kva.example"), "{mails}");
}

#[test]
fn a_message_larger_than_the_server_takes_is_refused_before_any_of_it_is_sent() {
    let exim = Exim::start(&["PLAIN"]);
    let desk = desk(&exim);
    let large = desk.file("large.bin", vec![7_u8; 3 * 1024 * 1024]);
    let answer = desk
        .run(&["--json", "send-email", "Office mail", "--to", "a@example.com", "--attach", large.to_str().unwrap()])
        .expect(1);
    let result = answer.json();
    credenza_tests::failed_at(&result, "permission");
    let said = result["transcript"].to_string();
    assert!(!said.contains("\"DATA\"") && !said.contains("MAIL FROM"), "refused by the announced SIZE: {said}");
    assert!(result["stages"].to_string().contains("2097152"), "the limit is named: {result:#}");
    assert!(exim.mailbox().is_empty());
}

#[test]
fn a_line_break_in_an_address_or_subject_is_refused_and_nothing_leaves() {
    let exim = Exim::start(&["PLAIN"]);
    let desk = desk(&exim);
    let cases: [(&[&str], &str); 3] = [
        (&["--to", "a@example.com\r\nRCPT TO:<evil@example.com>"], "to"),
        (&["--to", "a@example.com", "--subject", "x\r\nBcc: evil@example.com"], "subject"),
        (&["--to", "a@example.com", "--reply-to", "b@example.com\nX: y"], "reply_to"),
    ];
    for (arguments, field) in cases {
        let mut all = vec!["--json", "send-email", "Office mail"];
        all.extend(arguments);
        let answer = desk.run(&all);
        assert!([1, 3].contains(&answer.code), "{answer:?}");
        assert!(answer.out.contains(field), "{answer:?}");
    }
    assert!(exim.mailbox().is_empty());
    assert!(!exim.log().contains("evil"), "{}", exim.log());
}
