use credenza_net::built_in_text;
use serde_json::json;

use super::*;
use crate::Credential;

const TENANT: &str = "11111111-2222-4333-8444-555555555555";
const CLIENT: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const PRINCIPAL: &str = "bbbbbbbb-0000-4000-8000-000000000002";
/// The application's own object id: it stands in no field of a record, and must never stand in a script.
const APPLICATION_OBJECT: &str = "cccccccc-0000-4000-8000-000000000003";

fn mail(auth: Value) -> Credential {
    let record = json!({
        "type": "mail_server", "name": "Alerts", "description": "for a test", "host": "smtp.office365.com", "port": 587,
        "tls": "starttls", "sender": "alerts@contoso.com", "auth": auth,
    });
    Credential::parse(record).unwrap().credential
}

fn with_token() -> Credential {
    let oauth2 = json!({
        "grant": "client_credentials", "client_id": CLIENT, "scope": "https://outlook.office365.com/.default",
        "token_url": format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"),
    });
    mail(json!({ "method": "oauth2", "username": "alerts@contoso.com", "oauth2": oauth2 }))
}

fn block(credential: &Credential) -> &OAuth2 {
    match credential.oauth2() {
        Some((_, crate::credential::OAuth2Source::Own(own))) => own,
        _ => panic!("the record has a block of its own"),
    }
}

fn good() -> Map<String, Value> {
    let claims = json!({
        "aud": "https://outlook.office365.com", "tid": TENANT, "appid": CLIENT, "oid": PRINCIPAL, "idtyp": "app",
        "roles": ["SMTP.SendAsApp"],
    });
    claims.as_object().unwrap().clone()
}

fn judged(change: impl FnOnce(&mut Map<String, Value>), failure: Option<(&str, &str)>) -> Readiness {
    let credential = with_token();
    let mut claims = good();
    change(&mut claims);
    let ids = Ids { tenant: TENANT, application: CLIENT, principal: PRINCIPAL };
    let known = Known { oauth2: Some(block(&credential)), ids, claims: Some(&claims), failure, ..Known::default() };
    judge(&credential, &known).unwrap()
}

fn verdict<'a>(readiness: &'a Readiness, id: &str) -> &'a Verdict {
    readiness.verdicts.iter().find(|verdict| verdict.id == id).unwrap_or_else(|| panic!("no verdict {id}"))
}

#[test]
fn c3_five_tokens_and_answers_give_five_different_verdicts() {
    const STOREDRV: (&str, &str) = ("smtp-microsoft:430-4.2.0-STOREDRV", "430 4.2.0 STOREDRV; mailbox logon failure");
    const OFF: (&str, &str) = (
        "smtp-microsoft:535-5.7.139-mailbox-disabled",
        "535 5.7.139 … SmtpClientAuthentication is disabled for the Mailbox.",
    );
    let five = [
        judged(|claims| drop(claims.insert("aud".into(), "https://graph.microsoft.com".into())), None),
        judged(|claims| drop(claims.insert("tid".into(), PRINCIPAL.into())), None),
        judged(|claims| drop(claims.insert("roles".into(), json!(["IMAP.AccessAsApp"]))), None),
        judged(|_| {}, Some(STOREDRV)),
        judged(|_| {}, Some(OFF)),
    ];
    let conclusions: Vec<_> = five.iter().map(|readiness| readiness.conclusion.as_deref().unwrap()).collect();
    assert_eq!(conclusions, ["audience", "tenant", "permission", "mailbox", "smtp_auth"]);
    let waiting = &verdict(&five[3], "mailbox").action;
    assert!(waiting.contains("15 to 30 minutes"), "how long a grant takes to spread is said: {waiting}");
    for readiness in &five {
        let broken = readiness.verdicts.iter().filter(|verdict| verdict.state == State::NotMet);
        let broken: Vec<_> = broken.collect();
        assert_eq!(broken.len(), 1, "one cause, one verdict: {broken:#?}");
        assert!(!broken[0].evidence.is_empty() && !broken[0].action.is_empty() && !broken[0].who.is_empty());
    }
}

