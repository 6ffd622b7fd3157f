//! The demo: first run, practice servers, every button, each screen in both themes, with a picture of each step.
//!
//! `demo FOLDER` writes the pictures as PNG files into the folder.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::print_stdout)]

use std::path::PathBuf;

use credenza_tests::window::{Start, Window};
use serde_json::{Value, json};

const PASSPHRASE: &str = "plinth otter mauve 1742";

#[tokio::main]
async fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("usage: demo FOLDER"));
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let tour = Tour { window: Window::open(Start::default()).await, folder };
    tour.first_run().await;
    tour.checks().await;
    tour.failures().await;
    tour.screens().await;
    tour.stopped().await;
    tour.many().await;
    tour.locked().await;
    tour.window.close().await;
}

struct Tour {
    window: Window,
    folder: PathBuf,
}

impl Tour {
    /// A picture in the theme that is on.
    async fn picture(&self, name: &str) {
        // Until what was just changed is drawn and every transition of it has ended.
        let settled = "const ended = () => Promise.allSettled(document.getAnimations().filter((a) => a.playState === 'running' && a.effect?.getComputedTiming().endTime !== Infinity).map((a) => a.finished)); const late = new Promise((end) => setTimeout(end, 1500)); requestAnimationFrame(() => requestAnimationFrame(() => Promise.race([ended(), late]).then(() => done(1))));";
        self.window.script(settled, Vec::new()).await;
        let file = self.folder.join(format!("{name}.png"));
        self.window.picture(&file);
        println!("{}", file.display());
    }

    /// The same screen, light and dark.
    async fn both(&self, name: &str) {
        for theme in ["light", "dark"] {
            self.window
                .script("document.documentElement.dataset.theme = arguments[0]; done(1);", vec![json!(theme)])
                .await;
            self.picture(&format!("{name}-{theme}")).await;
        }
        self.window.script("document.documentElement.dataset.theme = 'light'; done(1);", Vec::new()).await;
    }

    async fn first_run(&self) {
        let window = &self.window;
        window.sees("Create your vault").await;
        window.fill("Vault name", "Contoso IT").await;
        window.fill("Your name", "Dana Weiss").await;
        window.fill("Passphrase", PASSPHRASE).await;
        window.fill("Repeat the passphrase", PASSPHRASE).await;
        self.both("first-run").await;
        window.press("Create vault").await;
        window.sees("Keep your recovery code").await;
        self.both("recovery-code").await;
        let groups = window
            .script(
                "done(clean(document.body.innerText).match(/[A-Z0-9]{4,}(?:[- ]+[A-Z0-9]{4,}){3,}/)?.[0] ?? '');",
                Vec::new(),
            )
            .await;
        let last = groups.as_str().unwrap_or_default().split(['-', ' ']).next_back().unwrap_or_default().to_owned();
        window.fill("Type the last group", &last).await;
        window.press("Continue").await;
        window.sees("Your vault is ready").await;
        self.both("start").await;
        window.press("Try it with the sandbox").await;
        window.sees("Practice mail").await;
    }

    async fn checks(&self) {
        let window = &self.window;
        self.open("Practice mail").await;
        window.press("Send test email").await;
        window.fill("To", "ops@credenza.test").await;
        self.both("send-test-email").await;
        window.press("Send").await;
        window.check_result().await;
        self.both("check-passed").await;
        window.press("Authentication").await;
        window.press("Replace").await;
        window.fill("Password", "not the password").await;
        window.press("Test connection").await;
        window.check_result().await;
        self.both("check-failed").await;
        window.press("Discard").await;
        self.open("Practice app registration").await;
        window.press("Fetch Token").await;
        window.check_result().await;
        self.both("fetch-token").await;
        self.open("Practice webhook").await;
        window.press("Test Action").await;
        window.check_result().await;
        self.both("test-action").await;
        for name in ["Practice API with Basic", "Practice API with OAuth 2.0", "Practice API through a SOCKS proxy"] {
            self.open(name).await;
            window.press("Test connection").await;
            window.check_result().await;
        }
        self.both("credentials").await;
        self.rotation().await;
        self.inventory().await;
    }

