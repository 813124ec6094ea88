//! Names to addresses, of which only those that may be reached come out. This is what the connection is made with,
//! so a name cannot lead elsewhere between a check and its use.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::error::Inside;
use crate::public::Allow;

/// What `names` answers, without the addresses that are not permitted.
pub(crate) struct Guarded<R> {
    pub(crate) allow: Allow,
    pub(crate) names: R,
}

impl<R: Resolve> Resolve for Guarded<R> {
    fn resolve(&self, name: Name) -> Resolving {
        let allow = self.allow;
        let found = self.names.resolve(name);
        Box::pin(async move {
            let mut permitted = found
                .await?
                .filter(move |address| allow.permits(address.ip()))
                .peekable();
            if permitted.peek().is_none() {
                return Err(Inside.into());
            }
            Ok(Box::new(permitted) as Addrs)
        })
    }
}

/// The machine's own resolver.
pub(crate) struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is the URL's, which the client fills in.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(found.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::HashMap;
    use std::net::{IpAddr, SocketAddr};

    use super::*;

    /// A resolver that knows a few names.
    pub(crate) struct Fixed(HashMap<String, Vec<IpAddr>>);

    impl Fixed {
        pub(crate) fn new(names: &[(&str, &[&str])]) -> Self {
            let parse = |address: &&str| address.parse().unwrap();
            Self(
                names
                    .iter()
                    .map(|(name, addresses)| ((*name).to_owned(), addresses.iter().map(parse).collect()))
                    .collect(),
            )
        }
    }

    impl Resolve for Fixed {
        fn resolve(&self, name: Name) -> Resolving {
            let found = self.0.get(name.as_str()).cloned();
            Box::pin(async move {
                let found = found.ok_or("no such name")?;
                Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
            })
        }
    }

    #[tokio::test]
    async fn only_what_is_permitted_comes_out() {
        let guarded = Guarded {
            allow: Allow::PublicOnly,
            names: Fixed::new(&[
                ("both.test", &["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1111"]),
                ("inside.test", &["127.0.0.1", "fd00::1"]),
            ]),
        };
        let found = guarded.resolve("both.test".parse().unwrap()).await.unwrap();
        let found: Vec<String> = found.map(|address| address.ip().to_string()).collect();
        assert_eq!(found, ["1.1.1.1", "2606:4700::1111"]);
        let refused = guarded
            .resolve("inside.test".parse().unwrap())
            .await
            .err()
            .unwrap();
        assert!(refused.is::<Inside>());
        let unknown = guarded
            .resolve("other.test".parse().unwrap())
            .await
            .err()
            .unwrap();
        assert!(!unknown.is::<Inside>());
    }
}
