//! Every setting, its default and what it does: defaults, under `naapuriapu.toml`, under the environment.
//! It isn't the co-op's own decisions (desk hours, budgets): those are in the database.
//!
//! # Adding a setting
//! 1. Its row in [`SETTINGS`], from which `--help` is made. 2. Its field in `Written`, of the same name.
//! 3. Its check in `Config::read`, which ends in one plain sentence when it can't be used.

mod messages;

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use domain::Moment;
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use http::Uri;
use serde::Deserialize;

use crate::{
    emails::smtp,
    texts::{gateway, hooks::Keys},
};
use messages::{SmsWritten, SmtpWritten};

/// The file that is read from the folder where the server is started.
pub const FILE: &str = "naapuriapu.toml";

const PREFIX: &str = "NAAPURIAPU_";

/// One setting, as `--help` tells it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in the environment.
    pub variable: &'static str,
    /// Its name in the file.
    pub key: &'static str,
    /// What holds when it isn't set.
    pub default: &'static str,
    /// What it does.
    pub does: &'static str,
}

macro_rules! setting {
    ($variable:literal, $key:literal, $default:literal, $does:literal) => {
        Setting { variable: $variable, key: $key, default: $default, does: $does }
    };
}

/// Every setting.
pub const SETTINGS: &[Setting] = &[
    setting!(
        "DATABASE_URL",
        "database_url",
        "sqlite://data/naapuriapu.db",
        "the database: sqlite://path or postgres://…"
    ),
    setting!("NAAPURIAPU_LISTEN", "listen", "127.0.0.1:3000", "the address and port to listen on"),
    setting!(
        "NAAPURIAPU_PUBLIC_URL",
        "public_url",
        "http:// and the listen address",
        "how people reach the pages; with https, cookies are Secure and browsers are told to stay with https"
    ),
    setting!("NAAPURIAPU_DEMO", "demo", "false", "true shows the demo's persons and its outbox, codes included"),
    setting!(
        "NAAPURIAPU_DEMO_PUBLIC",
        "demo_public",
        "false",
        "true lets the demo be reached from other machines: anybody can then sign in as anybody"
    ),
    setting!("NAAPURIAPU_NOW", "now", "the machine's clock", "only in the demo: when the clock starts, RFC 3339"),
    setting!(
        "NAAPURIAPU_TRUSTED_PROXIES",
        "trusted_proxies",
        "none",
        "addresses of proxies, with commas, whose X-Forwarded-For is believed for its last entry"
    ),
    setting!(
        "NAAPURIAPU_SECRET_FILE",
        "secret_file",
        "none",
        "a file with the installation's secret, at least 32 bytes, with which door codes are sealed; to change it, put the new \
         one on a line above the old one"
    ),
    setting!(
        "NAAPURIAPU_ERASED_FILE",
        "erased_file",
        "data/erased.txt",
        "the list of those who were erased, dates and ids only; keep it apart from copies of the database, which know nothing \
         of who was erased after they were made"
    ),
    setting!(
        "NAAPURIAPU_SMS_GATEWAY",
        "sms_gateway",
        "none",
        "how text messages go out: form, kannel or json (README, \"Text messages\"); none: nobody gets a code, and every \
         message is told by voice"
    ),
    setting!("NAAPURIAPU_SMS_URL", "sms_url", "none", "the gateway's address for sending"),
    setting!("NAAPURIAPU_SMS_USER", "sms_user", "none", "the user there (form, kannel)"),
    setting!(
        "NAAPURIAPU_SMS_PASSWORD_FILE",
        "sms_password_file",
        "none",
        "a file with the password, or with the token (json)"
    ),
    setting!(
        "NAAPURIAPU_SMS_SENDER",
        "sms_sender",
        "Naapuriapu",
        "from whom messages come: at most 11 letters, digits and spaces, or a number"
    ),
    setting!(
        "NAAPURIAPU_SMS_HOOKS_URL",
        "sms_hooks_url",
        "none",
        "where the gateway reaches this server with delivery reports and answers, often the public address; needs \
         NAAPURIAPU_SECRET_FILE"
    ),
    setting!(
        "NAAPURIAPU_SMS_ANSWERS",
        "sms_answers",
        "false",
        "true: offers say by which number a member answers; the sender must be a number, and the gateway must bring \
         answers (naapuriapu sms-hooks)"
    ),
    setting!(
        "NAAPURIAPU_SMTP_SERVER",
        "smtp_server",
        "none",
        "the mail server that takes our e-mails, host or host:port; none: nobody has an e-mail address here"
    ),
    setting!(
        "NAAPURIAPU_SMTP_TLS",
        "smtp_tls",
        "starttls",
        "starttls (port 587), tls (port 465), or none, which is taken only for a server on a loopback address (port 25)"
    ),
    setting!("NAAPURIAPU_SMTP_USER", "smtp_user", "none", "the user there, where it asks for one"),
    setting!("NAAPURIAPU_SMTP_PASSWORD_FILE", "smtp_password_file", "none", "a file with that user's password"),
    setting!(
        "NAAPURIAPU_SMTP_FROM",
        "smtp_from",
        "none",
        "the address from which e-mails come, to which what can't be delivered comes back"
    ),
    setting!(
        "NAAPURIAPU_SMTP_CERTIFICATE_FILE",
        "smtp_certificate_file",
        "none",
        "a PEM file with the authority of a mail server in the house; otherwise the usual ones are believed"
    ),
    setting!(
        "NAAPURIAPU_LOG",
        "log",
        "info,sqlx=warn",
        "what is logged, by part and level (tracing-subscriber's filter); JSON when not written to a terminal"
    ),
];

