//! As little HTTP as a test of broken connections needs: one request a connection, and an answer only when it is whole.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longer than the server lets any request take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer that has come to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where it leads; empty when nowhere.
    pub(crate) location: String,
    pub(crate) body: String,
}

/// A page that is asked for, by whoever has that session.
pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\n{}\r\n", headers(token)).into_bytes()
}

/// A form as our own page sends it.
pub(crate) fn post(path: &str, token: &str, body: &str) -> Vec<u8> {
    let kind = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n";
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\n{}{kind}Content-Length: {length}\r\n\r\n{body}", headers(token)).into_bytes()
}

fn headers(token: &str) -> String {
    let cookie = if token.is_empty() { String::new() } else { format!("Cookie: __Host-session={token}\r\n") };
    format!("Host: 127.0.0.1\r\nAccept: text/html\r\nAccept-Language: en\r\nConnection: close\r\n{cookie}")
}

/// Sends those bytes and reads what comes back.
///
/// # Errors
/// When the connection can't be made, is cut, or ends before the answer does.
pub(crate) async fn send(to: SocketAddr, request: &[u8]) -> io::Result<Answer> {
    let sent = async {
        let mut stream = TcpStream::connect(to).await?;
        stream.write_all(request).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        read(&String::from_utf8_lossy(&bytes)).ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
    };
    timeout(PATIENCE, sent).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// The answer in those bytes, if they are all of it.
fn read(bytes: &str) -> Option<Answer> {
    let (head, body) = bytes.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let fields: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(": ")).collect();
    let field = |name: &str| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
    let whole = match field("content-length") {
        Some(length) => body.len() == length.parse::<usize>().ok()?,
        None => field("transfer-encoding").is_none() || body.ends_with("0\r\n\r\n"),
    };
    let location = field("location").unwrap_or_default().to_owned();
    whole.then(|| Answer { status, location, body: body.to_owned() })
}

#[test]
fn an_answer_that_was_cut_is_none() {
    let whole = "HTTP/1.1 303 See Other\r\nLocation: /order/done\r\ncontent-length: 4\r\n\r\ndone";
    let answer = read(whole).unwrap();
    assert_eq!((answer.status, answer.location.as_str(), answer.body.as_str()), (303, "/order/done", "done"));
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_none(), "{end}");
    }
}
