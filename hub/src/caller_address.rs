//! The address a request came from, for rate limits only; it is never stored or logged.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::serve::IncomingStream;
use http::request::Parts;
use tokio::net::TcpListener;

use crate::app::AppState;

/// Who holds the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Where a request came from; `None` where nobody can tell (a call in the same process).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallerAddress(pub Option<IpAddr>);

impl CallerAddress {
    /// The network whose addresses are one caller's to choose from: of IPv6 the first half, which is what a line has.
    pub(crate) fn network(self) -> String {
        match self.0.map(|address| address.to_canonical()) {
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}")
            }
            Some(IpAddr::V4(address)) => address.to_string(),
            None => String::new(),
        }
    }

    /// The network that is one caller's to choose from who wants to seem many: of IPv6 what a site is given.
    pub(crate) fn wide_network(self) -> String {
        match self.0.map(|address| address.to_canonical()) {
            Some(IpAddr::V6(address)) => {
                let [a, b, c, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}")
            }
            Some(IpAddr::V4(_)) | None => self.network(),
        }
    }
}

impl FromRequestParts<AppState> for CallerAddress {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().map(|info| info.0.0.ip());
        let forwarded: Vec<&str> = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        Ok(Self(behind(peer, &forwarded, app.config.trusted_proxies)))
    }
}

/// Each proxy adds the address it was called from at the end; only as many entries are believed as
/// there are proxies of the operator's own.
fn behind(peer: Option<IpAddr>, forwarded: &[&str], proxies: u8) -> Option<IpAddr> {
    let proxies = usize::from(proxies).min(forwarded.len());
    let believed = forwarded.get(forwarded.len() - proxies).filter(|_| proxies > 0);
    believed.and_then(|address| address.parse().ok()).or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_of_a_line_are_one_caller() {
        let network = |text: &str| CallerAddress(Some(text.parse().unwrap())).network();
        assert_eq!(network("2001:db8:1:2::9"), network("2001:db8:1:2:ffff:1:1:1"));
        assert_ne!(network("2001:db8:1:2::9"), network("2001:db8:1:3::9"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    fn all_lines_of_a_site_are_one_caller_where_one_seems_many() {
        let network = |text: &str| CallerAddress(Some(text.parse().unwrap())).wide_network();
        assert_eq!(network("2001:db8:1:2::9"), network("2001:db8:1:3::9"));
        assert_ne!(network("2001:db8:1:2::9"), network("2001:db8:2:2::9"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    fn a_caller_cannot_choose_its_own_address() {
        let peer = "192.0.2.1".parse().ok();
        let forged = ["203.0.113.9", "198.51.100.7"];
        assert_eq!(behind(peer, &forged, 0), peer);
        assert_eq!(behind(peer, &forged, 1), "198.51.100.7".parse().ok());
        assert_eq!(behind(peer, &forged, 2), "203.0.113.9".parse().ok());
        assert_eq!(behind(peer, &forged, 9), "203.0.113.9".parse().ok());
        assert_eq!(behind(peer, &["nonsense"], 1), peer);
        assert_eq!(behind(peer, &[], 1), peer);
    }
}
