//! The Microsoft clouds, with the hosts that each is known by.

use std::str::FromStr;

use crate::error::{Error, Result};
use crate::text::trimmed;

/// A Microsoft cloud (Microsoft, "National clouds"; the sovereign clouds as in `Get-MgEnvironment`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cloud {
    /// Azure, worldwide.
    #[default]
    Public,
    /// Azure Government (US).
    UsGovernment,
    /// Azure China, operated by 21Vianet.
    China,
    /// Bleu, France.
    Bleu,
    /// Delos, Germany.
    Delos,
    /// `GovSG`, Singapore.
    GovSg,
}

/// What is known of one cloud.
struct Facts {
    cloud: Cloud,
    /// The value of the request member `cloud`.
    name: &'static str,
    authority_host: &'static str,
    graph: &'static str,
    /// Further hosts of the same authority.
    aliases: &'static [&'static str],
}

const CLOUDS: [Facts; 6] = [
    Facts {
        cloud: Cloud::Public,
        name: "public",
        authority_host: "https://login.microsoftonline.com",
        graph: "https://graph.microsoft.com",
        aliases: &["login.windows.net", "login.microsoft.com", "sts.windows.net"],
    },
    Facts {
        cloud: Cloud::UsGovernment,
        name: "usgov",
        authority_host: "https://login.microsoftonline.us",
        graph: "https://graph.microsoft.us",
        aliases: &["login.usgovcloudapi.net"],
    },
    Facts {
        cloud: Cloud::China,
        name: "china",
        authority_host: "https://login.partner.microsoftonline.cn",
        graph: "https://microsoftgraph.chinacloudapi.cn",
        aliases: &["login.chinacloudapi.cn"],
    },
    Facts {
        cloud: Cloud::Bleu,
        name: "bleu",
        authority_host: "https://login.sovcloud-identity.fr",
        graph: "https://graph.svc.sovcloud.fr",
        aliases: &[],
    },
    Facts {
        cloud: Cloud::Delos,
        name: "delos",
        authority_host: "https://login.sovcloud-identity.de",
        graph: "https://graph.svc.sovcloud.de",
        aliases: &[],
    },
    Facts {
        cloud: Cloud::GovSg,
        name: "govsg",
        authority_host: "https://login.sovcloud-identity.sg",
        graph: "https://graph.svc.sovcloud.sg",
        aliases: &[],
    },
];

impl Cloud {
    /// Base URL of the authority.
    pub fn authority_host(self) -> &'static str {
        self.facts().authority_host
    }

    /// Microsoft Graph as a resource.
    pub fn graph(self) -> &'static str {
        self.facts().graph
    }

    /// The cloud that the host of an authority belongs to, by the hosts' published aliases.
    pub(crate) fn of_host(host: &str) -> Option<Self> {
        // A regional host has the region in front of a known one: `westeurope.login.microsoft.com`.
        let base = host.split_once('.').map_or("", |(_, rest)| rest);
        let is = |facts: &&Facts| {
            let own = facts.authority_host.trim_start_matches("https://");
            [host, base].iter().any(|host| *host == own || facts.aliases.contains(host))
        };
        CLOUDS.iter().find(is).map(|facts| facts.cloud)
    }

    fn facts(self) -> &'static Facts {
        CLOUDS.iter().find(|facts| facts.cloud == self).unwrap_or(&CLOUDS[0])
    }
}

impl FromStr for Cloud {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = trimmed(text);
        let known = CLOUDS.iter().find(|facts| facts.name.eq_ignore_ascii_case(text));
        known.map(|facts| facts.cloud).ok_or_else(|| {
            let names: Vec<&str> = CLOUDS.iter().map(|facts| facts.name).collect();
            Error::invalid_parameter("cloud", format!("must be one of {}.", names.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cloud_is_known_by_its_name_and_hosts() {
        for (name, host, graph) in [
            ("public", "login.microsoftonline.com", "https://graph.microsoft.com"),
            ("PUBLIC", "sts.windows.net", "https://graph.microsoft.com"),
            ("public", "westeurope.login.microsoft.com", "https://graph.microsoft.com"),
            (" usgov ", "login.usgovcloudapi.net", "https://graph.microsoft.us"),
            ("China", "login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
            ("bleu", "login.sovcloud-identity.fr", "https://graph.svc.sovcloud.fr"),
            ("Delos", "login.sovcloud-identity.de", "https://graph.svc.sovcloud.de"),
            ("govsg", "login.sovcloud-identity.sg", "https://graph.svc.sovcloud.sg"),
        ] {
            let cloud: Cloud = name.parse().expect(name);
            assert_eq!(Cloud::of_host(host), Some(cloud), "{host}");
            assert_eq!(cloud.graph(), graph);
            assert_eq!(Cloud::of_host(cloud.authority_host().trim_start_matches("https://")), Some(cloud));
        }
        for host in ["login.example.com", "microsoftonline.com", "localhost", "", "evil-login.windows.net"] {
            assert_eq!(Cloud::of_host(host), None, "{host}");
        }
        let error = "mars".parse::<Cloud>().expect_err("no such cloud");
        assert!(error.message.ends_with("public, usgov, china, bleu, delos, govsg."), "{error}");
    }
}
