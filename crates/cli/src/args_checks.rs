//! Arguments of what is tested, sent, fetched and explained.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::args::{WhichArgs, duration};

/// `credenza test …`
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Name or id
    #[arg(value_name = "REF", required_unless_present = "all")]
    pub(crate) reference: Option<String>,
    /// Test all credentials, eight at once and never two on one host
    #[arg(long, conflicts_with_all = ["reference", "draft", "transcript", "rebind"])]
    pub(crate) all: bool,
    /// Which of them
    #[command(flatten)]
    pub(crate) which: WhichArgs,
    /// Test the record with this JSON merge patch over it, without saving
    #[arg(long, value_name = "FILE")]
    pub(crate) draft: Option<PathBuf>,
    /// Limit of the whole check, such as 20s
    #[arg(long, value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
    /// Write the redacted exchange to a file
    #[arg(long, value_name = "FILE")]
    pub(crate) transcript: Option<PathBuf>,
    /// With --draft: the stored secrets may go to the new address
    #[arg(long)]
    pub(crate) rebind: bool,
}

/// `credenza report …`
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Name or id
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Also everything that was said, with its time
    #[arg(long)]
    pub(crate) transcript: bool,
}

/// `credenza send-email …`
#[derive(Debug, Args)]
pub(crate) struct SendEmailArgs {
    /// Name or id of a mail server
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Recipient; may be repeated
    #[arg(long, required = true)]
    pub(crate) to: Vec<String>,
    /// Sender, where the record has none
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// Copy; may be repeated
    #[arg(long)]
    pub(crate) cc: Vec<String>,
    /// Blind copy; may be repeated
    #[arg(long)]
    pub(crate) bcc: Vec<String>,
    /// Where replies go
    #[arg(long)]
    pub(crate) reply_to: Option<String>,
    /// Subject
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// Text
    #[arg(long, conflicts_with = "body_file")]
    pub(crate) body: Option<String>,
    /// Text from a file; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) body_file: Option<PathBuf>,
    /// HTML from a file
    #[arg(long, value_name = "FILE")]
    pub(crate) html_file: Option<PathBuf>,
    /// Attachment; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) attach: Vec<PathBuf>,
    /// The Send test email button: a mail that says what it is
    #[arg(long)]
    pub(crate) test: bool,
    /// Limit of the whole call, such as 20s
    #[arg(long, value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
    /// Write the redacted exchange to a file
    #[arg(long, value_name = "FILE")]
    pub(crate) transcript: Option<PathBuf>,
}

/// `credenza token …`
#[derive(Debug, Args)]
pub(crate) struct TokenArgs {
    /// Name or id
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// Print the token and nothing else, from the cache until it is due for renewal
    #[arg(long)]
    pub(crate) raw: bool,
    /// Ask for a new token whatever is in the cache, even if the refresh token's known end has passed
    #[arg(long)]
    pub(crate) force: bool,
    /// Where a person has to sign in, print the address and open no browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Use the record with this JSON merge patch over it, without saving
    #[arg(long, value_name = "FILE")]
    pub(crate) draft: Option<PathBuf>,
    /// Limit of the whole call, such as 20s
    #[arg(long, value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
    /// With --draft: the stored secrets may go to the new address
    #[arg(long)]
    pub(crate) rebind: bool,
}

/// `credenza call …`
#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// Name or id of an outbound server
    #[arg(value_name = "REF")]
    pub(crate) reference: String,
    /// GET, POST, …
    pub(crate) method: String,
    /// Path after the record's base path
    pub(crate) path: String,
    /// Further header as "Name: value"; may be repeated
    #[arg(long)]
    pub(crate) header: Vec<String>,
    /// Body
    #[arg(long, conflicts_with = "data_file")]
    pub(crate) data: Option<String>,
    /// Body from a file; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) data_file: Option<PathBuf>,
    /// Limit of the whole call, such as 20s
    #[arg(long, value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
}

/// `credenza explain …`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Where the reply came from
    #[arg(long, value_enum)]
    pub(crate) channel: Option<ChannelArg>,
    /// The host that sent it
    #[arg(long)]
    pub(crate) host: Option<String>,
    /// The reply; - reads it from standard input
    pub(crate) text: String,
}

/// Where a pasted reply came from.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ChannelArg {
    /// A mail server.
    Smtp,
    /// A token endpoint.
    Oauth,
    /// An HTTP server.
    Http,
    /// Microsoft Graph.
    Graph,
    /// The TLS library.
    Tls,
    /// A proxy.
    Proxy,
    /// A webhook receiver.
    Webhook,
}
