//! The window with the same vault open: first paint, list, search, memory.

use credenza_tests::Desk;
use credenza_tests::window::{Start, Window};
use serde_json::{Value, json};

/// Opens the window and measures inside its page.
pub(crate) async fn measure(desk: &Desk) {
    let begun = std::time::Instant::now();
    let window = Window::open(Start {
        vault: Some(desk.vault.clone()),
        folder: Some(desk.folder.path().to_owned()),
        ..Start::default()
    })
    .await;
    window.sees("Passphrase").await;
    println!("window, {} records", crate::RECORDS);
    println!("{:44} {:>10.0} ms", "start of the process to the lock screen", begun.elapsed().as_secs_f64() * 1000.0);
    print(
        "first contentful paint, from navigation",
        &window
            .script("done(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);", Vec::new())
            .await,
    );
    window.fill("Passphrase", Desk::PASSPHRASE).await;
    window.press("Unlock").await;
    window.sees("Horizon").await;
    print("credential_list, answer in the page", &median(&window, "await invoke('credential_list', {});").await);
    let list = "const from = performance.now(); document.querySelectorAll('nav a, nav button').forEach((e) => { if (nameOf(e).startsWith('Credentials')) e.click(); }); wait(() => document.body.innerText.includes('Server 00000'), 20, () => requestAnimationFrame(() => done(performance.now() - from)));";
    print("click on Credentials to the list on the screen", &window.script(list, Vec::new()).await);
    print("one keystroke in search, script and layout", &keystroke(&window).await);
    print("idle memory of the program, MB", &json!(resident("credenza-deskto") / 1024.0));
    print("idle memory of the page, MB", &json!(resident("WebKitWebProces") / 1024.0));
    window.close().await;
    println!();
}

/// The horizon of as many dates as the desk has records.
pub(crate) async fn horizon(desk: &Desk) {
    let start =
        Start { vault: Some(desk.vault.clone()), folder: Some(desk.folder.path().to_owned()), ..Start::default() };
    let window = Window::open(start).await;
    window.sees("Passphrase").await;
    window.fill("Passphrase", Desk::PASSPHRASE).await;
    window.press("Unlock").await;
    window.sees("Horizon").await;
    println!("horizon, {} dates", crate::RECORDS);
    print("overview, answer in the page", &median(&window, "await invoke('overview', {});").await);
    let list = "await invoke('horizon_list', { filter: { text: '', muted: 'show' } });";
    print("horizon_list, answer in the page", &median(&window, list).await);
    let go = "const go = (name) => document.querySelectorAll('nav button').forEach((e) => { if (nameOf(e).startsWith(name)) e.click(); });";
    // The drawing stands in the page a turn after the click; it is painted when the frame after next begins.
    let draw = format!(
        "{go} const sleep = (ms) => new Promise((next) => setTimeout(next, ms)); const frame = () => new Promise((next) => requestAnimationFrame(next)); const drawn = () => document.querySelector('[role=listbox] .shape'); const rounds = []; (async () => {{ for (let i = 0; i < 15; i++) {{ go('Settings'); await new Promise((next) => wait(() => !drawn(), 5, next)); await sleep(300); const from = performance.now(); const since = () => performance.now() - from; go('Overview'); for (let turn = 0; !drawn(); turn++) await (turn < 100 ? Promise.resolve() : sleep(0)); const stands = since(); document.body.offsetHeight; const laid = since(); await frame(); await frame(); rounds.push([stands, laid, since()]); }} const middle = (n) => rounds.map((round) => round[n]).sort((a, b) => a - b)[7]; done([middle(0), middle(1), middle(2), Number(document.querySelector('[role=option]').getAttribute('aria-setsize'))]); }})();"
    );
    let drawn = window.script(&draw, Vec::new()).await;
    print("click on Overview to the painted horizon", &drawn[2]);
    print("  of which until it stands in the page", &drawn[0]);
    print("  of which until it is laid out", &drawn[1]);
    print("  marks", &drawn[3]);
    let rows = format!(
        "{go} const sleep = (ms) => new Promise((next) => setTimeout(next, ms)); const frame = () => new Promise((next) => requestAnimationFrame(next)); const row = () => document.querySelector('[aria-label=\"Expiries, soonest first\"] [role=listitem]'); const rounds = []; (async () => {{ for (let i = 0; i < 9; i++) {{ const from = performance.now(); go('Expiries'); for (let turn = 0; !row(); turn++) await (turn < 100 ? Promise.resolve() : sleep(0)); await frame(); await frame(); rounds.push(performance.now() - from); await sleep(600); go('Settings'); await sleep(300); }} const first = rounds[0]; done([first, rounds.sort((a, b) => a - b)[4]]); }})();"
    );
    let listed = window.script(&rows, Vec::new()).await;
    print("click on Expiries to the painted list, first", &listed[0]);
    print("  median", &listed[1]);
    window.close().await;
    println!();
}

fn print(what: &str, value: &Value) {
    println!("{what:44} {:>10.1}", value.as_f64().unwrap_or_default());
}

async fn median(window: &Window, work: &str) -> Value {
    let body = format!(
        "const invoke = window.__TAURI_INTERNALS__.invoke; const times = []; (async () => {{ for (let i = 0; i < 9; i++) {{ const from = performance.now(); {work} times.push(performance.now() - from); }} times.sort((a, b) => a - b); done(times[4]); }})();"
    );
    window.script(&body, Vec::new()).await
}

async fn keystroke(window: &Window) -> Value {
    let body = r"
const field = find('input', 'Search credentials') ?? document.querySelector('main input');
const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
const times = [];
(async () => {
  for (const text of ['s', 'se', 'ser', 'serv', 'server', 'server 0', 'server 04', 'server 049', 'server 0499', '', 'dep', 'department 9']) {
    const from = performance.now();
    set.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await Promise.resolve();
    document.body.offsetHeight;
    times.push(performance.now() - from);
    await new Promise((next) => requestAnimationFrame(next));
  }
  times.sort((a, b) => a - b);
  done(times[6]);
})();";
    window.script(body, Vec::new()).await
}

/// Resident memory of the newest process of this name, KiB.
fn resident(name: &str) -> f64 {
    let mut found = (0u64, 0.0);
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let status = std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let field = |key: &str| {
            status
                .lines()
                .find_map(|line| line.strip_prefix(key))
                .map(|rest| rest.trim().trim_end_matches(" kB").to_owned())
                .unwrap_or_default()
        };
        let id: u64 = field("Pid:").parse().unwrap_or_default();
        if field("Name:") == name && id > found.0 {
            found = (id, field("VmRSS:").parse().unwrap_or_default());
        }
    }
    found.1
}
