//! Alerts by a mail server that nobody here wrote, read by a parser that nobody here wrote (capability C5).

use credenza_tests::Desk;
use credenza_tests::peers::Exim;
use mail_parser::MessageParser;
use serde_json::json;

use crate::mail::record;

#[test]
fn c5_an_alert_reaches_each_address_by_exim_as_text_and_html() {
    let exim = Exim::start(&["PLAIN"]);
    let desk = Desk::new();
    let on = (time::OffsetDateTime::now_utc() + time::Duration::days(14)).date().to_string();
    desk.add(&json!([
        record(&exim, (exim.submission, "starttls"), json!({})),
        { "type": "secret", "name": "Éditeur <b>", "description": "d", "kind": "licence", "value": "canary-value-1234",
          "owner": "Infra & Co", "expiries": [{ "item": "value", "on": on, "note": "Order form → „Beschaffung“" }] },
    ]));
    let settings = json!({ "addresses": ["a@example.com", "b@example.com"], "routes": [{ "by": "mail", "credential": "Office mail" }] });
    desk.run_with(&["alerts", "set", "--from", "-"], &settings.to_string()).expect(0);
    let report = desk.run(&["--json", "check"]).expect(10).json();
    assert_eq!(report["alerts"][0]["told_by"], "mail", "{report:#}");
    desk.run(&["check"]).expect(0);
    let mails = exim.mailbox();
    assert_eq!(mails.len(), 2, "one for each address, once");
    for mail in &mails {
        let message = MessageParser::default().parse(mail.as_bytes()).unwrap();
        assert_eq!(
            message.subject(),
            Some(format!("Credenza: Licence of Éditeur <b> ends in 14 days ({on})").as_str())
        );
        let (text, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
        assert!(text.contains("Order form → „Beschaffung“") && text.contains("Infra & Co"), "{text}");
        assert!(
            html.contains("Infra &amp; Co") && html.contains("Éditeur &lt;b&gt;") && !html.contains("<b>"),
            "{html}"
        );
        assert!(!mail.contains("canary-value-1234"));
    }
}
