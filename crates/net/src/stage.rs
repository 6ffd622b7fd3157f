//! What a check is made of: stages in a fixed order, transcript lines, warnings.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// The steps every check walks through, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// Reading and judging what the operator entered; nothing leaves the machine.
    Input,
    /// Name lookup.
    Resolve,
    /// TCP connection, to the server or to the proxy.
    Connect,
    /// The proxy's own dialogue.
    Proxy,
    /// TLS handshake and certificate.
    Tls,
    /// The mail server's greeting and its list of extensions.
    Greeting,
    /// Fetching an access token; its own connection's stages are its steps.
    Token,
    /// What the token says: audience, roles, expiry.
    TokenContent,
    /// Signing in.
    Authenticate,
    /// Being allowed to do what the action needs.
    Permission,
    /// The action itself: a mail accepted, a request answered.
    Action,
}

impl StageName {
    /// All stages in order.
    pub const ALL: [StageName; 11] = [
        StageName::Input,
        StageName::Resolve,
        StageName::Connect,
        StageName::Proxy,
        StageName::Tls,
        StageName::Greeting,
        StageName::Token,
        StageName::TokenContent,
        StageName::Authenticate,
        StageName::Permission,
        StageName::Action,
    ];

    /// The name as JSON has it, such as `token_content`.
    pub fn as_str(self) -> &'static str {
        match self {
            StageName::Input => "input",
            StageName::Resolve => "resolve",
            StageName::Connect => "connect",
            StageName::Proxy => "proxy",
            StageName::Tls => "tls",
            StageName::Greeting => "greeting",
            StageName::Token => "token",
            StageName::TokenContent => "token_content",
            StageName::Authenticate => "authenticate",
            StageName::Permission => "permission",
            StageName::Action => "action",
        }
    }
}

/// How a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StageStatus {
    /// Under way. Only in progress reports, never in a finished record.
    Running,
    /// Done, as wished.
    Passed,
    /// Done, with something to look at.
    Warning,
    /// Did not work; the check ended here.
    Failed,
    /// Does not apply to this check.
    Skipped,
    /// An earlier stage failed.
    NotReached,
}

/// One stage of a check. Every text in it has passed the redaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Stage {
    /// Which stage.
    pub name: StageName,
    /// What it was about, such as `smtp.example.com:587`; empty when it was not reached.
    pub target: String,
    /// How it ended.
    pub status: StageStatus,
    /// Milliseconds from its begin to its end.
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// One plain sentence.
    pub summary: String,
    /// Facts seen, by name; an empty object when there are none.
    pub evidence: Value,
    /// Stages of a connection that this stage made for itself.
    pub steps: Vec<Stage>,
}

impl Stage {
    /// A stage that has not been reached, or does not apply.
    pub fn unvisited(name: StageName, status: StageStatus) -> Stage {
        Stage {
            name,
            target: String::new(),
            status,
            duration_ms: 0,
            summary: String::new(),
            evidence: Value::Object(serde_json::Map::new()),
            steps: Vec::new(),
        }
    }
}

/// Who said a line of the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Credenza.
    Client,
    /// The peer: server or proxy.
    Server,
    /// A remark by Credenza, not sent to anybody.
    Note,
}

/// One line of a check's transcript, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct TranscriptLine {
    /// Milliseconds since the check began.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Who said it.
    pub from: Party,
    /// What was said, control characters escaped, secrets replaced.
    pub text: String,
}

/// Something that worked and should still be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Warning {
    /// Stable name, such as `not_verified` or `clear_text`.
    pub id: String,
    /// Plain words.
    pub message: String,
}