#[test]
fn c3_the_token_is_good_and_535_5_7_3_means_the_mailbox_but_only_then() {
    let refused = Some(("smtp-microsoft:535-5.7.3", "535 5.7.3 Authentication unsuccessful"));
    assert_eq!(judged(|_| {}, refused).conclusion.as_deref(), Some("mailbox"));
    let wrong = judged(|claims| drop(claims.insert("aud".into(), "https://graph.microsoft.com".into())), refused);
    assert_eq!(wrong.conclusion.as_deref(), Some("audience"), "the token is mended first");
    let credential = mail(json!({ "method": "password", "username": "alerts@contoso.com" }));
    let by_password = judge(&credential, &Known { failure: refused, ..Known::default() }).unwrap();
    assert_eq!(verdict(&by_password, "smtp_auth").state, State::NotKnown, "the same words come for a wrong password");
}

#[test]
fn c3_missing_consent_is_told_from_a_permission_that_is_not_listed() {
    let conclusion = |id| {
        let credential = with_token();
        let known = Known { oauth2: Some(block(&credential)), failure: Some((id, "…")), ..Known::default() };
        judge(&credential, &known).unwrap().conclusion
    };
    assert_eq!(conclusion("AADSTS65001").as_deref(), Some("consent"));
    assert_eq!(conclusion("AADSTS650057").as_deref(), Some("permission"));
    assert_eq!(conclusion("AADSTS700016").as_deref(), Some("application"));
    assert_eq!(conclusion("AADSTS7000215").as_deref(), Some("secret"));
}

#[test]
fn c3_a_token_without_roles_may_be_right_where_exchange_itself_gave_the_role() {
    let without = |passed| {
        let credential = with_token();
        let mut claims = good();
        claims.remove("roles");
        let known = Known { oauth2: Some(block(&credential)), claims: Some(&claims), passed, ..Known::default() };
        judge(&credential, &known).unwrap()
    };
    assert_eq!(verdict(&without(false), "permission").state, State::NotKnown, "App RBAC leaves the list empty");
    assert_eq!(verdict(&without(true), "permission").state, State::Met);
}

#[test]
fn c3_the_script_has_the_enterprise_applications_object_id_and_no_other() {
    let script = judged(|_| {}, None).script.unwrap();
    assert!(script.contains(&format!("$EnterpriseObjectId = '{PRINCIPAL}'")), "{script}");
    assert!(script.contains(&format!("$ClientId = '{CLIENT}'")) && !script.contains(APPLICATION_OBJECT));
    for command in [
        "Connect-ExchangeOnline",
        "New-ServicePrincipal -AppId $ClientId -ObjectId $EnterpriseObjectId",
        "Add-MailboxPermission",
        "Set-CASMailbox",
    ] {
        assert!(script.contains(command), "{command} is missing: {script}");
    }
    assert!(!script.contains("MISSING"));
}

#[test]
fn c3_an_id_that_is_missing_or_is_another_one_is_left_open_and_said() {
    for principal in ["", "not a guid", CLIENT] {
        let credential = with_token();
        let ids = Ids { tenant: TENANT, application: CLIENT, principal };
        let readiness =
            judge(&credential, &Known { oauth2: Some(block(&credential)), ids, ..Known::default() }).unwrap();
        let script = readiness.script.as_ref().unwrap();
        assert!(
            script.contains("$EnterpriseObjectId = ''")
                && script.contains("# MISSING: the Object ID of the ENTERPRISE")
        );
        assert!(script.contains("throw 'The Object ID of the enterprise application is missing.'"), "it stops there");
        assert_ne!(verdict(&readiness, "principal").state, State::Met);
    }
}