/// Settings as they are written down, before anything is checked. Fields are named as in [`SETTINGS`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    database_url: String,
    listen: String,
    public_url: Option<String>,
    demo: bool,
    demo_public: bool,
    now: Option<String>,
    trusted_proxies: String,
    secret_file: Option<PathBuf>,
    erased_file: PathBuf,
    sms_gateway: String,
    sms_url: Option<String>,
    sms_user: Option<String>,
    sms_password_file: Option<PathBuf>,
    sms_sender: String,
    sms_hooks_url: Option<String>,
    sms_answers: bool,
    smtp_server: Option<String>,
    smtp_tls: String,
    smtp_user: Option<String>,
    smtp_password_file: Option<PathBuf>,
    smtp_from: Option<String>,
    smtp_certificate_file: Option<PathBuf>,
    log: String,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            database_url: "sqlite://data/naapuriapu.db".to_owned(),
            listen: "127.0.0.1:3000".to_owned(),
            public_url: None,
            demo: false,
            demo_public: false,
            now: None,
            trusted_proxies: String::new(),
            secret_file: None,
            erased_file: PathBuf::from("data/erased.txt"),
            sms_gateway: "none".to_owned(),
            sms_url: None,
            sms_user: None,
            sms_password_file: None,
            sms_sender: "Naapuriapu".to_owned(),
            sms_hooks_url: None,
            sms_answers: false,
            smtp_server: None,
            smtp_tls: "starttls".to_owned(),
            smtp_user: None,
            smtp_password_file: None,
            smtp_from: None,
            smtp_certificate_file: None,
            log: "info,sqlx=warn".to_owned(),
        }
    }
}

/// A text that is never printed: not by `Debug`, not in a log.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Keeps that text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What holds for this server, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`; a secret, since a password may stand in it.
    pub database_url: Secret,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How people reach the pages: `scheme://host[:port]`, nothing after it.
    pub public_url: String,
    /// Whether the demo's pages are shown.
    pub demo: bool,
    /// Where the clock starts, in the demo.
    pub now: Option<Moment>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The installation's secrets, the newest first.
    pub secrets: Vec<Secret>,
    /// Where those who were erased are listed; nowhere in the demo, whose people come back with the next one.
    pub erased_list: Option<PathBuf>,
    /// How text messages go out, if they do.
    pub sms: Option<Sms>,
    /// How e-mail goes out, if it does.
    pub smtp: Option<smtp::Account>,
    /// The log's filter.
    pub log: String,
}

