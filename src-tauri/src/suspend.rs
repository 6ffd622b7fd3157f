//! Locks before the machine sleeps or its screen is locked, where the desktop says so. Elsewhere [`crate::idle`] notices afterwards.

/// Calls `lock` at each notice, from a thread of its own, for as long as the program runs.
#[cfg(target_os = "linux")]
pub(crate) fn watch(lock: impl Fn() + Send + Sync + 'static) {
    let lock = std::sync::Arc::new(lock);
    for source in &linux::SOURCES {
        let lock = std::sync::Arc::clone(&lock);
        let listen = move || {
            if let Err(error) = source.listen(&*lock) {
                tracing::info!(source = source.interface, %error, "no notice of sleep or screen lock from here");
            }
        };
        let started = std::thread::Builder::new().name(format!("notice of {}", source.signal)).spawn(listen);
        if let Err(error) = started {
            tracing::warn!(%error, "sleep is noticed only afterwards");
        }
    }
}

/// Elsewhere the gap in the clock is what there is.
#[cfg(not(target_os = "linux"))]
pub(crate) fn watch(_lock: impl Fn() + Send + Sync + 'static) {}

#[cfg(target_os = "linux")]
mod linux {
    use zbus::blocking::{Connection, Proxy};

    /// A signal with one truth value: `true` when it begins.
    pub(super) struct Source {
        pub(super) system: bool,
        pub(super) service: &'static str,
        pub(super) path: &'static str,
        pub(super) interface: &'static str,
        pub(super) signal: &'static str,
    }

    /// logind's notice of sleep, and the screen saver of the common desktops.
    pub(super) static SOURCES: [Source; 3] = [
        Source {
            system: true,
            service: "org.freedesktop.login1",
            path: "/org/freedesktop/login1",
            interface: "org.freedesktop.login1.Manager",
            signal: "PrepareForSleep",
        },
        Source {
            system: false,
            service: "org.freedesktop.ScreenSaver",
            path: "/org/freedesktop/ScreenSaver",
            interface: "org.freedesktop.ScreenSaver",
            signal: "ActiveChanged",
        },
        Source {
            system: false,
            service: "org.gnome.ScreenSaver",
            path: "/org/gnome/ScreenSaver",
            interface: "org.gnome.ScreenSaver",
            signal: "ActiveChanged",
        },
    ];

    impl Source {
        pub(super) fn listen(&self, lock: &dyn Fn()) -> zbus::Result<()> {
            let bus = if self.system { Connection::system()? } else { Connection::session()? };
            let proxy = Proxy::new(&bus, self.service, self.path, self.interface)?;
            for notice in proxy.receive_signal(self.signal)? {
                if notice.body().deserialize::<bool>()? {
                    lock();
                }
            }
            Ok(())
        }
    }
}
