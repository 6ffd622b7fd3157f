//! What a machine needs beside Rust and Node.js, as Debian and Ubuntu name it.

/// Needed to build and to open the window.
pub(crate) const BUILD: &[&str] = &[
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libdbus-1-dev",
    "libssl-dev",
    "pkg-config",
    "build-essential",
];

/// Needed by the tests: the window's driver and display, and servers that were written elsewhere.
pub(crate) const TESTS: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "dbus-x11",
    "dbus-daemon",
    "gnome-keyring",
    "imagemagick",
    "exim4-daemon-heavy",
    "nginx-light",
    "tinyproxy-bin",
    "microsocks",
    "swaks",
    "python3-venv",
    "openssl",
    "xclip",
    "faketime",
    "dunst",
    "xfce4-panel",
    "xdotool",
    "libglib2.0-bin",
    "desktop-file-utils",
];

/// Needed by the figures alone: the programs we are measured against.
pub(crate) const BENCH: &[&str] = &["keepassxc", "msmtp", "hyperfine"];

/// What else the same things are called, for systems without apt.
pub(crate) const ELSEWHERE: &str = "\
  Fedora   sudo dnf install webkit2gtk4.1-devel libayatana-appindicator-gtk3-devel librsvg2-devel dbus-devel openssl-devel gcc
  Arch     sudo pacman -S webkit2gtk-4.1 libayatana-appindicator librsvg dbus openssl base-devel
  macOS    xcode-select --install
  Windows  Microsoft C++ Build Tools; WebView2 is part of Windows 10 and 11
  all      Rust by rustup, Node.js 20 or newer, cargo install --locked cargo-nextest cargo-deny
";
