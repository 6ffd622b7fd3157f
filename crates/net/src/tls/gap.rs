//! An issuer that was not sent: a chain with a gap, or an authority that is not known here.
//!
//! Both look the same to a verifier. What the certificates themselves tell is weighed here; where it does not tell, both are
//! said, the likelier one first.

use super::certificate::CertificateSummary;

/// What speaks for a gap in the chain, and against an authority that is merely unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gap {
    /// A certificate of a public authority; its issuer is never a root.
    Public,
    /// Certificates were sent that do not belong to it: the first one's subject.
    Strays(String),
    /// The trusted authority of this name bears the same organisation or domain as the issuer.
    Kin(String),
    /// The issuer's certificate is offered at this address. Authorities without anything between do that as well.
    Offered(String),
}

impl Gap {
    /// What speaks for a gap at the top of `chain`; `trusted` are the authorities that the record names.
    pub(crate) fn of(chain: &[CertificateSummary], trusted: &[CertificateSummary]) -> Option<Gap> {
        let path = path(chain);
        // Above an authority's certificate a root is next, and roots are not sent.
        let top = path.last().filter(|top| !top.self_signed && !top.is_ca)?;
        if let Some(stray) = chain.iter().find(|one| !path.contains(one)) {
            return Some(Gap::Strays(stray.subject.clone()));
        }
        if top.origin.public {
            return Some(Gap::Public);
        }
        let family = top.origin.issuer_family.as_ref();
        let kin = trusted.iter().find(|root| root.is_ca && family.is_some() && root.origin.family.as_ref() == family);
        let offered = || top.issuer_url.clone().map(Gap::Offered);
        kin.map(|root| Gap::Kin(root.subject.clone())).or_else(offered)
    }

    /// Plain words for a chain with this gap.
    pub(crate) fn words(&self, chain: &[CertificateSummary]) -> String {
        let Some(top) = missing_issuer(chain) else { return unknown(chain) };
        let issuer = &top.issuer;
        let missing =
            format!("The server does not send its whole chain: the certificate of the issuer {issuer} is missing");
        match self {
            Gap::Public => {
                format!(
                    "{missing}. (By its policies the server's certificate comes from a public authority, whose roots issue none themselves.)"
                )
            }
            Gap::Strays(other) => {
                format!("{missing}, and what is sent along ({other}) does not belong to the server's certificate.")
            }
            Gap::Kin(root) => format!(
                "Probably the server does not send its whole chain: the certificate of the issuer {issuer} is missing, and by its name it belongs to {root}, which this record trusts. Else {issuer} is another authority, which is not trusted here."
            ),
            Gap::Offered(url) => format!(
                "{missing}. (It is offered at {url}; Credenza does not fetch it, and neither do most programs.) Unless {issuer} is a root itself: then it is not trusted here."
            ),
        }
    }
}

/// Words for a chain of which nothing tells whether it has a gap.
pub(crate) fn unknown(chain: &[CertificateSummary]) -> String {
    match missing_issuer(chain) {
        Some(top) if top.is_ca => format!(
            "The server's certificate leads to the authority {}, which is not trusted here; or further certificates below that authority are missing.",
            top.issuer
        ),
        Some(top) => format!(
            "The server's certificate was issued by {}, which is neither trusted here nor sent along. Either it is an authority that is not known here (a private one, or that of a proxy that looks into TLS), or the server leaves out the certificates in between; the certificate does not tell which.",
            top.issuer
        ),
        None => {
            let root = path(chain).last().map_or("somebody unknown", |root| root.subject.as_str());
            format!("The server's certificate leads to the authority {root}, which is not trusted here.")
        }
    }
}

/// The first certificate, going up from the server's own, whose issuer was not sent; `None` when the way ends at a root.
pub(crate) fn missing_issuer(chain: &[CertificateSummary]) -> Option<&CertificateSummary> {
    path(chain).last().copied().filter(|top| !top.self_signed && chain.iter().all(|one| one.subject != top.issuer))
}

/// The way up from the server's own certificate, as far as it was sent.
fn path(chain: &[CertificateSummary]) -> Vec<&CertificateSummary> {
    let mut path: Vec<&CertificateSummary> = chain.first().into_iter().collect();
    while let Some(top) = path.last().filter(|top| !top.self_signed) {
        match chain.iter().find(|one| one.subject == top.issuer) {
            // Two that issued each other make a ring.
            Some(issuer) if !path.contains(&issuer) => path.push(issuer),
            _ => break,
        }
    }
    path
}
