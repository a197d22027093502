//! Copies of the embedded database: made while it is in use, checked, and put back.
//!
//! What it isn't: PostgreSQL has tools of its own (`pg_dump`, `pg_restore`), which do this better than we could.

use std::path::Path;

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{Broken, Error};

/// Copies the database into a new file, in one moment of it, whatever is written meanwhile; and checks the copy.
///
/// # Errors
/// [`Broken::Setting`] in words for people who operate: not SQLite, a file that exists, a copy that isn't sound.
pub async fn save(database_url: &str, file: &Path) -> Result<(), Error> {
    let source = of_url(database_url)?;
    if !source.get_filename().exists() {
        return Err(setting("there is no database to copy"));
    }
    copy(source, file).await
}

/// Puts a copy made by [`save`] where the URL says.
///
/// # Errors
/// As [`save`]; also when there is a database already, which is never written over.
pub async fn restore(file: &Path, database_url: &str) -> Result<(), Error> {
    let target = of_url(database_url)?.get_filename().to_owned();
    if !file.exists() {
        return Err(setting("there is no such copy"));
    }
    check(file).await?;
    copy(SqliteConnectOptions::new().filename(file), &target).await
}

fn of_url(database_url: &str) -> Result<SqliteConnectOptions, Error> {
    if database_url.starts_with("sqlite:") {
        Ok(database_url.parse()?)
    } else {
        Err(setting("backup and restore are for SQLite; for PostgreSQL use pg_dump and pg_restore"))
    }
}

async fn copy(source: SqliteConnectOptions, file: &Path) -> Result<(), Error> {
    if file.exists() {
        return Err(setting("the file to make exists already"));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| setting(&format!("the folder can't be made: {error}")))?;
    }
    let name = file.to_str().ok_or_else(|| setting("the file's name must be readable text"))?;
    let mut connection = source.create_if_missing(false).connect().await?;
    sqlx::query("vacuum into $1").bind(name).execute(&mut connection).await?;
    connection.close().await?;
    only_ours(file)?;
    check(file).await
}

/// Reads the whole copy, on a connection of its own.
async fn check(file: &Path) -> Result<(), Error> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let found: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut connection).await?;
    connection.close().await?;
    if found == "ok" { Ok(()) } else { Err(setting("the copy isn't sound")) }
}

/// Names and addresses are in it: nobody else on the machine reads it.
fn only_ours(file: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))
            .map_err(|error| setting(&format!("the file's rights can't be set: {error}")))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

fn setting(why: &str) -> Error {
    Broken::Setting(why.to_owned()).into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::{Backend, Clock, Entropy, testing};

    #[tokio::test]
    async fn a_copy_made_in_use_opens_with_what_was_in_it() {
        let test = testing::sqlite().await;
        let token = test.backend.open_session().await.unwrap();
        let folder = std::env::temp_dir().join(format!("naapuriapu_backup_{}", std::process::id()));
        let (file, elsewhere) = (folder.join("copy.db"), folder.join("restored/there.db"));
        save(&test.url, &file).await.unwrap();
        let again = save(&test.url, &file).await.unwrap_err();
        assert!(again.to_string().contains("exists already"), "{again}");

        let url = format!("sqlite://{}", elsewhere.display());
        restore(&file, &url).await.unwrap();
        assert!(restore(&file, &url).await.is_err(), "a database is never written over");
        let restored = Backend::open(&url, Clock::System, Entropy::from_system()).await.unwrap();
        let clock = test.clock.now();
        assert_eq!(restored.settings().coop.id, test.backend.settings().coop.id, "at {clock:?}");
        restored.close().await;

        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let sessions: i64 =
            sqlx::query_scalar("select count(*) from session").fetch_one(&mut connection).await.unwrap();
        assert_eq!(sessions, 1, "the session that was opened before is there ({} characters)", token.len());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn a_damaged_copy_is_not_restored() {
        let folder = std::env::temp_dir().join(format!("naapuriapu_damaged_{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("copy.db");
        std::fs::write(&file, "nothing of a database").unwrap();
        let url = format!("sqlite://{}", folder.join("there.db").display());
        assert!(restore(&file, &url).await.is_err());
        assert!(!folder.join("there.db").exists());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn postgres_is_sent_to_its_own_tools() {
        let refused = save("postgres://nobody@nowhere/none", Path::new("x")).await.unwrap_err();
        assert!(refused.to_string().contains("pg_dump"));
    }
}
