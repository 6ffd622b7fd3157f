//! A vault through a year with the real command, day by day at moments that libfaketime gives it (capability C5): every
//! alert goes out on its day and once, whatever the time zone does and whatever the clock does.

use std::collections::BTreeSet;

use credenza_sandbox::Server;
use credenza_tests::peers::Exim;
use credenza_tests::{Clockwork, Desk, Practice};
use mail_parser::MessageParser;
use serde_json::{Value, json};
use time::{Date, Duration, Month, OffsetDateTime};

/// Days before an end on which somebody is told, and daily from the end on.
const THRESHOLDS: [i64; 5] = [60, 30, 14, 7, 1];

/// An alert: what it is about, and the day in UTC on which it goes out.
type Told = (String, Date);

/// Something that ends.
struct Item {
    name: &'static str,
    ends: Date,
    /// Somebody renews it on the day after its end; else it goes on being told.
    renewed: bool,
}

fn date(year: i32, month: u8, day: u8) -> Date {
    Date::from_calendar_date(year, Month::try_from(month).unwrap(), day).unwrap()
}

fn begins() -> Date {
    date(2027, 1, 4)
}

fn last() -> Date {
    date(2028, 1, 5)
}

/// Six of different kinds. The days on which New York and Auckland change their clocks are among the thresholds.
fn items() -> [Item; 6] {
    let item = |name, ends, renewed| Item { name, ends, renewed };
    [
        item("Licence", date(2027, 4, 13), true),
        item("API key", date(2027, 5, 4), true),
        item("App secret", date(2027, 9, 26), true),
        item("Mail password", date(2027, 11, 7), true),
        item("Pinned", date(2027, 12, 31), false),
        // Added on the first day, good for a year: an estimate (QP-25).
        item("Trigger", date(2028, 1, 4), false),
    ]
}

fn records(practice: &Practice) -> Value {
    let mut authority = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    authority.not_before = rcgen::date_time_ymd(2020, 1, 1);
    authority.not_after = rcgen::date_time_ymd(2027, 12, 31);
    let pem = authority.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem();
    let ends = |item: &str, on: &str| json!([{ "item": item, "on": on, "note": "ask Ops" }]);
    let mut trigger = practice.record("Practice webhook");
    trigger["name"] = json!("Trigger");
    let mut app = practice.record("Practice app registration");
    (app["name"], app["expiries"]) = (json!("App secret"), ends("oauth2.client_secret", "2027-09-26"));
    json!([
        { "type": "secret", "name": "Licence", "description": "d", "kind": "licence", "value": "canary-1234", "expiries": ends("value", "2027-04-13") },
        { "type": "outbound_server", "name": "API key", "description": "d", "host": "127.0.0.1",
          "auth": { "method": "bearer", "token": "canary-1234" }, "expiries": ends("auth.token", "2027-05-04") },
        app,
        { "type": "mail_server", "name": "Mail password", "description": "d", "host": "127.0.0.1", "tls": "starttls",
          "auth": { "method": "password", "username": "u", "password": "canary-1234" }, "expiries": ends("auth.password", "2027-11-07") },
        { "type": "outbound_server", "name": "Pinned", "description": "d", "host": "127.0.0.1", "auth": { "method": "none" },
          "certificate_check": { "mode": "certificate", "certificate_pem": pem } },
        trigger,
    ])
}

/// What a year has to tell.
fn expected() -> BTreeSet<Told> {
    let mut all = BTreeSet::new();
    for Item { name, ends, renewed } in items() {
        let before = THRESHOLDS.iter().map(|days| ends - Duration::days(*days));
        let until = if renewed { ends + Duration::days(1) } else { last() };
        let after = (0..).map(|days| ends + Duration::days(days)).take_while(|day| *day <= until);
        all.extend(before.chain(after).map(|day| (name.to_owned(), day)));
    }
    all
}

/// The vault, its clock, and what went out so far.
struct Year<'d> {
    clock: Clockwork<'d>,
    /// Hours east of UTC at eight in the morning of a winter's and a summer's day; only their sign matters.
    east: bool,
    told: Vec<Told>,
}

impl Year<'_> {
    /// One look. Exit code 10 says that somebody was told, and nothing else does.
    fn look(&mut self, moment: &str) {
        let answer = self.clock.run(moment, &["--json", "check"]);
        let report = answer.json();
        let day = OffsetDateTime::parse(report["at"].as_str().unwrap(), &time::format_description::well_known::Rfc3339);
        let day = day.unwrap().date();
        let alerts = report["alerts"].as_array().unwrap();
        assert_eq!(answer.code, if alerts.is_empty() { 0 } else { 10 }, "{moment}: {report:#}");
        assert_eq!(report["undelivered"], 0, "{moment}: {report:#}");
        let names = alerts.iter().map(|alert| alert["item"]["credential_name"].as_str().unwrap().to_owned());
        self.told.extend(names.map(|name| (name, day)));
        assert!(alerts.iter().all(|alert| alert["catch_up"] == false), "{moment}: {report:#}");
    }

    /// Looks every day at eight in the morning, and on `changes` at every hour that is odd there; renews what has ended.
    fn walk(&mut self, changes: &[Date]) {
        let mut day = begins();
        // East of Greenwich, the morning belongs to the day before in UTC.
        let end = if self.east { last() + Duration::days(1) } else { last() };
        while day <= end {
            if changes.contains(&day) {
                for hour in ["00:30", "01:30", "02:30", "03:00", "03:30"] {
                    self.look(&format!("{day} {hour}:00"));
                }
            }
            self.look(&format!("{day} 08:00:00"));
            if day == date(2027, 7, 6) || day == date(2027, 10, 25) {
                self.jump_back(day);
            }
            self.renew(day);
            day += Duration::days(1);
        }
    }

    /// The clock loses two days and finds them again: nothing is told twice.
    fn jump_back(&mut self, day: Date) {
        let before = self.told.len();
        for (back, hour) in [(2, 8), (2, 23), (1, 8), (0, 8), (0, 9)] {
            self.look(&format!("{} {hour:02}:10:00", day - Duration::days(back)));
        }
        assert_eq!(self.told.len(), before, "{day}: {:?}", &self.told[before..]);
    }

    fn renew(&self, day: Date) {
        let shift = Duration::days(i64::from(self.east) + 1);
        for Item { name, .. } in items().iter().filter(|item| item.renewed && item.ends + shift == day) {
            let shown = self.clock.run(&format!("{day} 09:00:00"), &["--json", "show", name]).expect(0).json();
            let mut expiries = shown["expiries"].clone();
            expiries[0]["on"] = json!("2030-12-31");
            let patch = json!({ "expiries": expiries }).to_string();
            self.clock.run_with(&format!("{day} 09:00:00"), &["edit", name, "--from", "-"], &patch).expect(0);
        }
    }
}

