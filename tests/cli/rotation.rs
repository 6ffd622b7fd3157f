//! The rotation assistant as its user types it (C9), and app passwords after a changed main password (IQX-17).

use credenza_tests::{Answer, Authority, Desk, Practice};
use serde_json::{Value, json};

const BEFORE: &str = "canary-before-5e0b";
const WRONG: &str = "canary-wrong-next-a37d";
const FIELD: &str = "auth.password";

fn mail(practice: &Practice) -> Value {
    let mut record = practice.record("Practice mail");
    record["name"] = json!("ERP mail");
    record["auth"]["password"] = json!(BEFORE);
    record
}

fn rotate(desk: &Desk, arguments: &[&str], input: &str) -> Answer {
    let mut all = vec!["--json", "rotate"];
    all.extend(arguments);
    desk.run_with(&all, input)
}

#[test]
fn c9_next_test_switch_return_tick_off_and_revoke_on_the_command_line() {
    let (practice, desk) = (Practice::start(), Desk::new());
    desk.add(&mail(&practice));
    let good = practice.accounts().password.clone();
    let said = std::cell::RefCell::new(Vec::new());
    let run = |arguments: &[&str], input: &str, code: i32| {
        let answer = rotate(&desk, arguments, input).expect(code);
        said.borrow_mut().push(answer.clone());
        answer.json()
    };

    assert_eq!(run(&["start", "ERP mail", "password", "--next-stdin"], WRONG, 0)["step"], "entered");
    assert_eq!(run(&["switch", "ERP mail", FIELD], "", 6)["error"]["reason"], "untested");
    let tried = run(&["test", "ERP mail", FIELD], "", 1);
    assert_eq!((&tried["result"]["outcome"], &tried["rotation"]["step"]), (&json!("failed"), &json!("entered")));
    assert_eq!(run(&["switch", "ERP mail", FIELD], "", 6)["error"]["reason"], "untested", "it failed its test");

    let file = desk.file("next.txt", format!("{good}\n"));
    run(&["start", "ERP mail", FIELD, "--next-file", file.to_str().unwrap()], "", 0);
    assert_eq!(run(&["test", "ERP mail", FIELD], "", 0)["rotation"]["step"], "tested");
    let switched = run(&["switch", "ERP mail", FIELD, "--keep-until", "2099-01-31", "--expires", "2099-12-31"], "", 0);
    assert_eq!((&switched["step"], &switched["keep_until"]), (&json!("switched"), &json!("2099-01-31")));
    assert_eq!(desk.run(&["--json", "test", "ERP mail"]).expect(0).json()["outcome"], "passed");
    let shown = desk.run(&["--json", "show", "ERP mail"]).expect(0);
    let dates = shown.json()["expiries"].as_array().unwrap().clone();
    let date = dates.iter().find(|date| date["item"] == FIELD).unwrap();
    assert_eq!(date["on"], "2099-12-31", "the date of the new value");
    said.borrow_mut().push(shown);

    assert_eq!(run(&["return", "ERP mail", FIELD], "", 0)["step"], "entered");
    assert_eq!(desk.run(&["reveal", "ERP mail", FIELD]).expect(0).out.trim_end(), BEFORE);
    run(&["test", "ERP mail", FIELD], "", 0);
    run(&["switch", "ERP mail", FIELD], "", 0);

    run(&["used-by", "ERP mail", FIELD, "--add", "the nightly job"], "", 0);
    let refused = run(&["revoked", "ERP mail", FIELD], "", 8);
    assert_eq!(refused["error"]["reason"], "in_use");
    assert!(refused["error"]["message"].as_str().unwrap().contains("the nightly job"));
    let under_way = run(&["status"], "", 0);
    assert_eq!(under_way[0]["open"], 1);
    run(&["used-by", "ERP mail", FIELD, "--done", "1"], "", 0);
    assert_eq!(run(&["revoked", "ERP mail", FIELD], "", 0)["step"], "idle");
    assert_eq!(run(&["status"], "", 0), json!([]));

    let mut said = said.into_inner();
    said.extend(
        [&["--json", "events"][..], &["history", "ERP mail"], &["list"], &["rotate", "status", "ERP mail"]]
            .map(|a| desk.run(a)),
    );
    for answer in &said {
        for secret in [BEFORE, WRONG, good.as_str()] {
            assert!(!answer.out.contains(secret) && !answer.err.contains(secret), "{secret} in {answer:?}");
        }
    }
    desk.run(&["vault", "verify"]).expect(0);
}

#[test]
fn a_next_value_is_no_argument_and_what_cannot_be_tested_needs_a_word() {
    let desk = Desk::new();
    desk.add(&json!({ "type": "secret", "name": "Licence", "description": "d", "value": BEFORE }));
    desk.run(&["rotate", "start", "Licence", "value", "--next", WRONG]).expect(2);
    desk.run(&["rotate", "start", "Licence", "value"]).expect(2);
    rotate(&desk, &["start", "Licence", "value", "--next-stdin"], WRONG).expect(0);
    assert_eq!(rotate(&desk, &["test", "Licence", "value"], "").expect(3).json()["error"]["field"], "value");
    assert_eq!(desk.run(&["reveal", "Licence", "next:value"]).expect(0).out.trim_end(), WRONG);
    desk.run(&["reveal", "Licence", "old:value"]).expect(4);
    rotate(&desk, &["switch", "Licence", "value"], "").expect(6);
    rotate(&desk, &["switch", "Licence", "value", "--override"], "").expect(0);
    assert_eq!(desk.run(&["reveal", "Licence", "value"]).expect(0).out.trim_end(), WRONG);
    assert_eq!(desk.run(&["reveal", "Licence", "old:value"]).expect(0).out.trim_end(), BEFORE);
    desk.run(&["reveal", "Licence", "next:value"]).expect(4);
    let revealed = desk.run(&["--json", "events"]).expect(0).out;
    assert!(revealed.contains("next:value") && revealed.contains("old:value"), "each has its event");
    assert_eq!(rotate(&desk, &["switch", "Licence", "value"], "").expect(4).json()["error"]["code"], "not_found");
}

