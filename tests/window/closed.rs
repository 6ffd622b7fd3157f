//! Decision D9: what happens while nobody looks at the window. In sessions with a notification daemon, a panel and a keyring
//! that nobody here wrote.

use std::path::Path;
use std::time::Duration;

use credenza_tests::Desk;
use credenza_tests::window::{Session, Window, until};
use serde_json::{Value, json};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask};

/// A vault with one date three days away.
fn vault(session: &Session, device: bool) {
    let mut create = vec!["vault", "create", "--json"];
    create.extend(device.then_some("--device"));
    session.credenza(&create, "").expect(0);
    let on = time::OffsetDateTime::now_utc().date() + time::Duration::days(3);
    let record = json!({ "type": "secret", "name": "Graph mail", "description": "d", "value": "licence-value-1234",
        "expiries": [{ "item": "value", "on": on.to_string() }] });
    session.credenza(&["add", "--from", "-"], &record.to_string()).expect(0);
}

fn events(session: &Session) -> Vec<String> {
    let events = session.credenza(&["events", "--json", "--limit", "50"], "").expect(0).json();
    let name = |event: &Value| event["action"].as_str().unwrap_or_default().to_owned();
    events.as_array().unwrap().iter().map(name).collect()
}

fn count(events: &[String], action: &str) -> usize {
    events.iter().filter(|event| *event == action).count()
}

/// What is noted of a look that failed; outside the vault, because that could not be opened.
fn failed_look(session: &Session) -> Option<Value> {
    let looks = std::fs::read_dir(session.home().join("state/credenza/looks")).ok()?;
    let noted = looks.filter_map(Result::ok).find(|file| file.file_name().to_string_lossy().starts_with("failed-"))?;
    serde_json::from_slice(&std::fs::read(noted.path()).ok()?).ok()
}

