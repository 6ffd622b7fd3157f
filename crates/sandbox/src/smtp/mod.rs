//! The practice mail server (RFC 5321, 3207, 4954, 1870, 6152, 6531, 2034).

mod address;
mod auth;
mod dialogue;
mod message;
mod refusal;

use crate::fault::{Fault, MailStep};
use crate::listen::start_tls;
use crate::stream::Connection;

use dialogue::{Dialogue, Next};

/// Speaks SMTP until one side is done.
pub(crate) async fn serve(connection: Connection) {
    let mut dialogue = Dialogue::new(connection);
    if !greet(&mut dialogue).await {
        return;
    }
    loop {
        match dialogue.step().await {
            Ok(Next::Continue) => {}
            Ok(Next::StartTls) => {
                // Whatever was learnt or buffered before the handshake is forgotten (RFC 3207 4.2).
                let Some(connection) = start_tls(dialogue.into_connection()).await else { return };
                dialogue = Dialogue::new(connection);
            }
            Ok(Next::Close) | Err(_) => return,
        }
    }
}

async fn greet(dialogue: &mut Dialogue) -> bool {
    let unavailable = dialogue.has_fault(&Fault::Unavailable);
    let greeting = if unavailable {
        "421 4.3.2 localhost Service not available, closing transmission channel"
    } else {
        "220 localhost ESMTP Credenza practice mail server"
    };
    dialogue.say(MailStep::Greeting, greeting).await.is_ok_and(|next| next == Next::Continue) && !unavailable
}
