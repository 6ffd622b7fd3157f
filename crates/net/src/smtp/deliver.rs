//! Being allowed to send, and sending. A mail is accepted by the server; nobody here knows whether it arrives.

use std::time::Duration;

use serde_json::{Value, json};

use super::dialogue::{Step, refused, shown};
use super::envelope::{MailEnvelope, WireAddress, wire};
use super::message::{Needs, measure, stuffed};
use super::reply::Reply;
use super::{Capabilities, Session};
use crate::failure::{Failure, Place};
use crate::recorder::Recorder;
use crate::stage::StageName;

/// The server took responsibility for the message (RFC 5321 6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Its words, the code first; often with its queue id.
    pub reply: String,
    /// How many recipients it accepted the message for.
    pub recipients: usize,
}

/// How long QUIT waits for its answer.
const FAREWELL: Duration = Duration::from_secs(2);

/// Bytes of a message that go out in one write.
const CHUNK: usize = 16 * 1024;

impl Session {
    /// Stage `permission` without sending: MAIL FROM, RCPT TO if a recipient is given, RSET. Skipped without a sender.
    ///
    /// # Errors
    /// A [`Failure`] with the server's refusal, or before anything is sent when an address can't be used.
    pub async fn probe(
        &mut self,
        sender: Option<&str>,
        recipient: Option<&str>,
        rec: &Recorder,
    ) -> Result<(), Failure> {
        let stage = rec.begin(StageName::Permission, sender.unwrap_or_default());
        let Some(sender) = sender else {
            stage.skip("No sender is set, so there is nothing to ask for.");
            return Ok(());
        };
        let place = self.place(StageName::Permission);
        let mut evidence = json!({});
        let asked = async {
            let envelope = Checked::new(sender, recipient, &place, rec)?;
            self.mail(&envelope, None, &mut evidence, rec).await?;
            self.recipients(&envelope, &mut evidence, rec).await?;
            let reply = self.talk.ask("RSET", &Step::new(&place, "waiting for the answer to RSET"), rec).await?;
            evidence["rset"] = shown(&reply);
            if reply.is_positive() {
                Ok(())
            } else {
                Err(refused(&place, "The server did not accept RSET.", &reply, rec))
            }
        };
        match asked.await {
            Ok(()) => {
                let of = recipient.map(|to| format!(" and {to} as recipient")).unwrap_or_default();
                stage.pass_with(format!("The server accepts {sender} as sender{of}. Nothing was sent."), evidence);
                Ok(())
            }
            Err(failure) => {
                stage.fail_with(&failure, evidence);
                Err(failure)
            }
        }
    }

    /// Stages `permission` (MAIL FROM and every RCPT TO) and `action` (DATA). If one recipient is refused, nothing is sent.
    ///
    /// # Errors
    /// A [`Failure`] with the server's refusal; or, before MAIL FROM, when an address can't be used, the message has
    /// bare line endings, is larger than the server takes, or needs an extension that the server lacks.
    pub async fn send(&mut self, envelope: &MailEnvelope, message: &[u8], rec: &Recorder) -> Result<Accepted, Failure> {
        let stage = rec.begin(StageName::Permission, &envelope.from);
        let mut evidence = json!({});
        let allowed = async {
            let place = self.place(StageName::Permission);
            let checked = Checked::new(&envelope.from, envelope.to.iter().map(String::as_str), &place, rec)?;
            let needs = measure(message).map_err(|why| Failure::new(&place, why, "not sent", rec))?;
            fits(&checked, &needs, &self.offers, (&place, rec))?;
            self.mail(&checked, Some(&needs), &mut evidence, rec).await?;
            self.recipients(&checked, &mut evidence, rec).await?;
            Ok(needs)
        };
        let needs = match allowed.await {
            Ok(needs) => {
                stage.pass_with(format!("The server accepts sender and {} recipients.", envelope.to.len()), evidence);
                needs
            }
            Err(failure) => {
                stage.fail_with(&failure, evidence);
                return Err(failure);
            }
        };
        self.hand_over(message, needs, envelope.to.len(), rec).await
    }

    /// Says goodbye; a server that does not answer is left after two seconds.
    pub async fn quit(mut self) {
        let place = self.place(StageName::Action);
        let step = Step::new(&place, "waiting for the answer to QUIT");
        let _ = tokio::time::timeout(FAREWELL, self.talk.ask("QUIT", &step, &self.rec)).await;
    }

    async fn mail(
        &mut self,
        envelope: &Checked,
        needs: Option<&Needs>,
        evidence: &mut Value,
        rec: &Recorder,
    ) -> Result<(), Failure> {
        let place = self.place(StageName::Permission);
        let mut command = format!("MAIL FROM:<{}>", envelope.from.text);
        if let (Some(needs), Some(_)) = (needs, self.size_offered()) {
            command.push_str(&format!(" SIZE={}", needs.size));
        }
        if needs.is_some_and(|needs| needs.eight_bit || needs.utf8_header) && self.offers.eightbitmime {
            command.push_str(" BODY=8BITMIME");
        }
        if envelope.needs_utf8() || needs.is_some_and(|needs| needs.utf8_header) {
            command.push_str(" SMTPUTF8");
        }
        let reply = self.talk.ask(&command, &Step::new(&place, "waiting for the answer to MAIL FROM"), rec).await?;
        evidence["mail"] = shown(&reply);
        if reply.is_positive() {
            return Ok(());
        }
        let message = match reply.code {
            530 => "The server wants us to sign in before it takes mail.".to_owned(),
            code => format!("The server does not accept {} as sender ({code}).", envelope.from.text),
        };
        Err(refused(&place, &message, &reply, rec))
    }

