//! What a program asks of the proxy.

use aegis_domain::Host;

/// Most bytes of a request's head.
pub(super) const MAX_HEAD: usize = 32 * 1024;

/// A request's head, understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) host: Host,
    /// What the host is sent of it; nothing when it only asks for a connection.
    pub(super) forwarded: Option<Vec<u8>>,
}

/// Why it is not understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) &'static str);

/// What is between the program and the proxy only (RFC 9110, 7.6.1).
const OWN: [&str; 5] =
    ["connection", "proxy-connection", "proxy-authorization", "keep-alive", "host"];

impl Head {
    /// Reads a head, the empty line at its end included.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed("The head is not UTF-8."))?;
        let (line, fields) =
            text.split_once("\r\n").ok_or(Malformed("The request has no first line."))?;
        let mut words = line.split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Malformed("The first line has to be a method, a target and a version."));
        };
        if !matches!(version, "HTTP/1.1" | "HTTP/1.0") {
            return Err(Malformed("The proxy speaks HTTP/1.1."));
        }
        if method == "CONNECT" {
            return Ok(Self { host: host(target)?, forwarded: None });
        }
        let rest = target
            .strip_prefix("http://")
            .ok_or(Malformed("The proxy takes CONNECT, and addresses that begin with http://"))?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
        let full = if has_port { authority.to_owned() } else { format!("{authority}:80") };
        let host = host(&full)?;
        let path = path.split('#').next().unwrap_or_default();
        let slash = if path.starts_with('/') { "" } else { "/" };
        // One request a connection, so that nothing in it is for another host.
        let mut forwarded = format!("{method} {slash}{path} HTTP/1.1\r\nHost: {authority}\r\n");
        for field in fields.split("\r\n").filter(|field| !field.is_empty()) {
            let name = field.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
            if !OWN.contains(&name.as_str()) {
                forwarded.push_str(field);
                forwarded.push_str("\r\n");
            }
        }
        forwarded.push_str("Connection: close\r\n\r\n");
        Ok(Self { host, forwarded: Some(forwarded.into_bytes()) })
    }
}

fn host(text: &str) -> Result<Host, Malformed> {
    text.parse().map_err(|_| Malformed("The target has to be a host and a port."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read(text: &str) -> Result<(String, Option<String>), Malformed> {
        Head::read(text.as_bytes()).map(|head| {
            (head.host.to_string(), head.forwarded.map(|bytes| String::from_utf8(bytes).unwrap()))
        })
    }

    #[test]
    fn the_target_counts_and_not_the_host_field() {
        let head = read("CONNECT Evil.com:443 HTTP/1.1\r\nHost: good.com:443\r\n\r\n").unwrap();
        assert_eq!(head, ("evil.com:443".to_owned(), None));
        let (host, forwarded) = read(
            "GET http://a.com?q#f HTTP/1.1\r\nHost: b.com\r\nProxy-Authorization: x\r\nA: b\r\n\r\n",
        )
        .unwrap();
        assert_eq!(host, "a.com:80");
        let expected = "GET /?q HTTP/1.1\r\nHost: a.com\r\nA: b\r\nConnection: close\r\n\r\n";
        assert_eq!(forwarded.unwrap(), expected);
        let (host, _) = read("GET http://[::1]/ HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!(host, "[::1]:80");
        let (host, _) = read("GET http://a.com:8080/x HTTP/1.1\r\n\r\n").unwrap();
        assert_eq!(host, "a.com:8080");
    }

    #[rstest]
    #[case("CONNECT a.com HTTP/1.1\r\n\r\n")]
    #[case("CONNECT user@a.com:443 HTTP/1.1\r\n\r\n")]
    #[case("CONNECT a.com:443 evil.com:443 HTTP/1.1\r\n\r\n")]
    #[case("CONNECT  a.com:443 HTTP/1.1\r\n\r\n")]
    #[case("CONNECT a.com:443\tx HTTP/1.1\r\n\r\n")]
    #[case("GET /path HTTP/1.1\r\nHost: a.com\r\n\r\n")]
    #[case("GET https://a.com/ HTTP/1.1\r\n\r\n")]
    #[case("GET http://user:pw@a.com/ HTTP/1.1\r\n\r\n")]
    #[case("GET http:///x HTTP/1.1\r\n\r\n")]
    #[case("GET http://a.com\\@evil.com/ HTTP/1.1\r\n\r\n")]
    #[case("PRI * HTTP/2.0\r\n\r\n")]
    #[case("\r\n\r\n")]
    fn what_is_not_plain_is_refused(#[case] text: &str) {
        assert!(read(text).is_err(), "{text}");
    }
}
