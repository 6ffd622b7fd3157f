//! LOGIN (an expired draft): two prompts, answered by position since their texts differ from server to server.

use zeroize::Zeroizing;

use super::SecretBytes;

pub(super) fn part(text: &str) -> SecretBytes {
    Zeroizing::new(text.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::super::{Account, Conversation, Mechanism};

    #[test]
    fn prompts_are_answered_by_position_whatever_they_say_and_a_third_gets_nothing() {
        let secret = SecretString::from("hunter22");
        let account = Account { username: "tim", secret: &secret, host: "h", port: 25 };
        for prompts in [["Username:", "Password:"], ["User Name\0", "Password\0"], ["", "Identify!"]] {
            let mut conversation = Conversation::new(Mechanism::Login, &account);
            assert!(conversation.opening().unwrap().is_none(), "Gmail refuses an initial response");
            assert_eq!(&**conversation.answer(Some(prompts[0].as_bytes())).unwrap(), b"tim");
            assert!(!conversation.is_complete(), "the password has not gone out yet");
            assert_eq!(&**conversation.answer(Some(prompts[1].as_bytes())).unwrap(), b"hunter22");
            assert!(conversation.is_complete());
            assert!(conversation.answer(Some(b"PIN:")).is_none());
        }
    }
}
