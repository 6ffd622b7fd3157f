//! What a script in the page cannot do (the window's promises of SECURITY.md).

use credenza_tests::Desk;
use credenza_tests::window::{Start, Window};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_in_the_page_reaches_no_address_no_secret_and_does_not_leave() {
    let desk = Desk::new();
    let ids = desk.add(&json!({"type":"secret","name":"Key","description":"d","value":"canary-value-of-key-9876"}));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://127.0.0.1:{}/beacon", listener.local_addr().unwrap().port());
    let window = Window::open(Start {
        vault: Some(desk.vault.clone()),
        folder: Some(desk.folder.path().to_owned()),
        ..Start::default()
    })
    .await;
    window.fill("Passphrase", Desk::PASSPHRASE).await;
    window.press("Unlock").await;
    window.sees("Overview").await;
    nothing_gets_out(&window, &url).await;
    assert!(listener.accept().is_err(), "no request arrived");
    the_page_stays(&window).await;
    no_command_gives_a_secret(&window, &ids[0]).await;
    window.close().await;
}

/// W2: the content policy.
async fn nothing_gets_out(window: &Window, url: &str) {
    let body = r"
const url = arguments[0];
const blocked = [];
document.addEventListener('securitypolicyviolation', (e) => blocked.push(e.effectiveDirective));
const inline = document.createElement('script');
inline.textContent = 'window.__inline = 1';
document.body.append(inline);
const image = new Image();
image.src = url;
const frame = document.createElement('iframe');
frame.src = url;
document.body.append(frame);
const form = document.createElement('form');
form.action = url;
document.body.append(form);
form.submit();
let evaluated = true;
try { new Function('return 1')(); } catch { evaluated = false; }
fetch(url).then(() => done('fetched'), () => requestAnimationFrame(() => requestAnimationFrame(() => { frame.remove(); done({ inline: window.__inline === undefined, evaluated, blocked }); })));";
    let report = window.script(body, vec![json!(url)]).await;
    assert_eq!(report["inline"], true, "an inline script ran: {report}");
    let blocked = report["blocked"].to_string();
    for directive in ["script-src", "connect-src", "img-src"] {
        assert!(blocked.contains(directive), "{directive} did not block: {report}");
    }
}

/// W4, W5, W10: no ready-made interface, frozen prototypes, no way out of the page.
async fn the_page_stays(window: &Window) {
    let report = window.script("try { Object.prototype.x = 1; } catch {} done({ tauri: typeof window.__TAURI__, polluted: ({}).x !== undefined, opened: String(window.open('https://example.com/')) });", Vec::new()).await;
    assert_eq!(report["tauri"], "undefined");
    assert_eq!(report["polluted"], false);
    let before = window.script("done(location.href);", Vec::new()).await;
    window.script("location.href = 'https://example.com/'; requestAnimationFrame(() => done(1));", Vec::new()).await;
    assert_eq!(window.script("done(location.href);", Vec::new()).await, before, "the page did not navigate");
    window.press("Settings").await;
    window.sees("Settings").await;
}

/// W8, W9: reveal commands and plugins are not for the main window.
async fn no_command_gives_a_secret(window: &Window, id: &str) {
    for (command, arguments) in [
        ("reveal_field", json!({ "passphrase": Desk::PASSPHRASE })),
        ("reveal_pending", json!({})),
        ("plugin:shell|execute", json!({ "program": "id" })),
        ("plugin:fs|read_text_file", json!({ "path": "/etc/passwd" })),
        ("plugin:dialog|open", json!({ "options": {} })),
    ] {
        let answer = window.invoke(command, arguments).await;
        assert!(answer.get("ok").is_none(), "{command} was allowed: {answer}");
    }
    let shown = window.invoke("credential_show", json!({ "id": id })).await;
    assert_eq!(shown["ok"]["credential"]["value"], "****9876");
    assert!(!window.everything().await.contains("canary-value"), "the page never holds the value");
}
