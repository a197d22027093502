//! The settings of messages: the gateway for text messages, the mail server for e-mails.

use std::path::{Path, PathBuf};

use domain::EmailAddress;
use http::Uri;

use super::{Secret, Sms, WrongSetting, is_loopback_host, origin};
use crate::{
    emails::smtp::{self, Security},
    texts::{
        gateway::{Account, Preset},
        hooks::Keys,
    },
};

const UNREADABLE: &str = "the file can't be read as text, or is empty";

/// What is written down of text messages.
pub(super) struct SmsWritten {
    pub(super) url: Option<String>,
    pub(super) user: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) sender: String,
    pub(super) hooks_url: Option<String>,
    pub(super) answers: bool,
}

pub(super) fn sms(gateway: &str, written: SmsWritten, secret: Option<&Secret>) -> Result<Option<Sms>, WrongSetting> {
    let wrong =
        |variable: &str, why: &str| Err(WrongSetting(format!("NAAPURIAPU_SMS_{variable} can't be used: {why}.")));
    let preset = match gateway {
        "none" if written.answers => return wrong("ANSWERS", "no gateway is set that would bring any"),
        "none" => return Ok(None),
        "form" => Preset::Form,
        "kannel" => Preset::Kannel,
        "json" => Preset::Json,
        _ => return wrong("GATEWAY", "it must be form, kannel, json or none"),
    };
    let Some(url) = written.url.filter(|url| is_http(url)) else {
        return wrong("URL", "it must be the gateway's address for sending, with http:// or https://");
    };
    let Some(file) = written.password_file else { return wrong("PASSWORD_FILE", "it isn't set") };
    let Some(password) = password(&file) else { return wrong("PASSWORD_FILE", UNREADABLE) };
    let sender = written.sender.trim().to_owned();
    let is_number = sender.strip_prefix('+').unwrap_or(&sender).bytes().all(|byte| byte.is_ascii_digit());
    let is_name = sender.len() <= 11 && sender.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
    if sender.is_empty() || !(is_number || is_name) {
        return wrong("SENDER", "it must be at most 11 letters (a to z), digits and spaces, or a number");
    }
    if written.answers && !is_number {
        return wrong("ANSWERS", "nobody can answer a sender that is a name; NAAPURIAPU_SMS_SENDER must be a number");
    }
    let hooks = match (written.hooks_url, secret) {
        (Some(url), Some(secret)) => match origin(&url) {
            Some(origin) => Some(Keys::new(secret, &origin)),
            None => return wrong("HOOKS_URL", "it must be http:// or https:// and a host, and nothing after it"),
        },
        (Some(_), None) => return wrong("HOOKS_URL", "NAAPURIAPU_SECRET_FILE isn't set, from which its keys are made"),
        (None, _) if written.answers => {
            return wrong("ANSWERS", "NAAPURIAPU_SMS_HOOKS_URL isn't set, where they would come in");
        }
        (None, _) => None,
    };
    let user = written.user.unwrap_or_default();
    let account = Account { preset, url, user, password, sender };
    Ok(Some(Sms { account, hooks, answers: written.answers }))
}

fn is_http(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|url| matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some())
}

/// What is written down of e-mail.
pub(super) struct SmtpWritten {
    pub(super) server: Option<String>,
    pub(super) tls: String,
    pub(super) user: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) from: Option<String>,
    pub(super) certificate_file: Option<PathBuf>,
}

pub(super) fn smtp(written: SmtpWritten) -> Result<Option<smtp::Account>, WrongSetting> {
    let wrong =
        |variable: &str, why: &str| Err(WrongSetting(format!("NAAPURIAPU_SMTP_{variable} can't be used: {why}.")));
    let Some(server) = written.server.filter(|server| server != "none") else { return Ok(None) };
    let security = match written.tls.as_str() {
        "starttls" => Security::StartTls,
        "tls" => Security::Tls,
        "none" => Security::None,
        _ => return wrong("TLS", "it must be starttls, tls or none"),
    };
    let Some((host, port)) = host_and_port(&server, security) else {
        return wrong("SERVER", "it must be a host, or a host and a port, such as posti.example:587");
    };
    if security == Security::None && !is_loopback_host(&host) {
        return wrong(
            "TLS",
            "none is taken only for a server on a loopback address: codes would be readable on the way",
        );
    }
    let user = match (written.user, written.password_file) {
        (Some(user), Some(file)) => match password(&file) {
            Some(password) => Some((user, password)),
            None => return wrong("PASSWORD_FILE", UNREADABLE),
        },
        (Some(_), None) => return wrong("PASSWORD_FILE", "it isn't set, and there is a user"),
        (None, Some(_)) => return wrong("USER", "it isn't set, and there is a password"),
        (None, None) => None,
    };
    let Some(Ok(from)) = written.from.as_deref().map(EmailAddress::parse) else {
        return wrong("FROM", "it must be the address from which e-mails come");
    };
    let authority = match written.certificate_file.map(std::fs::read) {
        Some(Ok(pem)) => match smtp::authority(&pem) {
            Some(authority) => Some(authority),
            None => return wrong("CERTIFICATE_FILE", "there is no certificate in it"),
        },
        Some(Err(_)) => return wrong("CERTIFICATE_FILE", "the file can't be read"),
        None => None,
    };
    Ok(Some(smtp::Account { host, port, security, user, from, authority }))
}

