//! Whether anything has changed since the last build: one hash over all that goes in.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A hash that grows with each input.
#[derive(Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds a word.
    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Adds a file's content.
    pub(crate) fn file(&mut self, file: &Path) -> Result<()> {
        let content = fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
        self.bytes(&content);
        Ok(())
    }

    /// Adds every file of a folder, its name included; a folder that isn't there adds nothing.
    pub(crate) fn folder(&mut self, folder: &Path) -> Result<()> {
        for file in files_below(folder)? {
            self.text(&file.strip_prefix(folder)?.to_string_lossy());
            self.file(&file)?;
        }
        Ok(())
    }

    /// The hash, in hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        hexadecimal(&self.0.finalize())
    }

    /// The length goes in too, so that `ab` + `c` isn't `a` + `bc`.
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

/// The first twelve digits of a content's hash: enough that two builds never share a name.
pub(crate) fn short_hash(content: &[u8]) -> String {
    hexadecimal(&Sha256::digest(content)).chars().take(12).collect()
}

/// All files below a folder, in order; none when it isn't there.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                files.extend(files_below(&path)?);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut digits = String::new();
    for byte in bytes {
        // Writing into a text can't fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_one_input_ends_matters() {
        let of = |words: &[&str]| {
            let mut fingerprint = Fingerprint::default();
            for word in words {
                fingerprint.text(word);
            }
            fingerprint.finish()
        };
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    }

    #[test]
    fn a_short_hash_has_twelve_digits_of_sha_256() {
        assert_eq!(short_hash(b"abc"), "ba7816bf8f01");
    }
}
