//! What each scheduler reads.

use crate::args::ScheduleArg;

/// What is run: the program and its arguments.
pub(super) struct Command {
    pub(super) words: Vec<String>,
}

/// A file.
pub(super) struct Piece {
    pub(super) name: &'static str,
    pub(super) content: String,
}

/// What a scheduler reads to run the command every so many hours.
pub(super) fn pieces(kind: ScheduleArg, command: &Command, hours: u64) -> Vec<Piece> {
    match kind {
        ScheduleArg::Systemd => systemd(command, hours),
        ScheduleArg::Cron | ScheduleArg::Here => vec![Piece { name: "crontab", content: cron(command, hours) }],
        ScheduleArg::TaskScheduler => {
            vec![Piece { name: "credenza-check.xml", content: task_scheduler(command, hours) }]
        }
        ScheduleArg::Launchd => vec![Piece { name: "io.credenza.check.plist", content: launchd(command, hours) }],
    }
}

/// systemd.service(5), systemd.timer(5). Exit code 10 says that something is due and is no failure of the service.
fn systemd(command: &Command, hours: u64) -> Vec<Piece> {
    // systemd.service(5), "Command lines": double quotes, C escapes; % and $ are doubled.
    let quoted = |word: &String| {
        let word = word.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
        format!("\"{word}\"")
    };
    let line: Vec<String> = command.words.iter().map(quoted).collect();
    let when = if hours == 24 { "*-*-* 08:00:00".to_owned() } else { format!("*-*-* 00/{hours}:00:00") };
    let service = format!(
        "[Unit]\nDescription=Credenza looks at what expires\n\n[Service]\nType=oneshot\nExecStart={}\nSuccessExitStatus=10\n",
        line.join(" ")
    );
    let timer = format!(
        "[Unit]\nDescription=Credenza looks at what expires\n\n[Timer]\nOnCalendar={when}\nPersistent=true\nRandomizedDelaySec=5min\n\n[Install]\nWantedBy=timers.target\n"
    );
    vec![
        Piece { name: "credenza-check.service", content: service },
        Piece { name: "credenza-check.timer", content: timer },
    ]
}

/// crontab(5): the shell gets the line, and % would end it.
fn cron(command: &Command, hours: u64) -> String {
    let quoted = |word: &String| format!("'{}'", word.replace('\'', "'\\''").replace('%', "\\%"));
    let line: Vec<String> = command.words.iter().map(quoted).collect();
    let when = if hours == 24 { "0 8 * * *".to_owned() } else { format!("0 */{hours} * * *") };
    format!("{when} {}\n", line.join(" "))
}

/// The schema `http://schemas.microsoft.com/windows/2004/02/mit/task`. No encoding is declared: `schtasks` hands the text on
/// as UTF-16 whatever the file was, and the service refuses to "switch the encoding" to the one that is named.
fn task_scheduler(command: &Command, hours: u64) -> String {
    let program = command.words.first().map(|word| xml(word)).unwrap_or_default();
    let arguments: Vec<String> = command.words.iter().skip(1).map(|word| xml(&windows(word))).collect();
    let repetition = match hours {
        24 => String::new(),
        hours => format!(
            "\n      <Repetition>\n        <Interval>PT{hours}H</Interval>\n        <Duration>P1D</Duration>\n      </Repetition>"
        ),
    };
    format!(
        r#"<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Credenza looks at what expires</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>{repetition}
      <StartBoundary>2026-01-01T08:00:00</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT30M</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{}</Arguments>
    </Exec>
  </Actions>
</Task>
"#,
        arguments.join(" ")
    )
}

/// As `CommandLineToArgvW` reads it: backslashes count only before a quote.
fn windows(word: &str) -> String {
    let mut out = String::from("\"");
    let mut slashes = 0;
    for c in word.chars() {
        match c {
            '\\' => slashes += 1,
            '"' => {
                out.push_str(&"\\".repeat(slashes + 1));
                slashes = 0;
            }
            _ => slashes = 0,
        }
        out.push(c);
    }
    out.push_str(&"\\".repeat(slashes));
    out.push('"');
    out
}

/// launchd.plist(5).
fn launchd(command: &Command, hours: u64) -> String {
    let words: Vec<String> = command.words.iter().map(|word| format!("    <string>{}</string>", xml(word))).collect();
    let when = |hour: u64| {
        format!(
            "    <dict>\n      <key>Hour</key>\n      <integer>{hour}</integer>\n      <key>Minute</key>\n      <integer>0</integer>\n    </dict>"
        )
    };
    // A moment that a sleeping machine misses is caught up with by launchd; an interval is not.
    let times: Vec<String> = (0..24 / hours).map(|step| when((8 + step * hours) % 24)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n  <key>Label</key>\n  <string>io.credenza.check</string>\n  <key>ProgramArguments</key>\n  <array>\n{}\n  </array>\n  <key>StartCalendarInterval</key>\n  <array>\n{}\n  </array>\n  <key>RunAtLoad</key>\n  <true/>\n</dict>\n</plist>\n",
        words.join("\n"),
        times.join("\n")
    )
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command() -> Command {
        Command {
            words: ["/opt/my apps/credenza", "--vault", "/home/é & b/100%/$x's \"v\".db", "check"]
                .map(str::to_owned)
                .to_vec(),
        }
    }

    #[test]
    fn paths_with_blanks_and_signs_are_quoted_as_each_scheduler_wants_it() {
        let service = &systemd(&command(), 24)[0].content;
        assert!(
            service
                .contains(r#"ExecStart="/opt/my apps/credenza" "--vault" "/home/é & b/100%%/$$x's \"v\".db" "check""#),
            "{service}"
        );
        let line = cron(&command(), 6);
        assert_eq!(
            line,
            "0 */6 * * * '/opt/my apps/credenza' '--vault' '/home/é & b/100\\%/$x'\\''s \"v\".db' 'check'\n"
        );
        let task = task_scheduler(&command(), 1);
        assert!(task.contains("<Command>/opt/my apps/credenza</Command>"), "{task}");
        assert!(task.contains(r#"<Arguments>&quot;--vault&quot; &quot;/home/é &amp; b/100%/$x's \&quot;v\&quot;.db&quot; &quot;check&quot;</Arguments>"#), "{task}");
        assert_eq!(windows(r"C:\my data\"), r#""C:\my data\\""#, "a backslash before the closing quote is doubled");
        let plist = launchd(&command(), 12);
        assert!(plist.contains("<string>/home/é &amp; b/100%/$x's &quot;v&quot;.db</string>"), "{plist}");
        assert_eq!(plist.matches("<key>Hour</key>").count(), 2);
    }
}
