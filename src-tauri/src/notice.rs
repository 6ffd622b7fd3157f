//! A notification of the desktop, where it has a place for them; elsewhere the window alone speaks.

/// Shows a notification, and waits for nothing: a desktop that does not answer must not hold up a check.
#[cfg(target_os = "linux")]
pub(crate) fn show(title: &str) {
    let title = title.to_owned();
    let show = move || {
        if let Err(error) = linux::notify(&title) {
            tracing::info!(%error, "this desktop shows no notifications");
        }
    };
    if let Err(error) = std::thread::Builder::new().name("notification".into()).spawn(show) {
        tracing::warn!(%error, "no notification");
    }
}

/// Elsewhere the window asks for attention.
#[cfg(not(target_os = "linux"))]
pub(crate) fn show(_title: &str) {}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;

    use zbus::blocking::Connection;
    use zbus::zvariant::Value;

    const NAME: &str = "org.freedesktop.Notifications";
    /// As long as the desktop thinks fit.
    const USUAL: i32 = -1;

    /// Desktop Notifications Specification, `Notify`. The body stays blank: some desktops would read markup in it.
    pub(super) fn notify(title: &str) -> zbus::Result<()> {
        let bus = Connection::session()?;
        let hints: HashMap<&str, Value<'_>> = HashMap::from([("urgency", Value::U8(1))]);
        let actions: Vec<&str> = Vec::new();
        let body = ("Credenza", 0_u32, "credenza", title, "", actions, hints, USUAL);
        bus.call_method(Some(NAME), "/org/freedesktop/Notifications", Some(NAME), "Notify", &body)?;
        Ok(())
    }
}
