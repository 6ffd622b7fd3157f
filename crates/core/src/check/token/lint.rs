//! Findings about a token request and a token that work against the record's purpose.

use credenza_net::{Recorder, TokenRequest};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::claims::moment;
use crate::credential::{Credential, Kind};

/// What of the request works against the record's purpose; what is wrong with it in itself, `fetch_token` says.
pub(super) fn request(request: &TokenRequest, credential: &Credential, rec: &Recorder) {
    let scope = request.scope.as_deref().unwrap_or_default();
    if matches!(credential.kind, Kind::MailServer(_)) && scope.contains("graph.microsoft.com") {
        // ELI-13.
        rec.warning(
            "graph_scope",
            "The scope is that of Microsoft Graph; a mail server needs https://outlook.office365.com/.default.",
        );
    }
}

/// Findings about the token's claims; the first of them, in words.
pub(super) fn token(
    claims: &Map<String, Value>,
    credential: &Credential,
    now: Timestamp,
    rec: &Recorder,
) -> Option<String> {
    let mut found = Vec::new();
    if moment(Some(claims), "exp").is_some_and(|end| end <= now) {
        found.push((
            "token_expired",
            "By this computer's clock the token has expired already; compare the clocks.".to_owned(),
        ));
    }
    if moment(Some(claims), "nbf").is_some_and(|start| start.duration_since(now).as_secs() > 300) {
        found.push((
            "token_not_yet_valid",
            "By this computer's clock the token is not valid yet; compare the clocks.".to_owned(),
        ));
    }
    if let Kind::MailServer(mail) = &credential.kind
        && exchange_online(&mail.connection.host)
    {
        found.extend(for_exchange(claims));
    }
    for (id, message) in &found {
        rec.warning(id, message);
    }
    found.into_iter().next().map(|(_, message)| message)
}

fn exchange_online(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    ["office365.com", "office.com", "outlook.com"]
        .iter()
        .any(|known| host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.')))
}

// Audience and role that Exchange Online wants of an app's token (ELI-13, ELI-16).
fn for_exchange(claims: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let audience = claims.get("aud").and_then(Value::as_str).unwrap_or_default().trim_end_matches('/');
    let fits = ["https://outlook.office365.com", "https://outlook.office.com", "00000002-0000-0ff1-ce00-000000000000"];
    if !fits.contains(&audience) {
        found.push((
            "token_audience",
            format!("The token is meant for \"{audience}\", and Exchange Online wants https://outlook.office365.com."),
        ));
    }
    let roles = claims.get("roles").and_then(Value::as_array);
    let send_as = roles.is_some_and(|roles| roles.iter().any(|role| role == "SMTP.SendAsApp"));
    if !claims.contains_key("scp") && !send_as {
        let message = "The token lacks the role SMTP.SendAsApp: the permission is missing, or an administrator has not consented to it.";
        found.push(("token_role", message.to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_hosts_of_exchange_online_are_held_to_its_claims() {
        assert!(exchange_online("smtp.office365.com") && exchange_online("SMTP-legacy.office365.com."));
        assert!(!exchange_online("notoffice365.com") && !exchange_online("smtp.example.com"));
    }

    #[test]
    fn eli_16_a_missing_role_and_a_wrong_audience_are_both_named() {
        let claims = json!({ "aud": "https://graph.microsoft.com", "roles": ["Mail.Send"] });
        let ids: Vec<_> = for_exchange(claims.as_object().unwrap()).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["token_audience", "token_role"]);
        let good = json!({ "aud": "https://outlook.office365.com", "roles": ["SMTP.SendAsApp"] });
        assert!(for_exchange(good.as_object().unwrap()).is_empty());
    }
}
