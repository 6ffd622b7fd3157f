//! Exim 4 as the mail server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::{Authority, Leaf, Server, free_port};

/// A running Exim with STARTTLS, implicit TLS and a relay port, and a mailbox.
pub struct Exim {
    folder: TempDir,
    /// Port with STARTTLS and, after it, AUTH.
    pub submission: u16,
    /// Port with implicit TLS and AUTH.
    pub implicit: u16,
    /// Port that takes mail from anyone, in clear.
    pub relay: u16,
    /// Port with AUTH in clear.
    pub clear: u16,
    /// The authority of its certificate.
    pub authority: Authority,
    _server: Server,
}

impl Exim {
    /// The one account.
    pub const USER: &'static str = "erp";
    /// Its password.
    pub const PASSWORD: &'static str = "Exim-s3cret-Pa55word";

    /// Starts it. `mechanisms` are those it offers.
    ///
    /// # Panics
    /// When Exim is missing or does not start.
    pub fn start(mechanisms: &[&str]) -> Exim {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let authority = Authority::new();
        let leaf = authority.server(folder.path());
        let [submission, implicit, relay, clear] = [free_port(), free_port(), free_port(), free_port()];
        let config = folder.path().join("exim.conf");
        std::fs::write(&config, configuration(folder.path(), &leaf, [submission, implicit, relay, clear], mechanisms))
            .expect("the folder is writable");
        for name in ["spool", "log", "mail"] {
            std::fs::create_dir_all(folder.path().join(name)).expect("the folder is writable");
        }
        give_to_exim(folder.path(), &leaf);
        let mut command = exim(&config);
        command.arg("-bdf").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = Server::start(&mut command);
        server.wait_for_port(clear);
        server.wait_for_port(submission);
        Exim { folder, submission, implicit, relay, clear, authority, _server: server }
    }

    /// Delivers what it has accepted and gives every mail in the mailbox.
    ///
    /// # Panics
    /// When the queue cannot be run.
    pub fn mailbox(&self) -> Vec<String> {
        let ran = exim(&self.folder.path().join("exim.conf")).arg("-qff").status().expect("Exim runs its queue");
        assert!(ran.success(), "Exim could not run its queue");
        let new = self.folder.path().join("mail").join("new");
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(new).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort();
        files
            .iter()
            .map(|file| String::from_utf8_lossy(&std::fs::read(file).expect("mail is readable")).into_owned())
            .collect()
    }

    /// Its main log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log").join("mainlog")).unwrap_or_default()
    }
}

fn exim(config: &Path) -> Command {
    let mut command = Command::new("/usr/sbin/exim4");
    command.arg("-C").arg(config);
    command
}

fn configuration(folder: &Path, leaf: &Leaf, ports: [u16; 4], mechanisms: &[&str]) -> String {
    let [submission, implicit, relay, clear] = ports;
    let dir = folder.display();
    let (user, password) = (Exim::USER, Exim::PASSWORD);
    let authenticators: String = mechanisms.iter().map(|name| authenticator(name, user, password)).collect();
    format!(
        r#"primary_hostname = mail.independent.test
spool_directory = {dir}/spool
log_file_path = {dir}/log/%slog
pid_file_path = {dir}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {submission} : {implicit} : {relay} : {clear}
tls_on_connect_ports = {implicit}
tls_advertise_hosts = ${{if eq{{$received_port}}{{{submission}}}{{*}}{{}}}}
tls_certificate = {certificate}
tls_privatekey = {key}
auth_advertise_hosts = ${{if or{{{{def:tls_in_cipher}}{{eq{{$received_port}}{{{clear}}}}}}}{{*}}{{}}}}
deliver_drop_privilege = true
queue_only = true
never_users =
keep_environment =
add_environment = PATH=/usr/bin
smtputf8_advertise_hosts = *
message_size_limit = 2M
acl_smtp_rcpt = acl_rcpt
begin acl
acl_rcpt:
  accept authenticated = *
  accept condition = ${{if eq{{$received_port}}{{{relay}}}}}
  deny message = relay not permitted
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = {dir}/mail
  maildir_format
  envelope_to_add
  return_path_add
  batch_max = 100
begin authenticators
{authenticators}"#,
        certificate = leaf.certificate.display(),
        key = leaf.key.display(),
    )
}

fn authenticator(name: &str, user: &str, password: &str) -> String {
    match name {
        "PLAIN" => format!(
            "plain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}\n  server_set_id = $auth2\n"
        ),
        "LOGIN" => format!(
            "login:\n  driver = plaintext\n  public_name = LOGIN\n  server_prompts = \"Username:: : Password::\"\n  server_condition = ${{if and{{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}\n  server_set_id = $auth1\n"
        ),
        "CRAM-MD5" => format!(
            "cram:\n  driver = cram_md5\n  public_name = CRAM-MD5\n  server_secret = ${{if eq{{$auth1}}{{{user}}}{{{password}}}fail}}\n  server_set_id = $auth1\n"
        ),
        other => panic!("Exim is not set up for {other}"),
    }
}

/// Started by root, Exim works as its own account, which needs these; started by anyone else it stays that one. Its
/// configuration must go on belonging to whoever starts it.
fn give_to_exim(folder: &Path, leaf: &Leaf) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).expect("the folder is ours");
    }
    let mut command = Command::new("chown");
    command.args(["-R", "Debian-exim"]).arg(&leaf.key).args(["spool", "log", "mail"].map(|name| folder.join(name)));
    let _ = command.stderr(Stdio::null()).status();
}