    /// What a failure looks like: a certificate nobody vouches for, many at once, a text from elsewhere, a sign-in with a code.
    async fn failures(&self) {
        let window = &self.window;
        let mut mail = self.practice_draft("Practice mail").await;
        mail["certificate_check"] = json!({ "mode": "enable" });
        self.save("Mail relay of the branch office", mail).await;
        let app = self.practice_draft("Practice sign-in with a code").await;
        self.save("Ticket system, signed in by a person", app).await;
        self.open("Mail relay of the branch office").await;
        window.press("Test connection").await;
        window.check_result().await;
        self.both("check-certificate").await;
        self.open("Ticket system, signed in by a person").await;
        window.press("Fetch Token").await;
        window.sees("Sign in with a code").await;
        self.both("sign-in-code").await;
        window.press("Cancel sign-in").await;
        self.what_changed().await;
        window.press("Credentials").await;
        for name in ["Practice mail", "Mail relay of the branch office", "Practice webhook"] {
            window.script("find('[role=option]', arguments[0]).dispatchEvent(new MouseEvent('click', { bubbles: true, ctrlKey: true })); done(1);", vec![json!(name)]).await;
        }
        window.press("Test selected").await;
        window.sees("What the failures have in common").await;
        self.both("test-selected").await;
        window.press("Clear selection").await;
        window.press("Test all").await;
        window.sees("What the failures have in common").await;
        self.both("test-all").await;
        window.press("Paste an error").await;
        window.fill("Error text", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [AM0PR04CA0012.eurprd04.prod.outlook.com]").await;
        window.press("Explain").await;
        window.sees("Who can fix it").await;
        self.both("explain").await;
        window.press("Close").await;
    }

    /// A server that worked, and whose certificate is verified from now on: what is different stands beside the failure.
    async fn what_changed(&self) {
        let name = "Mail relay of the warehouse";
        let mut mail = self.practice_draft("Practice mail").await;
        mail["name"] = json!(name);
        self.save(name, mail.clone()).await;
        self.open(name).await;
        self.window.press("Test connection").await;
        self.window.check_result().await;
        let listed = self.window.invoke("credential_list", json!({})).await;
        let row = listed["ok"]
            .as_array()
            .and_then(|rows| rows.iter().find(|row| row["name"] == name))
            .expect("it is listed")
            .clone();
        mail["certificate_check"] = json!({ "mode": "enable" });
        let asked = json!({ "id": row["id"], "revision": row["revision"], "draft": mail, "confirm_rebind": true });
        let saved = self.window.invoke("credential_save", asked).await;
        assert!(saved.get("ok").is_some(), "{saved}");
        self.open("Practice mail").await;
        self.open(name).await;
        self.window.press("Test connection").await;
        self.window.sees("Since it last worked").await;
        self.both("check-changes").await;
    }

    async fn practice_draft(&self, name: &str) -> Value {
        let shown = self.window.invoke("practice_show", json!({})).await;
        let servers = shown["ok"]["servers"].as_array().expect("practice servers run");
        servers.iter().find(|server| server["name"] == name).expect("a practice server of that name")["draft"].clone()
    }

    async fn save(&self, name: &str, mut record: Value) {
        record["name"] = json!(name);
        let asked = json!({ "id": null, "revision": null, "draft": record, "confirm_rebind": false });
        let saved = self.window.invoke("credential_save", asked).await;
        assert!(saved.get("ok").is_some(), "{saved}");
    }

    /// Records as an office has them, so that the overview has something to say.
    async fn furnish(&self) {
        let day = |days: i64| (time::OffsetDateTime::now_utc() + time::Duration::days(days)).date().to_string();
        let mail = |name: &str, owner: &str, host: &str, days: i64| {
            json!({ "type": "mail_server", "name": name, "description": "Sends reports and warnings", "owner": owner, "host": host, "port": 587,
                "tls": "starttls", "sender": "alerts@contoso.com", "auth": { "method": "password", "username": "alerts@contoso.com", "password": "sample-8d21k9Qz" },
                "expiries": [{ "item": "auth.password", "on": day(days), "source": "entered", "note": "ask Operations" }] })
        };
        let key = |name: &str, owner: &str, source: &str, days: i64| {
            json!({ "type": "secret", "name": name, "description": "Used by the nightly jobs", "owner": owner, "value": "sample-value-77aa",
                "expiries": [{ "item": "value", "on": day(days), "source": source }] })
        };
        let app = json!({ "type": "app_registration", "name": "Entra: mailbox reader", "description": "Reads the service mailbox", "owner": "Identity",
            "tenant_id": "contoso.onmicrosoft.com", "oauth2": { "client_id": "8f1c2d0e-6d1b-4a52-9a0f-2c4b6c1d77aa", "client_secret": "sample-secret-k9Qz", "scope": "https://graph.microsoft.com/.default" },
            "expiries": [{ "item": "oauth2.client_secret", "on": day(6), "source": "reported" }] });
        let relay = json!({ "type": "mail_server", "name": "Scan-to-mail relay", "description": "Printers on the second floor", "owner": "Operations", "host": "10.20.0.25",
            "allow_clear": true, "sender": "scan@contoso.com", "auth": { "method": "password", "username": "scan", "password": "sample-relay-4411" } });
        let records = [
            mail("Exchange Online: alerts", "Infrastructure", "smtp.office365.com", 71),
            mail("Amazon SES eu-west-1", "Infrastructure", "email-smtp.eu-west-1.amazonaws.com", 190),
            key("Jira Cloud API token", "Operations", "entered", 113),
            key("IT Glue trigger token", "Operations", "estimated", 29),
            key("PagerDuty licence", "Operations", "entered", -3),
            key("DigiCert wildcard", "Network", "certificate", 264),
            app,
            relay,
        ];
        for record in records {
            let name = record["name"].as_str().unwrap().to_owned();
            self.save(&name, record).await;
        }
    }

    async fn screens(&self) {
        let window = &self.window;
        self.furnish().await;
        window.press("Add credential").await;
        self.both("add-type").await;
        window.press("Mail server").await;
        window.sees("Start empty").await;
        self.both("add-provider").await;
        window.press("Cancel").await;
        window.press("Overview").await;
        window.sees("Exchange Online: alerts").await;
        self.both("overview").await;
        self.click("Show .* more").await;
        self.click("Show the list").await;
        window.sees("Exchange Online: alerts").await;
        self.both("sunset").await;
        window.press("Close").await;
        self.open("Exchange Online: alerts").await;
        window.press("Readiness").await;
        window.sees("SMTP").await;
        self.both("readiness").await;
        window.press("Expiries").await;
        window.sees("stops working").await;
        self.both("expiries").await;
        window.press("Events").await;
        self.both("events").await;
        window.press("Settings").await;
        self.both("settings").await;
        window.press("Alerts").await;
        window.sees("sample alert").await;
        self.both("settings-alerts").await;
        window.press("Explanations").await;
        window.sees("Lifetimes and announcements").await;
        self.both("settings-explanations").await;
    }

    /// A password that is replaced without a gap: the next value is proved before anything uses it.
    async fn rotation(&self) {
        let window = &self.window;
        self.open("Practice mail").await;
        window.press("Authentication").await;
        window.press("Rotate…").await;
        window.fill("Next value", "not the password").await;
        window.press("Keep as next value").await;
        window.press("Test next value").await;
        window.sees("535").await;
        self.both("rotation").await;
        window.press("Close").await;
    }

    /// When the secrets of a tenant's app registrations end, as the directory has it.
    async fn inventory(&self) {
        let window = &self.window;
        self.open("Practice app registration").await;
        window.press("Read from Entra").await;
        window.press("Read now").await;
        window.sees("within 60 days").await;
        self.both("inventory").await;
        window.press("Close").await;
    }

    /// A refresh token that its provider refuses: what it needs stands where it was fetched.
    async fn stopped(&self) {
        let window = &self.window;
        let name = "Payroll export";
        let mut app = self.practice_draft("Practice app registration").await;
        app["oauth2"]["grant"] = json!("refresh_token");
        app["oauth2"]["refresh_token"] = json!("0.sample-of-a-revoked-token-5520");
        app["oauth2"]["inactivity_days"] = json!(90);
        self.save(name, app).await;
        self.open(name).await;
        window.press("Fetch Token").await;
        window.check_result().await;
        window.press("Authentication").await;
        window.sees("Stopped: needs a new refresh token").await;
        self.both("token-stopped").await;
    }

    /// As many dates as a provider of services keeps.
    async fn many(&self) {
        let owners =
            ["Infrastructure", "Operations", "Identity", "Network", "Finance", "Helpdesk", "Development", "Sales"];
        for (number, owner) in owners.iter().cycle().take(320).enumerate() {
            let days = i64::try_from(number * 37 % 400).unwrap_or_default() - 12;
            let on = (time::OffsetDateTime::now_utc() + time::Duration::days(days)).date().to_string();
            let source = if number % 5 == 0 { "estimated" } else { "entered" };
            let name = format!("Branch {number:03} upload key");
            let record = json!({ "type": "secret", "name": name, "description": "Used by the nightly upload", "owner": owner,
                "value": "sample-value-77aa", "expiries": [{ "item": "value", "on": on, "source": source }] });
            self.save(&name, record).await;
        }
        let window = &self.window;
        // A view that was left shows what it showed last until the new answer is there.
        let records = self.counted("credential_list", "{}", "true").await;
        let dates = self.counted("horizon_list", "{ filter: { text: '', muted: 'hide' } }", "!one.muted").await;
        window.press("Overview").await;
        window.sees(&format!("{records} credentials \u{b7}")).await;
        self.both("overview-many").await;
        window.press("Expiries").await;
        window.sees(&format!("{dates} dates on which something stops working")).await;
        self.both("expiries-many").await;
    }

    /// How many of an answer's lines are such ones.
    async fn counted(&self, command: &str, arguments: &str, such: &str) -> u64 {
        let ask = format!(
            "window.__TAURI_INTERNALS__.invoke('{command}', {arguments}).then((all) => done(all.filter((one) => {such}).length));"
        );
        self.window.script(&ask, Vec::new()).await.as_u64().unwrap_or_default()
    }

    async fn locked(&self) {
        self.window.press("Lock").await;
        self.window.sees("Unlock").await;
        self.both("locked").await;
    }

    /// Clicks the button that reads like this, whatever its accessible name is.
    async fn click(&self, reads: &str) {
        let body = "wait(() => { const it = [...document.querySelectorAll('button')].find((e) => new RegExp(arguments[0]).test(e.innerText)); it?.click(); return it !== undefined; }, 20, done);";
        let found = self.window.script(body, vec![json!(reads)]).await;
        assert_eq!(found, true, "no button reads {reads:?}");
    }

    async fn open(&self, name: &str) {
        self.window.open_record(name).await;
    }
}
