//! The practice identity provider: Microsoft Entra ID as far as a client can tell, for one tenant and one application.

mod assertion;
mod consent;
mod family;
mod grant;
mod graph;
mod jwt;
mod refusal;
mod sign_in;

use hyper::header::{ALLOW, CACHE_CONTROL};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::shared::Shared;
use crate::web::{Asked, Reply};

use grant::{Granted, TokenRequest};
use refusal::Refusal;

pub(crate) use consent::{DeviceState, Pending};
pub(crate) use family::{Consent, Families};
pub(crate) use grant::default_scope;

/// A fixed object id, so that a person meets the same one in two tokens.
const PRACTICE_USER_OBJECT: &str = "0b9c1f0e-0000-4000-8000-000000000001";
const PRACTICE_APP_OBJECT: &str = "0b9c1f0e-0000-4000-8000-000000000002";

/// The endpoints under `/{tenant}/`.
pub(crate) fn answer(asked: &Asked) -> Reply {
    let shared = &asked.about.shared;
    if asked.path == graph::PATH {
        return graph::answer(asked);
    }
    let Some((tenant, endpoint)) = asked.path.trim_start_matches('/').split_once('/') else {
        return Reply::problem(404, "Token endpoint: /{tenant}/oauth2/v2.0/token");
    };
    let known = tenant == "practice" || tenant.eq_ignore_ascii_case(&shared.accounts.tenant_id);
    if !known {
        return Refusal::UnknownTenant(tenant.to_owned()).reply(None, shared.now());
    }
    match endpoint {
        "v2.0/.well-known/openid-configuration" => Reply::json(200, &configuration(asked)),
        "oauth2/v2.0/token" | "oauth2/token" => posted(asked, token),
        "oauth2/v2.0/authorize" => sign_in::authorize(asked, &issuer(asked)),
        "oauth2/v2.0/devicecode" => posted(asked, sign_in::device),
        "oauth2/v2.0/device" => sign_in::device_page(asked),
        "oauth2/v2.0/introspect" => posted(asked, introspection),
        _ => Reply::problem(404, "Token endpoint: /{tenant}/oauth2/v2.0/token"),
    }
}

fn posted(asked: &Asked, then: fn(&Asked, &TokenRequest<'_>) -> Result<Value, Refusal>) -> Reply {
    if asked.method != "POST" {
        return Reply::problem(405, "This endpoint takes POST only").with(ALLOW, "POST");
    }
    let shared = &asked.about.shared;
    let request = TokenRequest::read(shared, asked);
    let reply = match then(asked, &request) {
        Ok(body) => Reply::json(200, &body),
        Err(refusal) => refusal.reply(Some(&request), shared.now()),
    };
    reply.with(CACHE_CONTROL, "no-store")
}

fn token(asked: &Asked, request: &TokenRequest<'_>) -> Result<Value, Refusal> {
    let content_type = asked.header("content-type").unwrap_or_default();
    if !content_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        return Err(Refusal::MissingField("grant_type"));
    }
    let granted = request.decide(&endpoints(asked))?;
    let shared = &asked.about.shared;
    let lifetime = shared.token_lifetime;
    let access_token = jwt::sign(&claims(asked, &granted), &shared.accounts.token_key);
    let mut body = json!({
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": access_token,
    });
    if let Some(scope) = granted.scope {
        body["scope"] = json!(scope);
    }
    if let Some(refresh_token) = granted.refresh_token {
        body["refresh_token"] = json!(refresh_token);
    }
    Ok(body)
}

