//! What a program is given: a folder of its own, a short environment, a process group of its own.

use std::ffi::OsString;
use std::path::Path;

use tokio::process::{Child, Command};

/// A fresh folder that only this user can enter; it goes when the value is dropped.
///
/// # Errors
/// When the system's temporary folder is not writable.
pub(super) fn folder() -> std::io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    platform::private(&mut builder);
    builder.prefix("credenza-script-").tempdir()
}

/// The variables that a program may see; everything else of ours stays ours.
pub(super) fn environment(folder: &Path) -> Vec<(OsString, OsString)> {
    let passed =
        platform::PASSED.iter().filter_map(|name| std::env::var_os(name).map(|value| (OsString::from(name), value)));
    let mut given: Vec<(OsString, OsString)> = passed.collect();
    given.push(("PATH".into(), platform::path()));
    for name in platform::TEMPORARY {
        given.push((OsString::from(name), folder.into()));
    }
    given
}

/// Gives the program a process group of its own and no terminal.
pub(super) fn apart(command: &mut Command) {
    platform::apart(command);
}

/// The program with everything it started; killed when dropped.
pub(super) struct Group(platform::Group);

impl Group {
    /// The group that a child leads.
    pub(super) fn of(child: &Child) -> Group {
        Group(platform::Group::of(child))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.0.kill();
    }
}

#[cfg(unix)]
mod platform {
    use std::ffi::OsString;

    use rustix::process::{Pid, Signal, kill_process_group, setsid, umask};
    use tokio::process::{Child, Command};

    pub(super) const PASSED: [&str; 6] = ["HOME", "LANG", "LC_ALL", "LOGNAME", "TZ", "USER"];
    pub(super) const TEMPORARY: [&str; 1] = ["TMPDIR"];

    pub(super) fn private(builder: &mut tempfile::Builder<'_, '_>) {
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    }

    // Fixed: a folder of the user's own PATH must not decide which "python" a script gets.
    pub(super) fn path() -> OsString {
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into()
    }

    #[allow(unsafe_code)]
    pub(super) fn apart(command: &mut Command) {
        let between = || {
            setsid()?;
            umask(rustix::fs::Mode::from_raw_mode(0o077));
            Ok(())
        };
        // SAFETY: between fork and exec only async-signal-safe calls are allowed; setsid and umask are such (POSIX
        // 2.4.3), made as bare system calls, and nothing is allocated or locked.
        unsafe {
            command.pre_exec(between);
        }
    }

    pub(super) struct Group(Option<Pid>);

    impl Group {
        pub(super) fn of(child: &Child) -> Group {
            // It leads its session, so its process id is its group's.
            Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
        }

        pub(super) fn kill(&mut self) {
            if let Some(group) = self.0.take() {
                // An error means that nothing of the group is left.
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
    }
}

#[cfg(windows)]
mod platform {
    use std::ffi::OsString;

    use tokio::process::{Child, Command};

    pub(super) const PASSED: [&str; 9] = [
        "APPDATA",
        "COMSPEC",
        "LOCALAPPDATA",
        "PATHEXT",
        "SystemDrive",
        "SystemRoot",
        "USERNAME",
        "USERPROFILE",
        "windir",
    ];
    pub(super) const TEMPORARY: [&str; 2] = ["TEMP", "TMP"];

    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;

    // The user's own temporary folder is private already.
    pub(super) fn private(_builder: &mut tempfile::Builder<'_, '_>) {}

    pub(super) fn path() -> OsString {
        let root = std::env::var_os("SystemRoot").unwrap_or_else(|| "C:\\Windows".into());
        let mut path = root.clone();
        path.push("\\System32;");
        path.push(&root);
        path.push(";");
        path.push(&root);
        path.push("\\System32\\WindowsPowerShell\\v1.0");
        path
    }

    pub(super) fn apart(command: &mut Command) {
        command.creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW);
    }

    // The program itself is killed on drop by tokio; what it started goes through taskkill, which knows the tree.
    pub(super) struct Group(Option<u32>);

    impl Group {
        pub(super) fn of(child: &Child) -> Group {
            Group(child.id())
        }

        pub(super) fn kill(&mut self) {
            let (Some(id), Some(root)) = (self.0.take(), std::env::var_os("SystemRoot")) else {
                return;
            };
            let program = std::path::Path::new(&root).join("System32").join("taskkill.exe");
            let mut tree = std::process::Command::new(program);
            std::os::windows::process::CommandExt::creation_flags(&mut tree, CREATE_NO_WINDOW);
            let quiet = std::process::Stdio::null;
            let _ = tree
                .args(["/T", "/F", "/PID", &id.to_string()])
                .stdin(quiet())
                .stdout(quiet())
                .stderr(quiet())
                .status();
        }
    }
}
