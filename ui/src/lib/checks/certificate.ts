/** Reads the evidence of a `tls` stage: it comes from outside, so nothing about its shape is taken for granted. */
import type { CertificateSummary, CheckResult, JsonObject, JsonValue, Stage } from '../../backend/types';

export interface TlsEvidence {
  version: string;
  cipher: string;
  verified: boolean;
  problem: string;
  chain: CertificateSummary[];
  /** The rule each certificate of the chain broke; empty for those that broke none. */
  broken: string[];
  /** The fingerprint that the record trusts, where the server showed another certificate. */
  expected: string;
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

export function tlsEvidence(evidence: JsonValue): TlsEvidence | null {
  if (!isObject(evidence) || (!Array.isArray(evidence['chain']) && !evidence['version'])) return null;
  const chain = Array.isArray(evidence['chain']) ? evidence['chain'].filter(isObject) : [];
  return {
    version: text(evidence['version']),
    cipher: text(evidence['cipher']),
    verified: evidence['verified'] === true,
    problem: text(evidence['problem']),
    chain: chain.map(certificateOf),
    broken: chain.map((entry) => text(entry['problem'])),
    expected: text(evidence['expected_fingerprint_sha256']),
  };
}

function certificateOf(entry: JsonObject): CertificateSummary {
  const names = entry['names'];
  return {
    subject: text(entry['subject']),
    issuer: text(entry['issuer']),
    not_before: text(entry['not_before']),
    not_after: text(entry['not_after']),
    names: Array.isArray(names) ? names.map(text).filter((name) => name !== '') : [],
    key: text(entry['key']),
    signature: text(entry['signature']),
    fingerprint_sha256: text(entry['fingerprint_sha256']),
    pem: text(entry['pem']),
  };
}

/** The certificate the server showed in this check, to be pinned (decision D1, TUF-14); not one of a token server's own connection. */
export function shownCertificate(result: Pick<CheckResult, 'stages'> | null): CertificateSummary | null {
  const tls = result?.stages.find((stage: Stage) => stage.name === 'tls');
  const leaf = tls ? tlsEvidence(tls.evidence)?.chain[0] : undefined;
  return leaf && leaf.pem !== '' ? leaf : null;
}

/** A fingerprint in groups of four characters, eight to a line: comparing two by eye needs a place to rest. */
export function fingerprintGroups(fingerprint: string): string[] {
  return fingerprint.replaceAll(':', '').toUpperCase().match(/.{1,4}/gu) ?? [];
}