fn claims(asked: &Asked, granted: &Granted) -> Value {
    let shared = &asked.about.shared;
    let accounts = &shared.accounts;
    let now = shared.now().as_second();
    let role = match granted.audience {
        crate::MAIL_AUDIENCE => "SMTP.SendAsApp",
        crate::GRAPH_AUDIENCE => "Application.Read.All",
        _ => "Practice.Read",
    };
    let mut claims = json!({
        "aud": granted.audience,
        "iss": issuer(asked),
        "iat": now,
        "nbf": now,
        "exp": now + i64::from(shared.token_lifetime),
        "appid": accounts.client_id,
        "app_displayname": "Credenza practice app",
        "tid": accounts.tenant_id,
        "uti": Uuid::new_v4(),
        "ver": "1.0",
    });
    match (&granted.username, &granted.scope) {
        (Some(username), scope) => {
            let names = scope.iter().flat_map(|scope| scope.split_whitespace());
            let names: Vec<_> = names.filter_map(|part| part.rsplit_once('/').map(|(_, name)| name)).collect();
            claims["idtyp"] = json!("user");
            claims["upn"] = json!(username);
            claims["oid"] = json!(PRACTICE_USER_OBJECT);
            claims["scp"] = json!(names.join(" "));
        }
        (None, _) => {
            claims["idtyp"] = json!("app");
            claims["oid"] = json!(PRACTICE_APP_OBJECT);
            claims["roles"] = json!([role]);
        }
    }
    claims
}

/// RFC 7662, for a client that signs in.
fn introspection(asked: &Asked, request: &TokenRequest<'_>) -> Result<Value, Refusal> {
    request.client(&endpoints(asked))?;
    let token = request.field("token").ok_or(Refusal::MissingField("token"))?;
    Ok(match live_claims(&asked.about.shared, token) {
        Ok(Value::Object(mut claims)) => {
            claims.insert("active".to_owned(), Value::Bool(true));
            Value::Object(claims)
        }
        _ => json!({ "active": false }),
    })
}

fn issuer(asked: &Asked) -> String {
    let scheme = if asked.about.tls.is_some() { "https" } else { "http" };
    let port = asked.about.shared.ports.of(asked.about.server);
    format!("{scheme}://127.0.0.1:{port}/{}/v2.0", asked.about.shared.accounts.tenant_id)
}

/// An address of this provider beside the token endpoint.
fn endpoint(asked: &Asked, name: &str) -> String {
    format!("{}/oauth2/v2.0/{name}", issuer(asked).trim_end_matches("/v2.0"))
}

/// The addresses under which the token endpoint may be named in a client's statement: tenant id or `practice`, by any of
/// the names that this machine goes by.
fn endpoints(asked: &Asked) -> Vec<String> {
    let own = endpoint(asked, "token");
    let short = own.replace(&asked.about.shared.accounts.tenant_id, "practice");
    let all = [own, short];
    let named = |name: &'static str| all.clone().map(|one| one.replace("127.0.0.1", name));
    [named("127.0.0.1"), named("localhost"), named("[::1]"), named("id.credenza.test")].concat()
}

fn configuration(asked: &Asked) -> Value {
    let issuer = issuer(asked);
    let base = issuer.trim_end_matches("/v2.0");
    json!({
        "issuer": issuer,
        "token_endpoint": format!("{base}/oauth2/v2.0/token"),
        "introspection_endpoint": format!("{base}/oauth2/v2.0/introspect"),
        "authorization_endpoint": endpoint(asked, "authorize"),
        "device_authorization_endpoint": endpoint(asked, "devicecode"),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "grant_types_supported": [
            "client_credentials", "password", "refresh_token", "authorization_code",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "client_secret_basic", "private_key_jwt", "none"],
        "token_endpoint_auth_signing_alg_values_supported": ["PS256", "RS256", "ES256"],
    })
}

fn live_claims(shared: &Shared, token: &str) -> Result<Value, &'static str> {
    let claims = jwt::read(token, &shared.accounts.token_key).ok_or("the token was not issued here")?;
    if claims["exp"].as_i64().is_none_or(|end| end <= shared.now().as_second()) {
        return Err("the token is expired");
    }
    Ok(claims)
}

/// Whether a token was issued here, for this audience, and is still good; else why not.
pub(crate) fn accepts(shared: &Shared, token: &str, audience: &str) -> Result<(), &'static str> {
    let claims = live_claims(shared, token)?;
    if claims["aud"] == audience { Ok(()) } else { Err("the token is for another audience") }
}
