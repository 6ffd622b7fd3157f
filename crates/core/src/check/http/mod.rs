//! Outbound server checks: *Test connection* makes the record's test request, a call makes any request.

mod judge;
mod plan;

pub(super) use judge::{Judged, judge};
pub(super) use plan::{RequestPlan, address, call_plan, record_headers, test_plan};

use credenza_net::{HttpAuth, HttpCall, exchange};

use super::engine::{Done, Run, Stop};
use super::token;
use plan::SignIn;

/// One request through an outbound server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallRequest {
    /// Method, such as `GET`.
    pub method: String,
    /// Path after the record's base path, with a query if wished.
    pub path: String,
    /// Headers besides the record's own; one of the same name replaces the record's.
    pub headers: Vec<(String, String)>,
    /// Body, sent as it is.
    pub body: Option<Vec<u8>>,
}

/// Makes the request of a plan and judges the answer.
pub(super) async fn run(run: &Run<'_>, plan: Box<RequestPlan>) -> Result<Done, Stop> {
    let auth = match &plan.sign_in {
        SignIn::None => HttpAuth::None,
        SignIn::Basic { username, password } => {
            HttpAuth::Basic { username: username.clone(), password: password.clone() }
        }
        SignIn::Digest { username, password } => {
            HttpAuth::Digest { username: username.clone(), password: password.clone() }
        }
        SignIn::ApiKey { place, name, value } => {
            HttpAuth::ApiKey { place: *place, name: name.clone(), value: value.clone() }
        }
        SignIn::Token(source) => HttpAuth::Bearer(token::inside(run, source).await?),
    };
    let call = HttpCall { auth, ..plan.call };
    let reply = exchange(&plan.route, &call, run.rec).await?;
    judge(run, &Judged { route: &plan.route, call: &call, expect: &plan.expect, channel: plan.channel }, reply)
}
