//! The mail server that takes our e-mails: SMTP by lettre, one connection at a time.
//!
//! What came of an e-mail is told as carefully as can be known. Until its contents have been sent it surely didn't go. A
//! server that says "not now" (4xx), or that can't be reached, gets it again; one that says "never" (5xx), or that hasn't the
//! protection that was asked for, doesn't. Once the contents are with it, a silence, a broken line or an answer that is none
//! leave nobody knowing: then it isn't sent again.

use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use backend::Handed;
use domain::{EmailAddress, Moment};
use lettre::{
    Address, Message,
    message::{
        Mailbox,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{Certificate, SmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};

use crate::config::Secret;

/// How long the mail server may take for each answer. All of them together end before a message counts as unsure.
const PATIENCE: Duration = Duration::from_secs(45);

/// An e-mail as it is handed over.
#[derive(Clone)]
pub struct Email {
    /// Our own name of it.
    pub reference: String,
    /// When it was written.
    pub made: Moment,
    /// To whom.
    pub to: EmailAddress,
    /// Whose name stands beside the sender's address.
    pub sender: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub words: String,
}

/// Its words may be a code.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Email").field("reference", &self.reference).finish_non_exhaustive()
    }
}

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Before anything of ours is said; a server that hasn't it gets nothing.
    StartTls,
    /// From the first byte.
    Tls,
    /// Not at all: a server on this machine.
    None,
}

impl Security {
    /// The port that is usual for it.
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// An account with a mail server.
#[derive(Clone, Debug)]
pub struct Account {
    /// Where it is.
    pub host: String,
    /// On which port.
    pub port: u16,
    /// How the way there is protected.
    pub security: Security,
    /// The user and the password, where it asks for them.
    pub user: Option<(String, Secret)>,
    /// From whom e-mails come.
    pub from: EmailAddress,
    /// The authority of a server in the house, that is believed besides the usual ones.
    pub authority: Option<Certificate>,
}

/// The certificate in that PEM file.
pub fn authority(pem: &[u8]) -> Option<Certificate> {
    Certificate::from_pem(pem).ok()
}

/// Whoever brings e-mails to the server: the account, and the connection as long as there is more to bring.
pub struct Courier {
    account: Account,
    /// By what we greet: the host of our own pages.
    hello: ClientId,
    patience: Duration,
    connection: Option<SmtpConnection>,
}

impl Courier {
    /// One for that account, of the server by whose host our pages are reached.
    pub fn new(account: Account, host: &str) -> Self {
        let hello = match host.parse() {
            Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
            Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
            Err(_) => ClientId::Domain(host.to_owned()),
        };
        Self { account, hello, patience: PATIENCE, connection: None }
    }

    /// The same, who waits for each answer only so long.
    #[must_use]
    pub fn patient_for(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Hands an e-mail over, once. Blocks for as long as the mail server takes.
    pub fn send(&mut self, email: &Email) -> Handed {
        let (contents, to) = match self.account.written(email) {
            Ok(written) => written,
            Err(error) => {
                tracing::error!(%error, reference = email.reference, "an e-mail can't be written");
                return Handed::Refused;
            }
        };
        let connection =
            match self.connection.take().map_or_else(|| self.account.connect(&self.hello, self.patience), Ok) {
                Ok(connection) => connection,
                Err(error) => return not_sent(&error, email),
            };
        self.hand_over(connection, email, to, &contents)
    }

    fn hand_over(&mut self, mut open: SmtpConnection, email: &Email, to: Address, contents: &[u8]) -> Handed {
        let from = self.account.from.as_str().parse().ok();
        let announced = open
            .command(Mail::new(from, vec![]))
            .and_then(|_| open.command(Rcpt::new(to, vec![])))
            .and_then(|_| open.command(Data));
        if let Err(error) = announced {
            open.abort();
            return not_sent(&error, email);
        }
        match open.message(contents) {
            Ok(_) => {
                self.connection = Some(open);
                Handed::Accepted { parts: 0 }
            }
            Err(error) => {
                open.abort();
                let answered = error.is_transient() || error.is_permanent();
                if answered {
                    return not_sent(&error, email);
                }
                tracing::warn!(error = %kind(&error), reference = email.reference, "the mail server had it and said nothing");
                Handed::Unsure
            }
        }
    }

    /// There is no more to bring for now.
    pub fn leave(&mut self) {
        if let Some(mut open) = self.connection.take() {
            // Whatever it answers, everything is said.
            let _ = open.quit();
        }
    }
}

impl Account {
    /// A connection on which e-mails can be handed over.
    fn connect(&self, hello: &ClientId, patience: Duration) -> Result<SmtpConnection, Error> {
        let tls = match self.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(self.tls()?),
        };
        let at_once = tls.as_ref().filter(|_| self.security == Security::Tls);
        let mut open = SmtpConnection::connect((self.host.as_str(), self.port), Some(patience), hello, at_once, None)?;
        if let (Security::StartTls, Some(tls)) = (self.security, &tls) {
            // Where the server hasn't it, this is an error, and nothing was said.
            open.starttls(tls, hello)?;
        }
        if let Some((user, password)) = &self.user {
            open.auth(DEFAULT_MECHANISMS, &Credentials::new(user.clone(), password.reveal().to_owned()))?;
        }
        Ok(open)
    }

    fn tls(&self) -> Result<TlsParameters, Error> {
        let mut parameters = TlsParameters::builder(self.host.clone());
        if let Some(authority) = &self.authority {
            parameters = parameters.add_root_certificate(authority.clone());
        }
        parameters.build_rustls()
    }

    /// The whole message with its head, and to whom it goes. lettre encodes what isn't ASCII, in the head too, and no line
    /// of ours can become one of the head's.
    fn written(&self, email: &Email) -> anyhow::Result<(Vec<u8>, Address)> {
        let from: Address = self.from.as_str().parse()?;
        let to: Address = email.to.as_str().parse()?;
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let seconds = u64::try_from(email.made.seconds()).unwrap_or_default();
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", email.reference, from.domain())))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .from(Mailbox::new(Some(email.sender.clone()), from))
            .to(Mailbox::new(None, to.clone()))
            .subject(&email.subject)
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(lettre::message::header::ContentType::TEXT_PLAIN)
            .body(email.words.clone())?;
        Ok((message.formatted(), to))
    }
}

/// Whether the server will ever take what surely hasn't gone.
fn not_sent(error: &Error, email: &Email) -> Handed {
    tracing::warn!(error = %kind(error), reference = email.reference, "the mail server didn't take an e-mail");
    if error.is_permanent() || error.is_client() { Handed::Refused } else { Handed::NotNow }
}

/// What is wrong, without the server's own words: addresses stand in them.
fn kind(error: &Error) -> String {
    match error.status() {
        Some(code) => code.to_string(),
        None if error.is_timeout() => "no answer in time".to_owned(),
        None if error.is_tls() => "no TLS as it should be".to_owned(),
        None if error.is_client() => "it can't do what we ask for".to_owned(),
        None if error.is_response() => "an answer that is none".to_owned(),
        None => "the connection failed".to_owned(),
    }
}