/// How text messages go out, and come in.
#[derive(Clone, Debug)]
pub struct Sms {
    /// The account with the gateway.
    pub account: gateway::Account,
    /// How the gateway's reports and answers are known, where they come in.
    pub hooks: Option<Keys>,
    /// Whether members answer offers by text.
    pub answers: bool,
}

/// A setting that can't be used, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongSetting(String);

/// Whether the demo was asked for by the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As the settings say.
    AsSet,
    /// `naapuriapu demo`.
    Demo,
}

impl Config {
    /// Reads the file, if there is one, and the environment.
    ///
    /// # Errors
    /// One sentence about the first setting that can't be used.
    pub fn load(mode: Mode) -> Result<Self, WrongSetting> {
        Self::read(&figment(Path::new(FILE)), mode)
    }

    fn read(figment: &Figment, mode: Mode) -> Result<Self, WrongSetting> {
        let written: Written = figment.extract().map_err(|error| {
            let one_line = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
            WrongSetting(format!("A setting can't be used: {one_line}."))
        })?;
        let wrong = |variable: &str, why: &str| WrongSetting(format!("{variable} can't be used: {why}."));

        let listen: SocketAddr = written
            .listen
            .parse()
            .map_err(|_| wrong("NAAPURIAPU_LISTEN", "it must be an address and a port, such as 127.0.0.1:3000"))?;
        let public_url = match written.public_url {
            Some(url) => origin(&url).ok_or_else(|| {
                wrong("NAAPURIAPU_PUBLIC_URL", "it must be http:// or https:// and a host, and nothing after it")
            })?,
            None => format!("http://{listen}"),
        };
        let demo = written.demo || mode == Mode::Demo;
        if demo && !written.demo_public && !(listen.ip().is_loopback() && is_loopback(&public_url)) {
            return Err(WrongSetting(
                "The demo shows every one-time code to everybody, so it starts only on a loopback address; set \
                 NAAPURIAPU_DEMO_PUBLIC=true if others shall reach it."
                    .to_owned(),
            ));
        }
        let now = written
            .now
            .map(|text| {
                if !demo {
                    return Err(wrong("NAAPURIAPU_NOW", "the clock is set only in the demo"));
                }
                Moment::parse(&text)
                    .ok_or_else(|| wrong("NAAPURIAPU_NOW", "it must be like 2026-11-23T08:00:00+02:00 (RFC 3339)"))
            })
            .transpose()?;
        let trusted_proxies = written
            .trusted_proxies
            .split(',')
            .map(str::trim)
            .filter(|address| !address.is_empty())
            .map(|address| {
                address
                    .parse()
                    .map_err(|_| wrong("NAAPURIAPU_TRUSTED_PROXIES", "each must be an IP address, with commas between"))
            })
            .collect::<Result<_, _>>()?;
        let secrets = written.secret_file.as_deref().map(read_secrets).transpose()?.unwrap_or_default();
        let sms = messages::sms(
            written.sms_gateway.as_str(),
            SmsWritten {
                url: written.sms_url,
                user: written.sms_user,
                password_file: written.sms_password_file,
                sender: written.sms_sender,
                hooks_url: written.sms_hooks_url,
                answers: written.sms_answers,
            },
            secrets.first(),
        )?;
        let smtp = messages::smtp(SmtpWritten {
            server: written.smtp_server,
            tls: written.smtp_tls,
            user: written.smtp_user,
            password_file: written.smtp_password_file,
            from: written.smtp_from,
            certificate_file: written.smtp_certificate_file,
        })?;
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| written.database_url.starts_with(scheme)) {
            return Err(wrong("DATABASE_URL", "it must begin with sqlite:// or postgres://"));
        }
        Ok(Self {
            database_url: Secret(written.database_url),
            listen,
            public_url,
            demo,
            now,
            trusted_proxies,
            secrets,
            erased_list: (!demo).then_some(written.erased_file),
            sms,
            smtp,
            log: written.log,
        })
    }

    /// The host by which people reach the pages.
    pub fn host(&self) -> String {
        self.public_url.parse::<Uri>().ok().and_then(|url| url.host().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether people reach the pages over TLS.
    pub fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether browsers keep a Secure cookie from these pages: over TLS, and on a loopback address, which they trust.
    pub fn secure_cookies(&self) -> bool {
        self.https() || is_loopback(&self.public_url)
    }
}

/// The table of settings, for `--help`.
pub fn help() -> String {
    let rows = SETTINGS
        .iter()
        .map(|setting| format!("  {}\n      {} [default: {}]\n", setting.variable, setting.does, setting.default));
    format!(
        "Settings, from the environment or, by their names in small letters without \"naapuriapu_\", from {FILE}:\n{}",
        rows.collect::<String>()
    )
}

fn figment(file: &Path) -> Figment {
    let ours: Vec<&str> = SETTINGS.iter().filter_map(|setting| setting.variable.strip_prefix(PREFIX)).collect();
    // The file may be missing; then there is nothing to read from it. Folders above aren't searched.
    let written = if file.exists() { Figment::from(Toml::file_exact(file)) } else { Figment::new() };
    written.merge(Env::prefixed(PREFIX).only(&ours)).merge(Env::raw().only(&["DATABASE_URL"]))
}

/// `scheme://host[:port]` of an address that has nothing else in it.
fn origin(url: &str) -> Option<String> {
    let uri: Uri = url.trim_end_matches('/').parse().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
    bare.then(|| format!("{scheme}://{}", authority.as_str().to_lowercase()))
}

fn is_loopback(url: &str) -> bool {
    url.parse::<Uri>().ok().and_then(|uri| uri.host().map(is_loopback_host)).unwrap_or(false)
}

fn is_loopback_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn read_secrets(path: &Path) -> Result<Vec<Secret>, WrongSetting> {
    let wrong = |why: &str| WrongSetting(format!("NAAPURIAPU_SECRET_FILE can't be used: {why}."));
    let text = std::fs::read_to_string(path).map_err(|_| wrong("the file can't be read as text"))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let secrets: Vec<Secret> = lines.map(|line| Secret(line.to_owned())).collect();
    if secrets.is_empty() || secrets.iter().any(|secret| secret.0.len() < 32) {
        return Err(wrong("each secret must be a line of at least 32 bytes"));
    }
    Ok(secrets)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

    use figment::providers::Serialized;

    use super::*;

    fn with(settings: &[(&str, &str)]) -> Result<Config, WrongSetting> {
        in_mode(Mode::AsSet, settings)
    }

    fn in_mode(mode: Mode, settings: &[(&str, &str)]) -> Result<Config, WrongSetting> {
        let mut figment = Figment::new();
        for (key, value) in settings {
            figment = match value.parse::<bool>() {
                Ok(flag) => figment.merge(Serialized::default(key, flag)),
                Err(_) => figment.merge(Serialized::default(key, value)),
            };
        }
        Config::read(&figment, mode)
    }

    #[test]
    fn defaults_are_the_embedded_database_on_loopback() {
        let config = with(&[]).unwrap();
        assert_eq!(config.database_url.reveal(), "sqlite://data/naapuriapu.db");
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.public_url, "http://127.0.0.1:3000");
        assert!(!config.demo && config.secure_cookies() && !config.https());
    }

    #[test]
    fn the_demo_starts_on_loopback_only() {
        assert!(with(&[("demo", "true")]).unwrap().demo);
        for elsewhere in [("listen", "0.0.0.0:3000"), ("public_url", "https://naapuri.example")] {
            let refused = with(&[("demo", "true"), elsewhere]).unwrap_err().to_string();
            assert!(refused.contains("NAAPURIAPU_DEMO_PUBLIC=true"), "{refused}");
            assert!(in_mode(Mode::Demo, &[elsewhere]).is_err());
            assert!(with(&[("demo", "true"), ("demo_public", "true"), elsewhere]).is_ok());
            assert!(with(&[elsewhere]).is_ok());
        }
    }

    #[test]
    fn a_wrong_setting_is_one_sentence_that_names_it() {
        for (key, value, name) in [
            ("listen", "three thousand", "NAAPURIAPU_LISTEN"),
            ("public_url", "https://naapuri.example/path", "NAAPURIAPU_PUBLIC_URL"),
            ("public_url", "ftp://naapuri.example", "NAAPURIAPU_PUBLIC_URL"),
            ("now", "2026-11-23T08:00:00+02:00", "NAAPURIAPU_NOW"),
            ("trusted_proxies", "10.0.0.1, proxy", "NAAPURIAPU_TRUSTED_PROXIES"),
            ("secret_file", "no/such/file", "NAAPURIAPU_SECRET_FILE"),
            ("database_url", "mysql://there", "DATABASE_URL"),
            ("demo", "maybe", "demo"),
            ("sms_gateway", "pigeon", "NAAPURIAPU_SMS_GATEWAY"),
            ("sms_gateway", "kannel", "NAAPURIAPU_SMS_URL"),
            ("sms_answers", "true", "NAAPURIAPU_SMS_ANSWERS"),
            ("smtp_server", "posti.example", "NAAPURIAPU_SMTP_FROM"),
            ("smtp_server", "posti.example:many", "NAAPURIAPU_SMTP_SERVER"),
            ("color", "red", "color"),
        ] {
            let refused = with(&[(key, value)]).unwrap_err().to_string();
            assert!(refused.contains(name) && refused.ends_with('.') && !refused.contains('\n'), "{refused}");
        }
    }

    /// T43: the database's password, the installation's secret and the gateway's password, wherever they are kept.
    #[test]
    fn a_secret_is_not_printed() {
        let folder = std::env::temp_dir().join(format!("naapuriapu_secrets_{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = |name: &str, text: &str| {
            std::fs::write(folder.join(name), text).unwrap();
            folder.join(name).to_str().unwrap().to_owned()
        };
        let secret = file("secret", &"sala-sana".repeat(4));
        let password = file("password", "sala-sana");
        let config = with(&[
            ("database_url", "postgres://naapuri:sala-sana@db/naapuri"),
            ("secret_file", &secret),
            ("sms_gateway", "kannel"),
            ("sms_url", "http://127.0.0.1/"),
            ("sms_password_file", &password),
            ("sms_hooks_url", "http://127.0.0.1"),
        ]);
        std::fs::remove_dir_all(&folder).unwrap();
        let config = config.unwrap();
        assert!(config.sms.as_ref().is_some_and(|sms| sms.hooks.is_some()) && config.secrets.len() == 1);
        let shown = format!("{config:?} {config:#?}");
        assert!(!shown.contains("sala-sana"), "{shown}");
    }

    #[test]
    fn cookies_are_secure_over_tls_and_on_loopback() {
        let secure = |url| with(&[("public_url", url)]).unwrap().secure_cookies();
        assert!(secure("https://naapuri.example"));
        assert!(secure("http://localhost:3000") && secure("http://[::1]:3000"));
        assert!(!secure("http://naapuri.example"));
    }

    #[test]
    fn every_field_is_in_the_help() {
        let help = help();
        for setting in SETTINGS {
            assert!(help.contains(setting.variable) && help.contains(setting.does));
            let small = setting.variable.strip_prefix(PREFIX).unwrap_or(setting.variable).to_lowercase();
            assert_eq!(small, setting.key);
            let value = if setting.default == "false" { "true" } else { "x" };
            // A key that `Written` doesn't have would be told as unknown.
            let told = with(&[(setting.key, value)]).map_or_else(|error| error.to_string(), |_| String::new());
            assert!(!told.contains("unknown field"), "{told}");
        }
    }
}
