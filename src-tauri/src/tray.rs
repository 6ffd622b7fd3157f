//! The icon in the notification area: *Open*, *Lock*, *Quit*.

use std::sync::Arc;

use tauri::{
    AppHandle, Manager as _,
    menu::{Menu, MenuEvent, MenuItem},
    tray::TrayIconBuilder,
};

use crate::{events, state::Shell, windows};

/// Places the icon where the desktop has room for one; a desktop without that is not an error.
pub(crate) fn place(app: &AppHandle) {
    if !is_available() {
        tracing::info!("no tray icon: libayatana-appindicator3 is not installed");
        return;
    }
    if let Err(error) = build(app) {
        tracing::warn!(%error, "no tray icon");
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let open = MenuItem::with_id(app, "open", "Open", true, None::<&str>)?;
    let lock = MenuItem::with_id(app, "lock", "Lock", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", "Quit", true, None::<&str>)?;
    let menu = Menu::with_items(app, &[&open, &lock, &quit])?;
    let icon = if cfg!(target_os = "macos") {
        tauri::include_image!("icons/tray-template.png")
    } else {
        tauri::include_image!("icons/32x32.png")
    };
    TrayIconBuilder::with_id("credenza")
        .icon(icon)
        .icon_as_template(cfg!(target_os = "macos"))
        .tooltip("Credenza")
        .menu(&menu)
        .on_menu_event(chosen)
        .build(app)?;
    Ok(())
}

fn chosen(app: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
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
