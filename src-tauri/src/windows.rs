//! The two windows: `main` with masked views, `reveal` with one secret. Both stay on the page they were built with.

use std::{sync::Arc, time::Duration};

use credenza_core::Problem;
use tauri::{AppHandle, Manager as _, Url, WebviewWindow, WebviewWindowBuilder, Window, webview::NewWindowResponse};

use crate::{notice, state::Shell, tray};

/// Label of the window everything happens in.
pub(crate) const MAIN: &str = "main";
/// Label of the window one secret is shown in.
pub(crate) const REVEAL: &str = "reveal";

/// Opens the main window at the start.
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    open(app, MAIN)
}

/// The start at sign-in: nothing but the icon of the notification area. Where no panel shows that within some seconds, and a
/// panel starts at sign-in too, the window opens minimised, so that it can be found.
pub(crate) fn start_hidden(app: &AppHandle) {
    const GRACE: Duration = Duration::from_secs(10);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let until = tokio::time::Instant::now() + GRACE;
        while tray::is_placed(&app) && tokio::time::Instant::now() < until {
            if tray::is_shown(&app) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        // Somebody may have opened it meanwhile.
        if app.get_webview_window(MAIN).is_some() {
            return;
        }
        tracing::info!("nothing shows a tray icon: started minimised");
        if let Err(error) = open_main(&app).and_then(|window| window.minimize()) {
            tracing::warn!(%error, "the main window could not be opened minimised");
        }
    });
}

/// Whether a person at this desktop can see the window.
pub(crate) fn is_seen(window: &WebviewWindow) -> bool {
    window.is_visible().unwrap_or(false) && !window.is_minimized().unwrap_or(false)
}

/// The main window is being closed. With an icon in the notification area the program goes on there (D9) and is ended by
/// *Quit*; without one it ends. True when it goes on.
pub(crate) fn hide_instead(window: &Window) -> bool {
    let app = window.app_handle();
    if window.label() != MAIN || !tray::is_shown(app) {
        return false;
    }
    close_reveal(app);
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the main window could not be hidden");
        return false;
    }
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || tell_once(&app));
    true
}

/// Says once on a machine where the window went: the mark of it lies beside what else is kept of windows.
fn tell_once(app: &AppHandle) {
    let Ok(folder) = app.path().app_config_dir() else { return };
    let mark = folder.join("told-of-the-tray");
    if mark.exists() || !notice::show("Credenza goes on in the notification area; Quit in its menu ends it") {
        return;
    }
    let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&mark, ""));
    if let Err(error) = kept {
        tracing::info!(%error, "where the window went will be told again");
    }
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