fn host_and_port(server: &str, security: Security) -> Option<(String, u16)> {
    let server: Uri = format!("smtp://{server}").parse().ok()?;
    let authority = server.authority().filter(|authority| !authority.as_str().contains('@'))?;
    let is_bare = matches!(server.path(), "" | "/") && server.query().is_none();
    let host = authority.host();
    let port = match authority.as_str().strip_prefix(host)? {
        "" => security.usual_port(),
        port => port.strip_prefix(':')?.parse().ok()?,
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    (is_bare && !bare.is_empty()).then(|| (bare.to_owned(), port))
}

fn password(file: &Path) -> Option<Secret> {
    let password = std::fs::read_to_string(file).ok()?;
    Some(password.trim().to_owned()).filter(|password| !password.is_empty()).map(Secret)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn written(server: &str, tls: &str) -> SmtpWritten {
        SmtpWritten {
            server: Some(server.to_owned()),
            tls: tls.to_owned(),
            user: None,
            password_file: None,
            from: Some("apu@osuuskunta.example".to_owned()),
            certificate_file: None,
        }
    }

    fn at(server: &str, tls: &str) -> (String, u16) {
        let account = smtp(written(server, tls)).unwrap().unwrap();
        (account.host, account.port)
    }

    #[test]
    fn a_mail_server_has_the_port_that_is_usual_for_its_protection() {
        assert_eq!(at("posti.example", "starttls"), ("posti.example".to_owned(), 587));
        assert_eq!(at("posti.example", "tls"), ("posti.example".to_owned(), 465));
        assert_eq!(at("posti.example:2525", "tls"), ("posti.example".to_owned(), 2525));
        assert_eq!(at("[::1]:2525", "none"), ("::1".to_owned(), 2525));
        assert!(smtp(written("none", "starttls")).unwrap().is_none());
    }

    #[test]
    fn nothing_goes_out_readable_but_to_the_machine_itself() {
        assert_eq!(at("127.0.0.1", "none"), ("127.0.0.1".to_owned(), 25));
        let refused = smtp(written("posti.example", "none")).unwrap_err().to_string();
        assert!(refused.starts_with("NAAPURIAPU_SMTP_TLS"), "{refused}");
    }

    #[test]
    fn a_wrong_setting_of_e_mail_names_itself() {
        let told = |written: SmtpWritten| smtp(written).unwrap_err().to_string();
        for (variable, written) in [
            ("TLS", written("posti.example", "perhaps")),
            ("SERVER", written("posti.example/inbox", "tls")),
            ("SERVER", written("user@posti.example", "tls")),
            ("SERVER", written("posti.example:", "tls")),
            ("FROM", SmtpWritten { from: None, ..written("posti.example", "tls") }),
            ("FROM", SmtpWritten { from: Some("apu@".to_owned()), ..written("posti.example", "tls") }),
            ("PASSWORD_FILE", SmtpWritten { user: Some("apu".to_owned()), ..written("posti.example", "tls") }),
            ("USER", SmtpWritten { password_file: Some("no".into()), ..written("posti.example", "tls") }),
            (
                "CERTIFICATE_FILE",
                SmtpWritten { certificate_file: Some("no".into()), ..written("posti.example", "tls") },
            ),
        ] {
            let told = told(written);
            assert!(told.starts_with(&format!("NAAPURIAPU_SMTP_{variable} ")) && told.ends_with('.'), "{told}");
        }
    }
}
