//! Which addresses a webhook may reach (SECURITY: server-side requests never reach the inside).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// Hosts of the own network that the configuration allows, as `host` or `host:port`.
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<String>);

impl Allowed {
    pub fn new(hosts: impl IntoIterator<Item = String>) -> Self {
        Self(hosts.into_iter().map(|host| host.trim().to_lowercase()).collect())
    }

    pub(crate) fn names(&self, uri: &Uri) -> bool {
        let Some(host) = uri.host().map(str::to_lowercase) else { return false };
        let with_port = uri.port_u16().map(|port| format!("{host}:{port}"));
        self.0.iter().any(|allowed| *allowed == host || Some(allowed) == with_port.as_ref())
    }
}

/// The marker by which [`crate::send_webhook`] tells a refused address from one that failed.
pub(crate) const PRIVATE: &str = "private address";

/// Looks a name up and lets only public addresses through. The connection then goes to the address
/// that was judged, so a name cannot answer differently a moment later.
#[derive(Debug, Default)]
pub(crate) struct PublicOnly {
    inner: DefaultResolver,
    allowed: Allowed,
}

impl PublicOnly {
    pub(crate) fn new(allowed: Allowed) -> Self {
        Self { inner: DefaultResolver::default(), allowed }
    }
}

impl Resolver for PublicOnly {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if self.allowed.names(uri) {
            return Ok(found);
        }
        let mut public = self.empty();
        for address in found.iter().filter(|address: &&SocketAddr| is_public(address.ip())) {
            public.push(*address);
        }
        if public.is_empty() {
            return Err(Error::Other(PRIVATE.into()));
        }
        Ok(public)
    }
}

/// Whether an address is one of the public internet.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(inner) => is_public_v4(inner),
            None => is_public_v6(ip),
        },
    }
}

/// IANA special-purpose address registry for IPv4.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol = a == 192 && b == 0 && c == 0;
    let benchmark = a == 198 && (18..20).contains(&b);
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || shared
        || protocol
        || benchmark)
}

/// Global unicast is 2000::/3; within it documentation, tunnels to IPv4 and translation are not.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let documentation = a == 0x2001 && b == 0x0db8;
    let tunnels = a == 0x2002 || (a == 0x2001 && b == 0);
    (a & 0xe000) == 0x2000 && !documentation && !tunnels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inside_is_never_public() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.8",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::a00:1",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().expect("an address")), "{inside}");
        }
        for outside in ["1.1.1.1", "104.16.1.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(outside.parse().expect("an address")), "{outside}");
        }
    }

    #[test]
    fn a_host_of_the_own_network_must_be_named_with_its_port_or_whole() {
        let allowed = Allowed::new(["chat.lan:8065".to_owned(), "10.0.0.5".to_owned()]);
        let names = |uri: &str| allowed.names(&uri.parse().expect("an address"));
        assert!(names("http://chat.lan:8065/hook") && names("http://10.0.0.5/x"));
        assert!(!names("http://chat.lan/hook") && !names("http://chat.lan:80/hook"));
    }
}
