//! The practice mail server.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

use crate::common::{Peer, b64, plain, sandbox, signed_in, submission, unb64};

const MESSAGE: &str = "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/plain; charset=utf-8\r\n\
                       Content-Transfer-Encoding: base64\r\n\r\nSGFsbG8gSsO2cmc=\r\n";

async fn deliver(peer: &mut Peer, message: &str) -> String {
    assert_eq!(peer.ask("MAIL FROM:<erp@example.test>").await, "250 2.1.0 Sender OK");
    assert_eq!(peer.ask("RCPT TO:<you@example.test>").await, "250 2.1.5 Recipient OK");
    assert!(peer.ask("DATA").await.starts_with("354 "));
    peer.send(message).await;
    peer.ask(".").await
}

#[tokio::test]
async fn a_message_sent_with_starttls_and_plain_lies_in_the_mailbox_decoded() {
    let sandbox = sandbox().await;
    let mut peer = signed_in(&sandbox).await;
    assert!(deliver(&mut peer, MESSAGE).await.starts_with("250 2.0.0 OK: queued as "));
    let mails = sandbox.wait_for_mail(1).await;
    let mail = &mails[0];
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("erp@example.test", &["you@example.test".to_owned()][..]));
    assert_eq!(mail.subject, "Grüße");
    assert_eq!(mail.text.trim_end(), "Hallo Jörg");
    assert_eq!(mail.raw, MESSAGE.as_bytes());
    assert_eq!(mail.via.mechanism.as_deref(), Some("PLAIN"));
    assert_eq!(mail.via.tls.as_deref(), Some("TLSv1_3"));
    assert_eq!(peer.ask("QUIT").await, "221 2.0.0 Bye");
}

#[tokio::test]
async fn sign_in_is_offered_and_taken_only_inside_tls() {
    let sandbox = sandbox().await;
    let mut peer = Peer::plain(sandbox.ports().smtp).await;
    peer.reply().await;
    let offers = peer.ask("EHLO me").await;
    assert!(offers.contains("STARTTLS") && !offers.contains("AUTH"), "{offers}");
    let right = plain("practice@credenza.test", &sandbox.accounts().password);
    assert_eq!(peer.ask(&right).await, "530 5.7.0 Must issue a STARTTLS command first");
    assert_eq!(peer.ask("MAIL FROM:<a@b.test>").await, "530 5.7.0 Must issue a STARTTLS command first");
}

#[tokio::test]
async fn without_sign_in_nothing_is_accepted() {
    let sandbox = sandbox().await;
    let mut peer = submission(&sandbox).await;
    assert_eq!(peer.ask("MAIL FROM:<a@b.test>").await, "530 5.7.0 Authentication required");
}

#[tokio::test]
async fn three_wrong_passwords_end_the_connection() {
    let sandbox = sandbox().await;
    let mut peer = submission(&sandbox).await;
    for _ in 0..3 {
        assert!(peer.ask(&plain("practice@credenza.test", "wrong")).await.starts_with("535 5.7.8 "));
    }
    assert!(peer.reply().await.starts_with("421 "));
    assert!(peer.rest().await.is_empty());
}

#[tokio::test]
async fn login_and_cram_md5_sign_in_over_implicit_tls() {
    let sandbox = sandbox().await;
    let password = &sandbox.accounts().password;
    let mut peer = Peer::tls(sandbox.ports().smtps, sandbox.ca_pem()).await;
    peer.reply().await;
    peer.ask("EHLO me").await;
    assert_eq!(peer.ask("AUTH LOGIN").await, format!("334 {}", b64("Username:")));
    assert_eq!(peer.ask(&b64("practice@credenza.test")).await, format!("334 {}", b64("Password:")));
    assert!(peer.ask(&b64(password)).await.starts_with("235 "));

    let mut peer = Peer::tls(sandbox.ports().smtps, sandbox.ca_pem()).await;
    peer.reply().await;
    peer.ask("EHLO me").await;
    let challenge = peer.ask("AUTH CRAM-MD5").await;
    let mut mac = Hmac::<Md5>::new_from_slice(password.as_bytes()).unwrap();
    mac.update(&unb64(challenge.strip_prefix("334 ").unwrap()));
    let digest: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(peer.ask(&b64(format!("practice@credenza.test {digest}"))).await.starts_with("235 "));
}

#[tokio::test]
async fn dots_are_unstuffed_and_bare_line_feeds_refused() {
    let sandbox = sandbox().await;
    let mut peer = signed_in(&sandbox).await;
    assert!(deliver(&mut peer, "Subject: x\r\n\r\n..hidden\r\n").await.starts_with("250 "));
    assert!(sandbox.wait_for_mail(1).await[0].raw.ends_with(b"\r\n.hidden\r\n"));
    assert!(
        deliver(&mut peer, "Subject: x\r\n\r\nbare\n.\nMAIL FROM:<evil@b.test>\r\n").await.starts_with("554 5.6.11 ")
    );
    assert_eq!(sandbox.mailbox().len(), 1, "a smuggled message is not accepted");
}

#[tokio::test]
async fn commands_sent_together_are_answered_in_order() {
    let sandbox = sandbox().await;
    let mut peer = Peer::plain(sandbox.ports().smtp_relay).await;
    peer.reply().await;
    peer.send("EHLO me\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<unknown@credenza.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n")
        .await;
    assert!(peer.reply().await.starts_with("250-localhost"));
    assert!(peer.reply().await.starts_with("250 2.1.0"));
    assert!(peer.reply().await.starts_with("550 5.1.1"));
    assert!(peer.reply().await.starts_with("250 2.1.5"));
    assert!(peer.reply().await.starts_with("354 "));
}

#[tokio::test]
async fn mail_parameters_are_checked() {
    let sandbox = sandbox().await;
    let mut peer = signed_in(&sandbox).await;
    for (command, code) in [
        ("MAIL FROM:<a@b.test> SIZE=26214401", "552 5.3.4"),
        ("MAIL FROM:<a@b.test> BODY=BINARYMIME", "555 5.5.4"),
        ("MAIL FROM:<jörg@b.test>", "553 5.6.7"),
        ("MAIL FROM:a@b.test", "501 5.5.4"),
        ("MAIL FROM:<jörg@b.test> SMTPUTF8 BODY=8BITMIME SIZE=10", "250 2.1.0"),
        ("RCPT TO:<grüße@b.test>", "250 2.1.5"),
        ("RSET", "250 2.0.0"),
        ("MAIL FROM:<a@b.test>", "250 2.1.0"),
        ("RCPT TO:<grüße@b.test>", "553 5.6.7"),
    ] {
        let reply = peer.ask(command).await;
        assert!(reply.starts_with(code), "{command}: {reply}");
    }
}
