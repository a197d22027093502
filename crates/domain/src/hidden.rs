//! A text that opens something, such as a one-time code: whoever needs it has it, and no log or panic message does.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Serialize};

/// Shown to the one for whom it is, and by `Debug` to nobody. In the database and in JSON it is the text itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Deref for Hidden {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use crate::Message;

    /// T43.
    #[test]
    fn a_code_is_in_no_debug_output_and_is_stored_as_it_is() {
        let message = Message::SignInCode { code: "271828".to_owned().into() };
        assert!(!format!("{message:?} {message:#?}").contains("271828"));
        let stored = serde_json::to_string(&message).unwrap();
        assert_eq!(stored, r#"{"kind":"sign_in_code","code":"271828"}"#);
        assert_eq!(serde_json::from_str::<Message>(&stored).unwrap(), message);
    }
}
