//! Whole processes, timed in turns.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What repeated runs of one command took.
pub(crate) struct Figure {
    times: Vec<Duration>,
    /// Largest resident memory of one run, KiB.
    pub(crate) memory: u64,
}

impl Figure {
    /// The middle one.
    pub(crate) fn median(&self) -> Duration {
        let mut sorted = self.times.clone();
        sorted.sort();
        sorted[sorted.len() / 2]
    }

    /// Bytes as MB.
    pub(crate) fn megabytes(bytes: u64) -> f64 {
        bytes as f64 / 1_000_000.0
    }
}

/// Runs the commands in turns, `runs` times each after one that does not count.
pub(crate) fn alternate<const N: usize>(runs: usize, commands: [&dyn Fn() -> Command; N]) -> [Figure; N] {
    let mut figures = [(); N].map(|()| Figure { times: Vec::new(), memory: 0 });
    for round in 0..=runs {
        for (figure, command) in figures.iter_mut().zip(commands) {
            let taken = once(command());
            if round > 0 {
                figure.times.push(taken);
            }
        }
    }
    for (figure, command) in figures.iter_mut().zip(commands) {
        figure.memory = memory(&command());
    }
    figures
}

fn once(mut command: Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let begun = Instant::now();
    let ended = command.output().expect("the program starts");
    let taken = begun.elapsed();
    assert!(ended.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&ended.stderr));
    taken
}

/// Largest resident memory of one more run, KiB, as the kernel counted it.
fn memory(command: &Command) -> u64 {
    let script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let mut wrapped = Command::new("python3");
    wrapped.args(["-c", script]).arg(command.get_program()).args(command.get_args());
    for (variable, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(variable, value),
            None => wrapped.env_remove(variable),
        };
    }
    let output = wrapped.output().expect("python3 is there");
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or_default()
}

/// `12.3 ms`.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// One line of the comparison with keepassxc-cli.
pub(crate) fn row(name: &str, credenza: &Figure, keepass: &Figure, floor: &Figure) {
    let (own, theirs, floor) =
        (credenza.median().as_secs_f64(), keepass.median().as_secs_f64(), floor.median().as_secs_f64());
    let net = (theirs - floor).max(0.0) / own;
    println!(
        "{name:28} {:>12} {:>12} {:>12} {:>8.1}x {net:>8.1}x   memory {:.1} MB, {:.1} MB",
        milliseconds(credenza.median()),
        milliseconds(keepass.median()),
        format!("{:.1} ms", floor * 1000.0),
        theirs / own,
        Figure::megabytes(credenza.memory * 1024),
        Figure::megabytes(keepass.memory * 1024),
    );
}
