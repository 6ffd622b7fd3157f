//! `send-email` beside msmtp and swaks, to the same Exim.

use std::process::{Command, Stdio};

use credenza_tests::Desk;
use credenza_tests::peers::Exim;
use serde_json::json;

use crate::timing::{Figure, alternate, milliseconds};

/// One short mail over implicit TLS with PLAIN, certificate verified by all three.
pub(crate) fn compare() {
    let exim = Exim::start(&["PLAIN"]);
    let desk = Desk::new();
    let port = exim.implicit.to_string();
    let ca = desk.file("ca.pem", exim.authority.pem());
    let ca = ca.to_str().unwrap();
    desk.add(&json!({ "type": "mail_server", "name": "Exim", "description": "d", "host": "localhost", "port": exim.implicit, "tls": "implicit", "sender": "erp@independent.test",
        "certificate_check": { "mode": "certificate", "certificate_pem": exim.authority.pem() },
        "auth": { "method": "password", "username": Exim::USER, "password": Exim::PASSWORD } }));
    let body = desk.file(
        "mail.txt",
        "From: erp@independent.test\nTo: someone@independent.test\nSubject: bench\n\nOne short mail.\n",
    );
    let config = desk.file("msmtprc", format!(
        "account default\nhost localhost\nport {port}\ntls on\ntls_starttls off\ntls_trust_file {ca}\nauth plain\nuser {}\npassword {}\nfrom erp@independent.test\n",
        Exim::USER, Exim::PASSWORD
    ));
    private(&config);
    let ours = || {
        let mut command = desk.command(&[
            "--quiet",
            "send-email",
            "Exim",
            "--to",
            "someone@independent.test",
            "--subject",
            "bench",
            "--body",
            "One short mail.",
        ]);
        command.env("CREDENZA_SESSION", desk.session());
        command
    };
    let msmtp = || {
        let mut command = Command::new("sh");
        command.args(["-c", "exec msmtp -C \"$0\" someone@independent.test < \"$1\""]).arg(&config).arg(&body);
        command
    };
    let swaks = || {
        let mut command = Command::new("swaks");
        command.args([
            "--silent",
            "3",
            "--server",
            "localhost",
            "--port",
            &port,
            "--tlsc",
            "--tls-verify",
            "--tls-ca-path",
            ca,
            "--auth",
            "PLAIN",
            "--auth-user",
            Exim::USER,
            "--auth-password",
            Exim::PASSWORD,
        ]);
        command.args([
            "--from",
            "erp@independent.test",
            "--to",
            "someone@independent.test",
            "--header",
            "Subject: bench",
            "--body",
            "One short mail.",
        ]);
        command
    };
    let [credenza, msmtp, swaks] = alternate(15, [&ours, &msmtp, &swaks]);
    println!("one mail to Exim, implicit TLS, PLAIN, whole process");
    for (name, figure) in [("credenza send-email", &credenza), ("msmtp", &msmtp), ("swaks", &swaks)] {
        let ratio = figure.median().as_secs_f64() / credenza.median().as_secs_f64();
        println!(
            "{name:28} {:>12} {ratio:>8.2}x   memory {:.1} MB",
            milliseconds(figure.median()),
            Figure::megabytes(figure.memory * 1024)
        );
    }
    println!();
}

/// msmtp refuses a file with a password that others may read.
fn private(file: &std::path::Path) {
    let _ = Command::new("chmod").arg("600").arg(file).stdin(Stdio::null()).status();
}