    async fn recipients(&mut self, envelope: &Checked, evidence: &mut Value, rec: &Recorder) -> Result<(), Failure> {
        let place = self.place(StageName::Permission);
        let mut replies = Vec::new();
        let mut refusal: Option<(String, Reply)> = None;
        for to in &envelope.to {
            let command = format!("RCPT TO:<{}>", to.text);
            let step = Step::new(&place, "waiting for the answer to RCPT TO");
            let asked = self.talk.ask(&command, &step, rec).await;
            let reply = asked.inspect_err(|_| evidence["recipients"] = json!(replies))?;
            replies.push(json!({ "address": to.text, "reply": shown(&reply) }));
            if !reply.is_positive() && refusal.is_none() {
                refusal = Some((to.text.clone(), reply));
            }
        }
        evidence["recipients"] = json!(replies);
        let Some((address, reply)) = refusal else {
            return Ok(());
        };
        let message = format!("The server does not accept {address} as recipient ({}). Nothing was sent.", reply.code);
        Err(refused(&place, &message, &reply, rec))
    }

    async fn hand_over(
        &mut self,
        message: &[u8],
        needs: Needs,
        recipients: usize,
        rec: &Recorder,
    ) -> Result<Accepted, Failure> {
        let stage = rec.begin(StageName::Action, format!("{recipients} recipients"));
        let mut evidence = json!({ "size": needs.size, "recipients": recipients });
        match self.data(message, needs, &mut evidence, rec).await {
            Ok(reply) => {
                stage.pass_with("The message was accepted by the server.", evidence);
                Ok(Accepted { reply: reply.one_line(), recipients })
            }
            Err(failure) => {
                stage.fail_with(&failure, evidence);
                Err(failure)
            }
        }
    }

    async fn data(
        &mut self,
        message: &[u8],
        needs: Needs,
        evidence: &mut Value,
        rec: &Recorder,
    ) -> Result<Reply, Failure> {
        let place = self.place(StageName::Action);
        let reply = self.talk.ask("DATA", &Step::new(&place, "waiting for the answer to DATA"), rec).await?;
        evidence["data"] = shown(&reply);
        if reply.code != 354 {
            return Err(refused(
                &place,
                &format!("The server refused the message before it saw it ({}).", reply.code),
                &reply,
                rec,
            ));
        }
        rec.client(&format!("[message: {} bytes, {} lines]", needs.size, needs.lines));
        let step = Step::new(&place, "sending the message");
        let mut sent = Ok(());
        for chunk in stuffed(message).chunks(CHUNK) {
            sent = self.talk.write(chunk).await;
            if sent.is_err() {
                break;
            }
        }
        let reply = match sent {
            Ok(()) => {
                rec.client(".");
                self.talk.reply(&Step::new(&place, "waiting for the server to accept the message"), rec).await?
            }
            Err(error) => self.talk.last_words(&error, &step, rec).await?,
        };
        evidence["reply"] = shown(&reply);
        match reply.code {
            250..=259 => Ok(reply),
            code => Err(refused(&place, &format!("The server refused the message ({code})."), &reply, rec)),
        }
    }

    fn size_offered(&self) -> Option<()> {
        let names_size = |line: &String| line.split([' ', '\t']).next().is_some_and(|w| w.eq_ignore_ascii_case("SIZE"));
        self.offers.lines.iter().any(names_size).then_some(())
    }
}

struct Checked {
    from: WireAddress,
    to: Vec<WireAddress>,
}

impl Checked {
    fn new<'a>(
        from: &str,
        to: impl IntoIterator<Item = &'a str>,
        place: &Place,
        rec: &Recorder,
    ) -> Result<Checked, Failure> {
        let bad = |why: String| Failure::new(place, why, "address refused by Credenza, nothing was sent", rec);
        let from = match from {
            "" => WireAddress { text: String::new(), needs_utf8: false },
            address => wire(address).map_err(bad)?,
        };
        let to = to.into_iter().map(wire).collect::<Result<Vec<_>, _>>().map_err(bad)?;
        Ok(Checked { from, to })
    }

    fn needs_utf8(&self) -> bool {
        self.from.needs_utf8 || self.to.iter().any(|address| address.needs_utf8)
    }
}

/// What the server announced against what the message needs, before MAIL FROM.
fn fits(
    envelope: &Checked,
    needs: &Needs,
    offers: &Capabilities,
    (place, rec): (&Place, &Recorder),
) -> Result<(), Failure> {
    if let Some(limit) = offers.size.filter(|limit| needs.size > *limit) {
        let message = format!("The message has {} bytes, and the server takes at most {limit}.", needs.size);
        return Err(Failure::new(place, message, format!("SIZE {limit}"), rec)
            .with_lookup("552 5.3.4 message size exceeds the server's limit", rec));
    }
    if (envelope.needs_utf8() || needs.utf8_header) && !offers.smtputf8 {
        let message = "An address or header has letters outside ASCII, and the server does not offer SMTPUTF8.";
        return Err(Failure::new(place, message, "SMTPUTF8 not offered", rec));
    }
    if needs.eight_bit && !offers.eightbitmime {
        let message = "The message has 8-bit text, and the server does not offer 8BITMIME.";
        return Err(Failure::new(place, message, "8BITMIME not offered", rec));
    }
    if envelope.to.is_empty() {
        return Err(Failure::new(place, "There is no recipient.", "no recipient", rec));
    }
    Ok(())
}