#[test]
fn names_with_quotes_line_ends_and_dollars_stay_inside_their_string() {
    for (text, quoted) in [
        ("O'Brien", "'O''Brien'"),
        ("a\u{2019}; Remove-Mailbox x #", "'a\u{2019}\u{2019}; Remove-Mailbox x #'"),
        ("$(Get-Date) `n", "'$(Get-Date) `n'"),
        ("one\nRemove-Mailbox\r\nx", "'oneRemove-Mailboxx'"),
        ("\u{201a}\u{201b}\u{2028}", "'\u{201a}\u{201a}\u{201b}\u{201b}'"),
    ] {
        assert_eq!(script::quoted(text), quoted);
    }
    let mut credential = with_token();
    credential.common.name = "x'; Remove-Mailbox 'y\n# z".to_owned();
    let script = script::powershell(&credential, &Known::default());
    assert!(script.contains("$DisplayName = 'x''; Remove-Mailbox ''y# z'"), "{script}");
}

#[test]
fn c3_a_secret_that_is_the_id_of_a_secret_is_the_first_thing_said() {
    let credential = with_token();
    let known = Known { oauth2: Some(block(&credential)), secret_finding: Some("It is a GUID."), ..Known::default() };
    assert_eq!(judge(&credential, &known).unwrap().conclusion.as_deref(), Some("secret"));
}

#[test]
fn gmail_is_judged_by_its_own_rules() {
    let gmail = |auth: Value| {
        let record = json!({
            "type": "mail_server", "name": "G", "description": "x", "host": "smtp.gmail.com", "tls": "starttls", "auth": auth,
        });
        Credential::parse(record).unwrap().credential
    };
    let plain = gmail(json!({ "method": "password", "username": "erp@example.com" }));
    let refused = Some(("smtp-gmail:535-5.7.8", "535-5.7.8 Username and Password not accepted"));
    let readiness = judge(&plain, &Known { failure: refused, ..Known::default() }).unwrap();
    assert_eq!((readiness.conclusion.as_deref(), readiness.script), (Some("app_password"), None));
    let oauth2 = json!({ "token_url": "https://oauth2.googleapis.com/token", "scope": "https://www.googleapis.com/auth/gmail.send" });
    let token = gmail(json!({ "method": "oauth2", "username": "erp@example.com", "oauth2": oauth2 }));
    let readiness = judge(&token, &Known { oauth2: Some(block(&token)), ..Known::default() }).unwrap();
    assert_eq!(readiness.conclusion.as_deref(), Some("scope"), "gmail.send does not open SMTP");
}

#[test]
fn iqx_18_to_25_and_eli_11_to_17_every_step_of_the_checklist_has_its_values() {
    let steps = judged(|_| {}, None).checklist;
    let value = |id: &str| {
        let found = steps.iter().flat_map(|step| &step.values).find(|value| value.id == id);
        found.unwrap_or_else(|| panic!("no value {id}")).value.clone()
    };
    assert_eq!(value("redirect"), "http://localhost");
    assert_eq!(value("accounts"), "Accounts in this organizational directory only");
    assert_eq!(
        (value("tenant"), value("client"), value("principal")),
        (TENANT.into(), CLIENT.into(), PRINCIPAL.into())
    );
    assert_eq!(value("permission"), "SMTP.SendAsApp");
    assert_eq!(value("scope"), "https://outlook.office365.com/.default");
    assert_eq!(value("mailbox"), "alerts@contoso.com");
    assert!(
        value("token_url").contains(TENANT) && steps.iter().all(|step| !step.who.is_empty() && !step.path.is_empty())
    );
}

#[test]
fn every_explanation_that_is_looked_at_is_in_the_catalogue() {
    let rows: Vec<Value> = serde_json::from_str(built_in_text()).unwrap();
    for id in told::ids() {
        assert!(rows.iter().any(|row| row["id"] == id), "{id} is no entry");
    }
}

#[test]
fn other_servers_have_no_readiness_check() {
    let record = json!({ "type": "mail_server", "name": "M", "description": "x", "host": "mail.example.com" });
    assert!(judge(&Credential::parse(record).unwrap().credential, &Known::default()).is_none());
}
