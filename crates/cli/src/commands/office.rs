//! `explain` and `events`.

use std::sync::Arc;

use credenza_core::facts::Facts;
use credenza_core::net::{Catalogue, Channel, Explanation};
use credenza_core::vault::{EventCategory, EventFilter};
use credenza_core::view::EventRow;
use credenza_core::{Code, Problem};
use serde_json::json;

use crate::args::{ChannelArg, EventsArgs, ExplainArgs, Global};
use crate::output::{Output, printable, table};
use crate::{args, input, unlock};

pub(super) fn explain(global: &Global, args: &ExplainArgs, output: &Output) -> Result<u8, Problem> {
    let text = if args.text == "-" { input::text(std::path::Path::new("-"))?.to_string() } else { args.text.clone() };
    let channel = args.channel.map(|channel| match channel {
        ChannelArg::Smtp => Channel::Smtp,
        ChannelArg::Oauth => Channel::Oauth,
        ChannelArg::Http => Channel::Http,
        ChannelArg::Graph => Channel::Graph,
        ChannelArg::Tls => Channel::Tls,
        ChannelArg::Proxy => Channel::Proxy,
        ChannelArg::Webhook => Channel::Webhook,
    });
    let explanation = catalogue(global).explain_text(channel, args.host.as_deref(), &text);
    output.result(&explanation, || in_words(&explanation))?;
    Ok(0)
}

/// The three parts of a check result: what happened, what to do, who.
fn in_words(explanation: &Explanation) -> String {
    if explanation.is_unknown() {
        return format!("This reply is not known. It said:\n{}", printable(&explanation.raw));
    }
    let sure = if explanation.probably { "Probably: " } else { "" };
    let mut lines = vec![format!("{sure}{}", explanation.title), explanation.meaning.clone()];
    lines.extend(explanation.causes.iter().map(|cause| format!("  cause: {cause}")));
    lines.extend(explanation.steps.iter().enumerate().map(|(n, step)| format!("  {}. {step}", n + 1)));
    lines.push(format!("Who can fix it: {}", explanation.who.replace('_', " ")));
    lines.push(format!("Source: {}", explanation.source));
    lines.join("\n")
}

fn catalogue(global: &Global) -> Arc<Catalogue> {
    let (facts, refused) = Facts::of(&unlock::places(global));
    if let Some(why) = refused {
        tracing::warn!(why, "the facts in the data folder are not used");
    }
    facts.catalogue
}

pub(super) fn events(global: &Global, args: &EventsArgs, output: &Output) -> Result<u8, Problem> {
    let workspace = unlock::workspace(global)?;
    if args.verify.is_some() {
        let verification = workspace.vault().verify_events()?;
        output.result(&verification, || match verification.first_bad {
            None => format!("{} events, the chain is whole; head {}.", verification.checked, verification.head),
            Some(seq) => format!("The chain is broken at event {seq}."),
        })?;
        return Ok(if verification.first_bad.is_none() { 0 } else { Code::Damaged.exit() });
    }
    let filter = EventFilter {
        category: args.category.as_deref().map(category).transpose()?,
        since: args.since.as_deref().map(|text| since(text, workspace.now())).transpose()?,
        limit: args.limit,
    };
    let rows = workspace.events(&filter)?;
    output.result(&json!(rows), || {
        let row = |event: &EventRow| {
            [
                event.seq.to_string(),
                event.at.to_string(),
                event.operator.clone(),
                event.category.clone(),
                event.text.clone(),
            ]
        };
        table(["#", "when", "who", "category", "what"], rows.iter().map(row))
    })?;
    Ok(0)
}

fn category(word: &str) -> Result<EventCategory, Problem> {
    serde_json::from_value(json!(word)).map_err(|_| {
        let hint = "The categories are vault, credential, check, secret, expiry, slot, settings and workflow_trigger.";
        Problem::new(Code::Usage, format!("{word:?} is no category."), hint)
    })
}

fn since(text: &str, now: jiff::Timestamp) -> Result<jiff::Timestamp, Problem> {
    let wrong = || {
        Problem::new(
            Code::Usage,
            format!("{text:?} is no time; write 2027-01-31T00:00:00Z or 30d."),
            "Correct --since.",
        )
    };
    match args::duration(text) {
        Ok(back) => now.checked_sub(back).map_err(|_| wrong()),
        Err(_) => text.parse().map_err(|_| wrong()),
    }
}