fn set_up<'d>(desk: &'d Desk, zone: &str, records: &Value, settings: &Value) -> Clockwork<'d> {
    let clock = Clockwork::of(desk).in_zone(zone);
    // Noon in one place is the same day in UTC in the other.
    let moment = format!("{} 14:00:00", begins());
    clock.run_with(&moment, &["add", "--from", "-"], &records.to_string()).expect(0);
    clock.run_with(&moment, &["alerts", "set", "--from", "-"], &settings.to_string()).expect(0);
    clock
}

#[track_caller]
fn each_once(told: &[Told], what: &str) {
    let once: BTreeSet<Told> = told.iter().cloned().collect();
    let expected = expected();
    let (missing, extra): (Vec<_>, Vec<_>) =
        (expected.difference(&once).collect(), once.difference(&expected).collect());
    assert!(missing.is_empty() && extra.is_empty(), "{what}: missing {missing:?}, not asked for {extra:?}");
    assert_eq!(told.len(), once.len(), "{what}: each once");
}

#[test]
fn c5_a_year_in_new_york_by_exim_each_alert_on_its_day_and_once() {
    let (exim, practice, desk) = (Exim::start(&["PLAIN"]), Practice::start(), Desk::new());
    let mut all = records(&practice);
    all.as_array_mut()
        .unwrap()
        .push(json!({ "type": "mail_server", "name": "Relay", "description": "d", "host": "127.0.0.1",
        "port": exim.relay, "tls": "none", "sender": "credenza@example.com", "auth": { "method": "none" } }));
    let settings =
        json!({ "addresses": ["ops@independent.test"], "routes": [{ "by": "mail", "credential": "Relay" }] });
    let clock = set_up(&desk, "America/New_York", &all, &settings);
    let mut year = Year { clock, east: false, told: Vec::new() };
    year.walk(&[date(2027, 3, 14), date(2027, 11, 7)]);
    each_once(&year.told, "the reports");
    let mails = exim.mailbox();
    each_once(&mails.iter().flat_map(|mail| in_mail(mail)).collect::<Vec<_>>(), "the mails");
    assert!(mails.iter().all(|mail| !mail.contains("canary")), "no secret is in them");
}

/// What a mail tells of, as a parser that nobody here wrote reads it.
fn in_mail(mail: &str) -> Vec<Told> {
    let message = MessageParser::default().parse(mail.as_bytes()).unwrap();
    let text = message.body_text(0).unwrap();
    let sent = text.split("Sent by Credenza on ").nth(1).unwrap();
    let day = message.date().unwrap();
    assert!(sent.starts_with(&format!("{}-{:02}-{:02}", day.year, day.month, day.day)), "{sent}");
    let day = date(i32::from(day.year), day.month, day.day);
    let named = |item: &Item| text.contains(&format!(" of \u{201c}{}\u{201d} (", item.name));
    items().iter().filter(|item| named(item)).map(|item| (item.name.to_owned(), day)).collect()
}

#[test]
fn c5_a_year_in_auckland_by_webhook_each_alert_on_its_day_and_once() {
    let (practice, desk) = (Practice::start(), Desk::new());
    let mut hook = practice.record("Practice webhook");
    // The receiver has a clock of its own, and would refuse a signature of another day; and the hook outlives the year.
    (hook["name"], hook["signature"]) = (json!("Hook"), json!("none"));
    hook["expiries"] = json!([{ "item": "path", "on": "2031-01-01" }]);
    let mut all = records(&practice);
    all.as_array_mut().unwrap().push(hook);
    let settings = json!({ "routes": [{ "by": "webhook", "credential": "Hook" }] });
    let clock = set_up(&desk, "Pacific/Auckland", &all, &settings);
    let mut year = Year { clock, east: true, told: Vec::new() };
    year.walk(&[date(2027, 4, 4), date(2027, 9, 26)]);
    each_once(&year.told, "the reports");
    let bodies = practice.deliveries();
    let told = bodies.iter().flat_map(|delivery| {
        let body: Value = serde_json::from_str(&delivery.body).unwrap();
        let at =
            OffsetDateTime::parse(body["sent_at"].as_str().unwrap(), &time::format_description::well_known::Rfc3339);
        let day = at.unwrap().date();
        let items = body["items"].as_array().unwrap().clone();
        items.into_iter().map(move |item| (item["credential"].as_str().unwrap().to_owned(), day)).collect::<Vec<_>>()
    });
    each_once(&told.collect::<Vec<_>>(), "the deliveries");
    assert!(bodies.iter().all(|delivery| !delivery.body.contains("canary")), "no secret is in them");
    assert_eq!(practice.connections(Server::Webhook), bodies.len(), "one request for each");
}
