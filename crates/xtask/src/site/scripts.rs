//! Scripts of single pages, `app/scripts/*.js`, as they are: too small to be worth a tool.

use std::{fs, path::Path};

use anyhow::Result;

use super::{files::Built, fingerprint::files_below};

/// Every script of the folder.
pub(crate) fn build(folder: &Path) -> Result<Vec<Built>> {
    let mut built = Vec::new();
    for file in files_below(folder)? {
        let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        if file.extension().is_some_and(|extension| extension == "js") {
            built.push(Built::new(&name, fs::read(&file)?)?);
        }
    }
    Ok(built)
}
