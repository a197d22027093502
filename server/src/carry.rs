//! Where `export` writes to and `import` reads from: a file, or the pipe between the two.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, BufWriter},
    path::Path,
};

use anyhow::Context;
use backend::{Backend, Carried, Clock, Entropy};

use crate::config::Config;

/// Writes everything that the database of the settings holds.
///
/// # Errors
/// When the file exists already, or the database can't be read.
pub async fn out(config: &Config, file: Option<&Path>) -> anyhow::Result<Carried> {
    let backend = open(config).await?;
    let carried = match file {
        Some(file) => backend.export(&mut BufWriter::new(only_ours(file)?)).await,
        None => backend.export(&mut BufWriter::new(io::stdout())).await,
    };
    backend.close().await;
    Ok(carried?)
}

/// Reads it into the database of the settings.
///
/// # Errors
/// When there is something already, or what is read isn't whole.
pub async fn into(config: &Config, file: Option<&Path>) -> anyhow::Result<Carried> {
    let backend = open(config).await?;
    let carried = match file {
        Some(file) => {
            let opened = File::open(file).with_context(|| format!("{} can't be read.", file.display()))?;
            backend.import(&mut BufReader::new(opened)).await
        }
        None => backend.import(&mut BufReader::new(io::stdin())).await,
    };
    backend.close().await;
    Ok(carried?)
}

/// Without the settings' secrets and the list of the erased: what is carried is neither sealed anew nor changed on the way.
async fn open(config: &Config) -> anyhow::Result<Backend> {
    Ok(Backend::open(config.database_url.reveal(), Clock::System, Entropy::from_system()).await?)
}

/// Names and streets are in it: a new file, which nobody else on the machine reads.
fn only_ours(file: &Path) -> anyhow::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).with_context(|| format!("{} can't be made.", file.display()))
}
