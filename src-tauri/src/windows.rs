//! The two windows: `main` with masked views, `reveal` with one secret. Both stay on the page they were built with.

use std::{sync::Arc, time::Duration};

use credenza_core::Problem;
use tauri::{AppHandle, Manager as _, Url, WebviewWindow, WebviewWindowBuilder, webview::NewWindowResponse};

use crate::state::Shell;

/// Label of the window everything happens in.
pub(crate) const MAIN: &str = "main";
/// Label of the window one secret is shown in.
pub(crate) const REVEAL: &str = "reveal";

/// Opens the main window at the start.
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    open(app, MAIN)
}

/// Brings the main window to the front, opening it again where it was closed.
pub(crate) fn show_main(app: &AppHandle) {
    let window = match app.get_webview_window(MAIN) {
        Some(window) => Ok(window),
        None => open_main(app),
    };
    let shown = window.and_then(|window| {
        window.show()?;
        window.unminimize()?;
        window.set_focus()
    });
    if let Err(error) = shown {
        tracing::warn!(%error, "the main window could not be shown");
    }
}

/// Opens the reveal window (W9, W17), anew where one is open already: it shows what is pending now.
///
/// # Errors
/// `internal` when the system gives no window.
pub(crate) fn open_reveal(app: &AppHandle) -> Result<(), Problem> {
    close_reveal(app);
    open(app, REVEAL)
        .map(drop)
        .map_err(|error| Problem::internal(format!("The reveal window could not be opened ({error}).")))
}

/// Closes the reveal window when its time is over, unless it shows something newer by then.
pub(crate) fn close_reveal_after(app: &AppHandle, shell: Arc<Shell>, turn: u64, time: Duration) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(time).await;
        if shell.reveals.expire(turn) {
            close_reveal(&app);
        }
    });
}

/// Closes the reveal window where it is open.
pub(crate) fn close_reveal(app: &AppHandle) {
    let closed = app.get_webview_window(REVEAL).map(|window| window.destroy());
    if let Some(Err(error)) = closed {
        tracing::warn!(%error, "the reveal window could not be closed");
    }
}

/// Builds a window as `tauri.conf.json` describes it, and refuses whatever would take it somewhere else (W10).
fn open(app: &AppHandle, label: &str) -> tauri::Result<WebviewWindow> {
    let config = app.config().app.windows.iter().find(|window| window.label == label).cloned();
    let config = config.ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app, &config)?
        .incognito(!is_driven_by_a_test())
        .on_navigation(is_own_page)
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .on_download(|_webview, _event| false)
        .build()
}

/// WebKit lets nobody drive a window that keeps nothing (W19), so a debug build under a test keeps its things in the
/// test's own folder. A release build can therefore not be driven at all.
fn is_driven_by_a_test() -> bool {
    cfg!(debug_assertions) && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|word| word == "true")
}

/// The pages built into the program, and nothing else: no web address, no `data:`, no `javascript:` (W10).
fn is_own_page(url: &Url) -> bool {
    let windows_style = url.scheme() == "http" && url.host_str() == Some("tauri.localhost");
    (url.scheme() == "tauri" && url.host_str() == Some("localhost")) || windows_style
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w10_only_the_built_in_pages_can_be_navigated_to() {
        for own in ["tauri://localhost/index.html", "http://tauri.localhost/index.html?window=reveal"] {
            assert!(is_own_page(&own.parse().unwrap()), "{own} is ours");
        }
        let foreign = [
            "https://example.com/",
            "http://localhost/",
            "http://tauri.localhost.example.com/",
            "tauri://example.com/",
            "data:text/html,x",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "about:blank",
        ];
        for url in foreign {
            assert!(!is_own_page(&url.parse().unwrap()), "{url} must be refused");
        }
    }
}
