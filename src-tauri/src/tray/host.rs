//! Whether something on this desktop shows tray icons.

/// Windows and macOS always have the place.
#[cfg(not(target_os = "linux"))]
pub(super) fn is_there() -> bool {
    true
}

/// A panel that shows StatusNotifierItems, or one with the older tray of X11, which the indicator library falls back to.
#[cfg(target_os = "linux")]
pub(super) fn is_there() -> bool {
    let asked = linux::has_watcher();
    // Nothing is there to be asked, or it does not answer: then its icons are not shown either.
    asked.unwrap_or(false) || linux::has_tray_of_x11().unwrap_or(false)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{sync::mpsc::channel, time::Duration};

    use x11rb::connection::Connection as _;
    use x11rb::errors::ReplyOrIdError;
    use x11rb::protocol::xproto::ConnectionExt as _;
    use zbus::blocking::{Connection, Proxy};

    /// A panel that hangs shows nothing.
    const PATIENCE: Duration = Duration::from_secs(2);

    /// StatusNotifierItem specification, `org.kde.StatusNotifierWatcher`: somebody keeps the list, and somebody shows it.
    pub(super) fn has_watcher() -> Option<bool> {
        let (tell, told) = channel();
        let ask = move || tell.send(watcher().unwrap_or(false));
        std::thread::Builder::new().name("tray".into()).spawn(ask).ok()?;
        told.recv_timeout(PATIENCE).ok()
    }

    fn watcher() -> zbus::Result<bool> {
        const NAME: &str = "org.kde.StatusNotifierWatcher";
        let bus = Connection::session()?;
        let daemon = zbus::blocking::fdo::DBusProxy::new(&bus)?;
        // Asked first, because a call to a name that nobody has may start a program.
        if !daemon.name_has_owner(NAME.try_into()?)? {
            return Ok(false);
        }
        Proxy::new(&bus, NAME, "/StatusNotifierWatcher", NAME)?.get_property("IsStatusNotifierHostRegistered")
    }

    /// System Tray Protocol Specification: the selection of each screen belongs to the tray.
    pub(super) fn has_tray_of_x11() -> Result<bool, ReplyOrIdError> {
        let Ok((display, screen)) = x11rb::connect(None) else { return Ok(false) };
        let atom = display.intern_atom(false, format!("_NET_SYSTEM_TRAY_S{screen}").as_bytes())?.reply()?.atom;
        let owner = display.get_selection_owner(atom)?.reply()?.owner;
        display.flush()?;
        Ok(owner != x11rb::NONE)
    }
}
