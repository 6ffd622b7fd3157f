//! The icon in the notification area: what stands next, *Look now*, *Open*, *Lock*, *Quit*.

mod host;
mod standing;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tauri::{
    AppHandle, Manager as _,
    menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem},
    tray::TrayIconBuilder,
};

use crate::{events, state::Shell, windows};
pub(crate) use standing::Standing;

const ID: &str = "credenza";

/// The icon that was placed.
struct Tray {
    /// First line of its menu, which nobody can choose.
    line: MenuItem<tauri::Wry>,
    /// A panel shows it, when that was asked last.
    shown: AtomicBool,
}

/// Places the icon where the desktop has room for one; a desktop without that is not an error.
pub(crate) fn place(app: &AppHandle) {
    if !is_available() {
        tracing::info!("no tray icon: libayatana-appindicator3 is not installed");
        return;
    }
    match build(app) {
        Ok(line) => drop(app.manage(Tray { line, shown: AtomicBool::new(host::is_there()) })),
        Err(error) => tracing::warn!(%error, "no tray icon"),
    }
}

/// Whether there is an icon at all, shown or not.
pub(crate) fn is_placed(app: &AppHandle) -> bool {
    app.try_state::<Tray>().is_some()
}

/// Whether a person can find the icon, as it was seconds ago: without it a hidden window would be lost.
pub(crate) fn is_shown(app: &AppHandle) -> bool {
    app.try_state::<Tray>().is_some_and(|tray| tray.shown.load(Ordering::Relaxed))
}

/// Asks again whether a panel shows the icon, and brings its line up to date. After a look everything is read anew.
pub(crate) async fn refresh(app: &AppHandle, shell: &Arc<Shell>, (before, looked): (Standing, bool)) -> Standing {
    let (app, shell) = (app.clone(), Arc::clone(shell));
    // Reads the vault and asks the panel: both may take a while.
    let refreshed = tauri::async_runtime::spawn_blocking(move || {
        let old = before.line().to_owned();
        let standing = before.refreshed(&shell, looked);
        if let Some(tray) = app.try_state::<Tray>() {
            tray.shown.store(host::is_there(), Ordering::Relaxed);
            if standing.line() != old {
                tell(&app, &tray, standing.line());
            }
        }
        standing
    });
    refreshed.await.unwrap_or_default()
}

fn tell(app: &AppHandle, tray: &Tray, line: &str) {
    let told = tray.line.set_text(line).and_then(|()| match app.tray_by_id(ID) {
        Some(icon) => icon.set_tooltip(Some(format!("Credenza\n{line}"))),
        None => Ok(()),
    });
    if let Err(error) = told {
        tracing::warn!(%error, "the tray icon says what it said before");
    }
}

fn build(app: &AppHandle) -> tauri::Result<MenuItem<tauri::Wry>> {
    let line = MenuItem::with_id(app, "line", "Credenza", false, None::<&str>)?;
    let item = |id: &str, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
    let (look, open) = (item("look", "Look now")?, item("open", "Open")?);
    let (lock, quit) = (item("lock", "Lock")?, item("quit", "Quit")?);
    let (above, below) = (PredefinedMenuItem::separator(app)?, PredefinedMenuItem::separator(app)?);
    let menu = Menu::with_items(app, &[&line, &above, &look, &open, &lock, &below, &quit])?;
    let icon = if cfg!(target_os = "macos") {
        tauri::include_image!("icons/tray-template.png")
    } else {
        tauri::include_image!("icons/32x32.png")
    };
    TrayIconBuilder::with_id(ID)
        .icon(icon)
        .icon_as_template(cfg!(target_os = "macos"))
        .tooltip("Credenza")
        .menu(&menu)
        .on_menu_event(chosen)
        .build(app)?;
    Ok(line)
}

fn chosen(app: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        "look" => app.state::<Arc<Shell>>().look_now.notify_one(),
        "open" => windows::show_main(app),
        "lock" => {
            let (app, shell) = (app.clone(), Arc::clone(&app.state::<Arc<Shell>>()));
            // Locking writes to the vault, and this is the thread that draws.
            tauri::async_runtime::spawn_blocking(move || events::lock(&app, &shell, "tray"));
        }
        "quit" => app.exit(0),
        _ => {}
    }
}

/// The indicator library is looked up at run time, and looking for it in vain would end the program.
#[cfg(target_os = "linux")]
fn is_available() -> bool {
    let names = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];
    let folders = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib"];
    let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    let mut folders = folders.into_iter().chain([multiarch.as_str()]);
    folders.any(|folder| names.iter().any(|name| std::path::Path::new(folder).join(name).exists()))
}

#[cfg(not(target_os = "linux"))]
fn is_available() -> bool {
    true
}