/// Asks a window to close, as the cross of its title bar does (ICCCM 4.2.8.1).
fn close(session: &Session, window: &str) {
    let (display, _) = x11rb::connect(Some(session.screen.name())).unwrap();
    let atom = |name: &str| display.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
    let (protocols, delete, id) = (atom("WM_PROTOCOLS"), atom("WM_DELETE_WINDOW"), window.parse().unwrap());
    let message = ClientMessageEvent::new(32, id, protocols, [delete, 0, 0, 0, 0]);
    display.send_event(false, id, EventMask::NO_EVENT, message).unwrap().check().unwrap();
    display.flush().unwrap();
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn d9_started_hidden_it_tells_of_a_date_while_the_vault_is_locked_and_lives_in_the_notification_area() {
    let folder = folder();
    let session = Session::start(folder.path(), true);
    vault(&session, true);
    let (notices, _panel) = (session.notices(), session.panel());
    let mut desktop = session.desktop(&["--hidden"]);

    let title = notices.next();
    assert!(title.starts_with("Credenza: Value of Graph mail ends in 3 days"), "{title}");
    session.run("dunstctl", &["close-all"]).expect(0);
    let history = session.run("dunstctl", &["history"]).expect(0).json();
    assert!(history.to_string().contains("Value of Graph mail ends in 3 days"), "the daemon remembers it: {history}");
    until("the route's event is written", || (count(&events(&session), "alert_sent") == 1).then_some(()));
    assert_eq!(count(&events(&session), "expiry_alert"), 1, "once");
    assert_eq!(count(&events(&session), "vault_unlocked"), 0, "nobody unlocked anything");
    assert_eq!(failed_look(&session), None);

    let icon = until("the panel has the icon", || session.tray_icon());
    let words = |(_, words): (String, String)| words;
    let menu = until("the menu says how it stands", || {
        let menu: Vec<String> = session.tray_menu(&icon).into_iter().map(words).collect();
        menu.contains(&"Vault locked".to_owned()).then_some(menu)
    });
    assert!(!menu.iter().any(|line| line.contains("Graph")), "no name of a locked vault: {menu:?}");
    assert_eq!(session.windows(), Vec::<String>::new(), "no window is shown");

    session.choose(&icon, "Look now");
    assert_eq!(notices.next(), "Credenza: Vault locked", "an answer, and no alert for a second time");
    assert_eq!(count(&events(&session), "expiry_alert"), 1);

    session.choose(&icon, "Open");
    let window = until("the window is shown", || session.windows().into_iter().next());
    close(&session, &window);
    assert_eq!(notices.next(), "Credenza goes on in the notification area; Quit in its menu ends it");
    until("the window is gone", || session.windows().is_empty().then_some(()));
    assert_eq!(desktop.child().try_wait().unwrap(), None, "the program goes on");
    session.choose(&icon, "Quit");
    let ended = until("the program ends", || desktop.child().try_wait().unwrap());
    assert!(ended.success(), "{ended}");
}

#[test]
fn d9_without_a_key_on_this_machine_nobody_could_look_and_everything_says_so() {
    let folder = folder();
    let session = Session::start(folder.path(), true);
    vault(&session, false);
    let (notices, _panel) = (session.notices(), session.panel());
    let mut desktop = session.desktop(&["--hidden"]);
    let noted = until("the failed look is noted", || failed_look(&session));
    assert_eq!(noted["code"], "locked");
    let icon = until("the panel has the icon", || session.tray_icon());
    until("the menu says so", || {
        session.tray_menu(&icon).iter().any(|(_, words)| words.starts_with("Could not look since")).then_some(())
    });
    session.choose(&icon, "Look now");
    assert!(notices.next().starts_with("Credenza: Could not look since"), "asked, it says so");
    assert_eq!(failed_look(&session), Some(noted), "the first failure is the one that counts");
    assert_eq!(count(&events(&session), "expiry_alert"), 0);
    session.choose(&icon, "Quit");
    until("the program ends", || desktop.child().try_wait().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d9_the_lock_screen_and_the_overview_say_that_nobody_could_look() {
    let folder = folder();
    let session = Session::start(folder.path(), true);
    vault(&session, false);
    // A look of another program that does not end keeps the catch-up after unlocking from making it good at once.
    session.credenza(&["check"], "").expect(10);
    let locks = session.home().join("state/credenza/locks");
    let held: Vec<std::fs::File> = std::fs::read_dir(locks)
        .unwrap()
        .map(|file| std::fs::OpenOptions::new().write(true).open(file.unwrap().path()).unwrap())
        .inspect(|file| file.lock().unwrap())
        .collect();
    assert_eq!(held.len(), 1, "the lock of the looks");
    let window = Window::open_in(&session).await;
    window.sees("This vault is locked").await;
    window.sees("Nobody looks at what expires").await;
    window.fill("Passphrase", Desk::PASSPHRASE).await;
    window.press("Unlock").await;
    window.sees("The last check could not look: the vault could not be unlocked").await;
    drop(held);
    until("the catch-up makes it good", || failed_look(&session).is_none().then_some(()));
    window.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d9_a_look_by_the_device_slot_leaves_the_window_locked() {
    let folder = folder();
    let session = Session::start(folder.path(), true);
    vault(&session, true);
    let notices = session.notices();
    let window = Window::open_in(&session).await;
    assert!(notices.next().contains("Graph mail ends in 3 days"));
    window.sees("This vault is locked").await;
    assert_eq!(window.invoke("app_state", json!({})).await["ok"]["state"], "locked");
    assert_eq!(window.invoke("credential_list", json!({})).await["error"]["code"], "locked");
    assert!(!window.everything().await.contains("Graph mail"), "no name reaches the page of a locked window");
    window.fill("Passphrase", Desk::PASSPHRASE).await;
    window.press("Unlock").await;
    window.sees("dates checked").await;
    window.close().await;
    assert_eq!(count(&events(&session), "expiry_alert"), 1, "the catch-up found it told");
}

/// QP-26: a way that reached nobody has failed, whatever the program believes.
#[test]
fn qp_26_hidden_and_without_a_notification_daemon_the_desktop_route_has_failed() {
    let folder = folder();
    let session = Session::start(folder.path(), false);
    vault(&session, true);
    let _desktop = session.desktop(&["--hidden"]);
    until("the failure is written", || (count(&events(&session), "alert_route_failed") > 0).then_some(()));
    let events = until("and that nobody was told", || {
        let events = events(&session);
        (count(&events, "alert_undelivered") > 0).then_some(events)
    });
    assert_eq!(count(&events, "alert_sent"), 0, "{events:?}");
    assert_eq!(session.windows(), Vec::<String>::new(), "at first nothing is shown");
    // No panel either: an invisible program would be lost.
    let shown = until("it is found minimised", || {
        let tree = session.run("xdotool", &["search", "--class", "credenza-desktop"]);
        tree.out.split_whitespace().map(str::to_owned).find(|id| is_the_main_window(&session, id))
    });
    assert!(!shown.is_empty());
}

fn is_the_main_window(session: &Session, id: &str) -> bool {
    let name = session.run("xdotool", &["getwindowname", id]);
    name.out.trim() == "Credenza"
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_switch_for_the_start_at_sign_in_is_the_desktops_own_list() {
    let folder = folder();
    let session = Session::start(folder.path(), true);
    vault(&session, false);
    let entry = session.home().join("config/autostart/credenza.desktop");
    let window = Window::open_in(&session).await;
    window.fill("Passphrase", Desk::PASSPHRASE).await;
    window.press("Unlock").await;
    window.press("Settings").await;
    window.press("Alerts").await;
    window.sees("It starts minimised").await;
    window.press("Start Credenza when I sign in").await;
    until("the entry is written", || entry.exists().then_some(()));
    let text = std::fs::read_to_string(&entry).unwrap();
    let program = credenza_tests::program("credenza-desktop");
    assert!(text.contains(&format!("\nExec=\"{}\" --hidden\n", program.display())), "{text}");
    assert_eq!(valid(&session, &entry), "", "desktop-file-validate has nothing to say");
    // Whoever switches it off elsewhere has switched it off here.
    std::fs::write(&entry, format!("{text}Hidden=true\n")).unwrap();
    assert_eq!(window.invoke("autostart_show", json!({})).await["ok"]["on"], false);
    std::fs::write(&entry, &text).unwrap();
    window.press("Start Credenza when I sign in").await;
    until("the entry is gone", || (!entry.exists()).then_some(()));
    window.close().await;
}

fn valid(session: &Session, entry: &Path) -> String {
    let said = session.run("desktop-file-validate", &[&entry.display().to_string()]);
    format!("{}{}", said.out, said.err)
}

/// W21: nothing but the one word, and nothing of it reaches the instance that runs.
#[test]
fn w21_every_other_argument_is_refused_and_none_is_relayed() {
    let folder = folder();
    let session = Session::start(folder.path(), true);
    vault(&session, false);
    let (notices, _panel) = (session.notices(), session.panel());
    let _desktop = session.desktop(&["--hidden"]);
    let icon = until("the panel has the icon", || session.tray_icon());
    let program = credenza_tests::program("credenza-desktop").display().to_string();
    for words in [&["--passphrase", "x"][..], &["--hidden", "x"], &["--hidden=1"], &["x"], &[""]] {
        session.run(&program, words).expect(2);
    }
    session.run(&program, &["--hidden"]).expect(0);
    assert_eq!(session.windows(), Vec::<String>::new(), "none of them opened the window");
    session.run(&program, &[]).expect(0);
    until("a second start shows the window", || session.windows().into_iter().next());
    assert_eq!(notices.within(Duration::ZERO), None);
    session.choose(&icon, "Quit");
}
