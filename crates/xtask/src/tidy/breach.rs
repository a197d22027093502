//! One place that breaks a rule.

use std::fmt;

/// Where, and what stands there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// Relative to the root.
    pub(crate) path: String,
    /// From 1; `None` for the file as a whole.
    pub(crate) line: Option<usize>,
    pub(crate) what: String,
}

impl Breach {
    /// At a line.
    pub(crate) fn at(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: Some(line), what: what.into() }
    }

    /// The file as a whole.
    pub(crate) fn whole(path: &str, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, what: what.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.what),
            None => write!(f, "{}: {}", self.path, self.what),
        }
    }
}
