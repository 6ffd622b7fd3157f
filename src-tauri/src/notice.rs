//! A notification of the desktop, on every system.

use std::{
    sync::{
        OnceLock,
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};

use notify_rust::{Notification, NotificationHandle};

/// So long may a desktop take: one that does not answer must not hold up a check.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many of the last notifications are kept: GNOME takes one away when the program that sent it lets go of the bus.
const KEPT: usize = 16;

/// A notification that somebody waits for.
struct Wanted {
    title: String,
    until: Instant,
    taken: Sender<bool>,
}

/// Shows a notification; tells whether the desktop took it, within three seconds.
pub(crate) fn show(title: &str) -> bool {
    static DOOR: OnceLock<Sender<Wanted>> = OnceLock::new();
    let (taken, answer) = channel();
    let wanted = Wanted { title: title.to_owned(), until: Instant::now() + PATIENCE, taken };
    if let Err(error) = DOOR.get_or_init(open_door).send(wanted) {
        tracing::warn!(%error, "no notification");
        return false;
    }
    answer.recv_timeout(PATIENCE).unwrap_or_else(|error| {
        tracing::warn!(%error, "the desktop does not answer a notification");
        false
    })
}

fn open_door() -> Sender<Wanted> {
    let (door, wanted) = channel();
    if let Err(error) = std::thread::Builder::new().name("notifications".into()).spawn(move || serve(&wanted)) {
        tracing::warn!(%error, "no notifications");
    }
    door
}

fn serve(wanted: &Receiver<Wanted>) {
    let mut kept: Vec<NotificationHandle> = Vec::new();
    // Whoever waited while the desktop hung has been told that it took nothing; what is shown late would be told twice.
    for Wanted { title, taken, .. } in wanted.iter().filter(|wanted| Instant::now() < wanted.until) {
        let shown = notification(&title).show();
        // Nobody waits any more: the answer came too late.
        let _ = taken.send(shown.is_ok());
        match shown {
            Ok(handle) => kept.push(handle),
            Err(error) => tracing::info!(%error, "this desktop shows no notifications"),
        }
        kept.drain(..kept.len().saturating_sub(KEPT));
    }
}

/// A title alone: some desktops would read markup in a body.
fn notification(title: &str) -> Notification {
    let mut notification = Notification::new();
    notification.appname("Credenza").summary(title);
    #[cfg(target_os = "linux")]
    notification.icon("credenza-desktop").urgency(notify_rust::Urgency::Normal);
    // The installer gives its shortcut this id; Windows drops what comes from one that no shortcut has.
    #[cfg(all(windows, not(debug_assertions)))]
    notification.app_id("app.credenza.desktop");
    #[cfg(target_os = "macos")]
    {
        // Without a bundle, or a second time, it is refused and the notification has another sender's icon.
        let _ = notify_rust::set_application("app.credenza.desktop");
    }
    notification
}
