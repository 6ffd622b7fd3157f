//! nginx as the outbound server.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::{Authority, Leaf, Server, free_port, self_signed};

/// A running nginx: Basic, client certificate, self-signed and expired, each on a port of its own.
pub struct Nginx {
    _folder: TempDir,
    /// HTTPS; `/` is open, `/basic` wants a user and password.
    pub good: u16,
    /// HTTPS that wants a client certificate.
    pub client_certificate: u16,
    /// HTTPS with a certificate that vouches for itself.
    pub self_signed: u16,
    /// HTTPS with an expired certificate.
    pub expired: u16,
    /// HTTP in clear.
    pub clear: u16,
    /// The authority of its certificates.
    pub authority: Authority,
    /// A client certificate that it accepts: certificate and key, PEM.
    pub client: (String, String),
    _server: Server,
}

impl Nginx {
    /// The one account of `/basic`.
    pub const USER: &'static str = "api";
    /// Its password.
    pub const PASSWORD: &'static str = "Nginx-s3cret-Pa55word";

    /// Starts it.
    ///
    /// # Panics
    /// When nginx is missing or does not start.
    pub fn start() -> Nginx {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let dir = folder.path();
        let authority = Authority::new();
        let ports = [free_port(), free_port(), free_port(), free_port(), free_port()];
        let (good, bad, own, client) =
            (authority.server(dir), authority.expired(dir), self_signed(dir), authority.client(dir));
        std::fs::write(dir.join("ca.pem"), authority.pem()).expect("the folder is writable");
        std::fs::write(dir.join("users"), format!("{}:{{PLAIN}}{}\n", Nginx::USER, Nginx::PASSWORD))
            .expect("the folder is writable");
        std::fs::write(dir.join("nginx.conf"), configuration(dir, ports, [&good, &own, &bad]))
            .expect("the folder is writable");
        let read = |path| std::fs::read_to_string(path).expect("just written");
        let client = (read(&client.certificate), read(&client.key));
        let mut command = Command::new("/usr/sbin/nginx");
        command.arg("-p").arg(dir).arg("-c").arg(dir.join("nginx.conf")).args(["-g", "daemon off;"]);
        let mut server = Server::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()));
        for port in ports {
            server.wait_for_port(port);
        }
        let [good, client_certificate, self_signed, expired, clear] = ports;
        Nginx {
            _folder: folder,
            good,
            client_certificate,
            self_signed,
            expired,
            clear,
            authority,
            client,
            _server: server,
        }
    }
}

fn configuration(dir: &Path, ports: [u16; 5], leaves: [&Leaf; 3]) -> String {
    let d = dir.display();
    let [good, client, own, expired, clear] = ports;
    let tls = |port: u16, leaf: &Leaf, more: &str| {
        format!(
            "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {}; ssl_certificate_key {}; {more}
  location / {{ default_type application/json; return 200 '{{\"client\":\"$ssl_client_s_dn\"}}'; }}
  location /basic {{ auth_basic api; auth_basic_user_file {d}/users; try_files /nothing =204; }}
  location /teapot {{ return 418; }} }}",
            leaf.certificate.display(),
            leaf.key.display()
        )
    };
    format!(
        "worker_processes 1; master_process off; pid {d}/nginx.pid; error_log {d}/error.log;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {d}/b; proxy_temp_path {d}/p; fastcgi_temp_path {d}/f; uwsgi_temp_path {d}/u; scgi_temp_path {d}/s;
{}
{}
{}
{}
server {{ listen 127.0.0.1:{clear}; location / {{ return 200 'clear'; }} }} }}",
        tls(good, leaves[0], ""),
        tls(client, leaves[0], &format!("ssl_client_certificate {d}/ca.pem; ssl_verify_client on;")),
        tls(own, leaves[1], ""),
        tls(expired, leaves[2], "")
    )
}
