//! `run` and `demo`: from a fresh checkout to a window with one command.

use crate::{
    Outcome, display,
    display::Display,
    setup::{self, Purpose},
    sh::{self, cargo},
};

/// Opens the window; on a machine without a display, walks through the demo instead.
pub(crate) fn window() -> Outcome {
    if !display::is_present() {
        println!("run: no display here, so the demo runs in one that nobody sees");
        return demo();
    }
    setup::prepare(Purpose::Build)?;
    sh::run(&mut cargo(&["build", "--package", "credenza-desktop"]))?;
    sh::run(&mut sh::program(&sh::built("debug", "credenza-desktop").to_string_lossy(), &[]))
}

/// First run → practice mail server → Send test email, with a picture of each step in `target/demo/`.
pub(crate) fn demo() -> Outcome {
    setup::prepare(Purpose::Tests)?;
    sh::run(&mut cargo(&["build", "--workspace", "--bins"]))?;
    let folder = sh::target().join("demo");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let display = Display::start()?;
    let tour = sh::built("debug", "demo");
    sh::run(&mut display.session(&[&tour.to_string_lossy(), &folder.to_string_lossy()]))?;
    println!("demo: pictures in {}", folder.display());
    Ok(())
}
