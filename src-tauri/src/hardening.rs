//! What the process does to itself before anything else runs.

/// No core dump, no debugger of another program, files for this user only, and a panic that says nothing it should not.
pub(crate) fn apply() {
    quiet_panics();
    #[cfg(unix)]
    private_process();
}

/// A panic's payload can hold whatever was being worked on; only its place is logged.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(place, "a fault in the program");
    }));
}

#[cfg(unix)]
fn private_process() {
    use rustix::{
        fs::Mode,
        process::{Resource, Rlimit, setrlimit, umask},
    };
    // Refusals are not fatal: they mean that the system is stricter than we ask.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    umask(Mode::from_raw_mode(0o077));
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn m8_no_core_is_dumped_and_new_files_are_private() {
        apply();
        let limit = rustix::process::getrlimit(rustix::process::Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)), "no core file may be written");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new");
        std::fs::write(&file, "x").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "M12: nobody else may read what the program writes");
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        assert!(status.contains("CoreDumping:\t0"), "nothing is being dumped");
    }
}
