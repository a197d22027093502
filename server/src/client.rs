//! Which network address a request came from, as far as limits need to know. Never logged, never stored in the clear.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{HeaderMap, request::Parts};

/// The address that limits count: the peer's, or, behind a proxy that the settings trust, the last entry of
/// `X-Forwarded-For`, which is the one that this proxy wrote. An IPv6 address counts with its whole /64, since one
/// visitor has all of it.
pub fn address(parts: &Parts, trusted_proxies: &[IpAddr]) -> String {
    let Some(peer) = peer(parts) else { return "unknown".to_owned() };
    let client = if trusted_proxies.contains(&peer) { last_forwarded(&parts.headers).unwrap_or(peer) } else { peer };
    match client {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Whether somebody on this very machine asks, and not through a proxy on it.
pub fn is_local(parts: &Parts) -> bool {
    let proxied = ["x-forwarded-for", "forwarded", "via"].iter().any(|name| parts.headers.contains_key(*name));
    !proxied && peer(parts).is_some_and(|peer| peer.is_loopback())
}

fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical())
}

fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    fn from(peer: &str, forwarded: &[&str]) -> Parts {
        let mut request = http::Request::new(());
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        for value in forwarded {
            request.headers_mut().append("x-forwarded-for", value.parse().unwrap());
        }
        request.into_parts().0
    }

    #[test]
    fn a_stranger_cannot_choose_their_address() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        assert_eq!(address(&from("198.51.100.7:1", &["203.0.113.9"]), &[proxy]), "198.51.100.7");
        assert_eq!(address(&from("198.51.100.7:1", &[]), &[]), "198.51.100.7");
    }

    #[test]
    fn behind_a_trusted_proxy_only_what_it_wrote_counts() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        for chain in [&["1.2.3.4, 203.0.113.9"][..], &["1.2.3.4", "203.0.113.9"], &["203.0.113.9"]] {
            assert_eq!(address(&from("10.0.0.1:1", chain), &[proxy]), "203.0.113.9");
        }
        assert_eq!(address(&from("10.0.0.1:1", &["nonsense"]), &[proxy]), "10.0.0.1");
    }

    #[test]
    fn a_whole_64_is_one_visitor() {
        let of = |peer| address(&from(peer, &[]), &[]);
        assert_eq!(of("[2001:db8:1:2:3:4:5:6]:1"), of("[2001:db8:1:2:ffff::1]:1"));
        assert_ne!(of("[2001:db8:1:2::1]:1"), of("[2001:db8:1:3::1]:1"));
        assert_eq!(of("[::ffff:198.51.100.7]:1"), "198.51.100.7");
    }

    #[test]
    fn metrics_are_for_this_machine_and_not_through_its_proxy() {
        assert!(is_local(&from("127.0.0.1:1", &[])));
        assert!(!is_local(&from("127.0.0.1:1", &["203.0.113.9"])));
        assert!(!is_local(&from("198.51.100.7:1", &[])));
    }
}