#[test]
fn iqx_17_a_changed_main_password_marks_its_app_passwords_and_exactly_these_are_tested() {
    let (practice, desk) = (Practice::start(), Desk::new());
    let mut app = practice.record("Practice mail");
    app["name"] = json!("Newsletter");
    app["auth"]["password_kind"] = json!("app_password");
    app["auth"]["purpose"] = json!("newsletter");
    let user = app["auth"]["username"].as_str().unwrap().to_owned();
    desk.add(&json!([app, practice.record("Practice mail")]));
    rotate(&desk, &["main-password-changed", "nobody@example.com"], "").expect(4);
    let marked = rotate(&desk, &["main-password-changed", &user], "").expect(0).json();
    assert_eq!(marked["suspect"][0]["name"], "Newsletter");
    assert_eq!(marked["suspect"].as_array().unwrap().len(), 1, "the other one is no app password");
    assert!(desk.run(&["list", "--status", "suspect"]).expect(0).out.contains("Newsletter"));
    let tested = desk.run(&["--json", "test", "--all", "--status", "suspect"]).expect(0).json();
    assert_eq!((&tested["passed"], tested["results"].as_array().unwrap().len()), (&json!(1), 1));
    assert_eq!(
        desk.run(&["--json", "list", "--status", "suspect"]).expect(0).json(),
        json!([]),
        "a passed check clears it"
    );
}

#[test]
fn c9_a_certificate_and_its_key_are_rotated_from_files_and_never_from_arguments() {
    let (practice, desk) = (Practice::start(), Desk::new());
    let known = practice.record("Practice app with a certificate");
    let text = |leaf: &str| known["oauth2"][leaf].as_str().unwrap().to_owned();
    let own = Authority::new().client(desk.folder.path());
    let read = |file: &std::path::Path| std::fs::read_to_string(file).unwrap();
    let (own_certificate, own_key) = (read(&own.certificate), read(&own.key));
    let mut app = known.clone();
    app["name"] = json!("App");
    app["oauth2"]["certificate_pem"] = json!(own_certificate);
    app["oauth2"]["private_key_pem"] = json!(own_key);
    desk.add(&app);
    desk.run(&["--json", "token", "App"]).expect(1);

    let field = "oauth2.private_key_pem";
    let (certificate, key) = (text("certificate_pem"), text("private_key_pem"));
    let both = desk.file("next.pem", format!("{certificate}{key}"));
    let alone = desk.file("certificate.pem", &certificate);
    let key_file = desk.file("key.pem", &key);
    let path = |file: &std::path::PathBuf| file.to_str().unwrap().to_owned();
    let refused = rotate(&desk, &["start", "App", field, "--certificate-file", &path(&alone)], "").expect(3).json();
    assert!(refused["error"]["message"].as_str().unwrap().contains("no private key"), "{refused:#}");
    rotate(&desk, &["start", "App", field, "--next-stdin"], &key).expect(3);
    rotate(&desk, &["start", "App", field], "").expect(2);
    let apart = ["start", "App", field, "--certificate-file", &path(&alone), "--private-key-file", &path(&key_file)];
    rotate(&desk, &apart, "").expect(0);

    let entered = rotate(&desk, &["start", "App", "certificate_pem", "--certificate-file", &path(&both)], "").expect(0);
    let shown = entered.json();
    assert_eq!(shown["field"], field);
    assert!(shown["certificates"]["current"]["subject"].as_str().unwrap().contains("erp client"), "{shown:#}");
    for fact in ["serial", "fingerprint_sha256", "not_after"] {
        assert!(shown["certificates"]["next"][fact].is_string(), "{fact}: {shown:#}");
    }
    assert_eq!(rotate(&desk, &["test", "App", field], "").expect(0).json()["rotation"]["step"], "tested");
    rotate(&desk, &["switch", "App", field], "").expect(0);
    desk.run(&["--json", "token", "App"]).expect(0);
    let words = desk.run(&["rotate", "return", "App", field]).expect(0).out;
    assert!(words.contains("current  certificate") && words.contains("erp client"), "{words}");
    desk.run(&["--json", "token", "App", "--force"]).expect(1);
    rotate(&desk, &["test", "App", field], "").expect(0);
    rotate(&desk, &["switch", "App", field], "").expect(0);
    desk.run(&["--json", "token", "App", "--force"]).expect(0);
    assert_eq!(desk.run(&["reveal", "App", "old:oauth2.private_key_pem"]).expect(0).out.trim(), own_key.trim());

    let body = |pem: &str| pem.lines().nth(1).unwrap().to_owned();
    let said = [entered.out, words, desk.run(&["--json", "events"]).out, desk.run(&["--json", "show", "App"]).out];
    for secret in [body(&key), body(&own_key)] {
        assert!(said.iter().all(|text| !text.contains(&secret)), "a key is told to nobody");
    }
    desk.run(&["vault", "verify"]).expect(0);
}
