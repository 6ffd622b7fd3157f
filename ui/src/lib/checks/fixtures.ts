/** Results as the program gives them, for tests and for looking at the screens. Hosts and names are made up. */
import type { CheckResult, JsonValue, Stage, StageName, StageStatus } from '../../backend/types';
import { STAGE_NAMES } from '../../backend/types';

type Told = readonly [status: StageStatus, summary: string, ms: number, evidence?: JsonValue, target?: string];

function stages(told: Partial<Record<StageName, Told>>, rest: StageStatus = 'skipped', target = 'smtp.contoso.example:587'): Stage[] {
  return STAGE_NAMES.map((name) => {
    const [status, summary, duration_ms, evidence, own] = told[name] ?? ([rest, '', 0] as const);
    return { name, status, summary, duration_ms, target: told[name] ? (own ?? target) : '', evidence: evidence ?? {}, steps: [] };
  });
}

const leaf = {
  subject: 'CN=smtp.contoso.example, O=Contoso Ltd, C=NL',
  issuer: 'CN=Contoso Issuing CA 2, O=Contoso Ltd, C=NL',
  not_before: '2026-02-01T00:00:00Z',
  not_after: '2027-02-01T23:59:59Z',
  names: ['smtp.contoso.example', 'mail.contoso.example', 'relay-with-a-rather-long-name.internal.contoso.example'],
  key: 'RSA 2048',
  signature: 'RSA with SHA-256',
  fingerprint_sha256: '5f3b1c7790ae42d6081bc9e4337a129f5f3b1c7790ae42d6081bc9e4337a129f',
  pem: '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ2xlYXJseSBhIHNhbXBsZSBvbmx5\n-----END CERTIFICATE-----\n',
};
const issuer = { ...leaf, subject: 'CN=Contoso Issuing CA 2, O=Contoso Ltd, C=NL', issuer: 'CN=Contoso Root CA, O=Contoso Ltd, C=NL', names: [], pem: '' };

const base: Omit<CheckResult, 'kind' | 'outcome' | 'stages'> = {
  credential: { id: '0197f0c0-0000-7000-8000-000000000001', name: 'Office mail', type: 'mail_server' },
  failed_stage: null,
  started_at: '2026-11-21T09:12:00Z',
  duration_ms: 412,
  certificate_verified: true,
  explanation: null,
  warnings: [],
  result: {},
  changes_since_last_pass: [],
  last_pass: null,
  transcript: [],
};

export const refusedPassword: CheckResult = {
  ...base,
  kind: 'email',
  outcome: 'failed',
  failed_stage: 'authenticate',
  stages: stages(
    {
      input: ['passed', 'complete', 0],
      resolve: ['passed', '2 addresses', 4, { addresses: ['203.0.113.10', '2001:db8::10'] }],
      connect: ['passed', 'Connected to 203.0.113.10:587 (IPv4). IPv6 does not work: no answer.', 18, {
        peer: '203.0.113.10:587',
        attempts: [
          { address: '203.0.113.10:587', family: 'IPv4', network: 'public', result: 'connected', duration_ms: 18 },
          { address: '[2001:db8::10]:587', family: 'IPv6', network: 'public', result: 'no answer', duration_ms: 1000 },
        ],
      }],
      tls: ['passed', 'TLS 1.3, certificate until 1 Feb 2027', 44, { version: 'TLSv1.3', cipher: 'TLS13_AES_256_GCM_SHA384', verified: true, problem: null, chain: [leaf, issuer] }],
      greeting: ['passed', 'ESMTP ready', 12, {
        banner: '220 smtp.contoso.example ESMTP Postfix',
        before_tls: { lines: ['SIZE 52428800', 'STARTTLS', '8BITMIME'] },
        offers: { lines: ['SIZE 52428800', 'AUTH PLAIN LOGIN', '8BITMIME'] },
        changed_by_tls: { gone: ['STARTTLS'], new: ['AUTH PLAIN LOGIN'] },
      }],
      authenticate: ['failed', 'PLAIN and LOGIN were refused', 95, { tried: ['PLAIN', 'LOGIN'] }],
      permission: ['not_reached', '', 0],
      action: ['not_reached', '', 0],
    },
  ),
  explanation: {
    id: 'smtp:535-5.7.8',
    title: 'The server did not accept user name and password',
    meaning: 'The mail server knows the way of signing in, but refused the user name and password that were sent.',
    causes: ['The password was changed', 'An app password is needed in place of the account password', 'The user name is not the whole email address'],
    steps: ['Sign in to the mailbox in a browser to test the password', 'Replace the password in this record', 'Press Send test email again'],
    who: 'mailbox_owner',
    raw: '535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6',
    source: 'RFC 4954, section 6',
  },
  transcript: [
    { at_ms: 22, from: 'server', text: '220 smtp.contoso.example ESMTP Postfix' },
    { at_ms: 23, from: 'client', text: 'EHLO credenza.local' },
    { at_ms: 31, from: 'server', text: '250-AUTH PLAIN LOGIN' },
    { at_ms: 33, from: 'note', text: 'STARTTLS: TLS 1.3' },
    { at_ms: 120, from: 'client', text: 'AUTH PLAIN [password #a91f]' },
    { at_ms: 210, from: 'server', text: '535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6' },
  ],
};

export const unknownIssuer: CheckResult = {
  ...base,
  credential: { ...base.credential, name: 'Firewall', type: 'outbound_server' },
  kind: 'connection',
  outcome: 'failed',
  failed_stage: 'tls',
  certificate_verified: false,
  stages: stages(
    {
      input: ['passed', 'complete', 0],
      resolve: ['passed', '1 address', 2, { addresses: ['10.4.0.7'] }],
      connect: ['passed', '10.4.0.7:4443', 9],
      tls: ['failed', 'The certificate is self-signed', 31, { version: 'TLSv1.2', cipher: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', verified: false, problem: 'self_signed', chain: [{ ...leaf, problem: 'self_signed' }] }],
    },
    'not_reached',
    'fw-rack4.contoso.example:4443',
  ),
  explanation: {
    id: 'tls:self-signed', title: 'The server’s certificate is self-signed', meaning: 'No authority that this computer trusts has signed the certificate the server showed.', causes: ['The device came with a certificate of its own'],
    steps: ['Ask the owner of the server for the fingerprint of its certificate', 'If it is the one below, set Verify certificate to Certificate and use it'], who: 'server_owner', raw: 'invalid peer certificate: UnknownIssuer', source: 'RFC 5280, section 6', probably: true,
  },
};

/** A pinned certificate was replaced, by one whose issuer has expired. */
export const changedCertificate: CheckResult = {
  ...unknownIssuer,
  stages: stages(
    {
      input: ['passed', 'complete', 0],
      resolve: ['passed', '1 address', 2, { addresses: ['10.4.0.7'] }],
      connect: ['passed', '10.4.0.7:4443', 9],
      tls: ['failed', 'The server’s certificate is not the one this record trusts', 31, {
        version: null, cipher: null, verified: false, problem: 'not_the_given_certificate',
        expected_fingerprint_sha256: '77:90:AE:42:D6:08:1B:C9:E4:33:7A:12:9F:5F:3B:1C:77:90:AE:42:D6:08:1B:C9:E4:33:7A:12:9F:5F:3B:1C',
        chain: [{ ...leaf, problem: 'not_the_given_certificate' }, { ...issuer, problem: 'expired' }],
      }],
    },
    'not_reached',
    'fw-rack4.contoso.example:4443',
  ),
};

export const unknownReply: CheckResult = {
  ...refusedPassword,
  kind: 'connection',
  failed_stage: 'permission',
  explanation: { id: 'unknown', title: 'The server refused the sender', meaning: '', causes: [], steps: [], who: 'mail_admin', raw: '550 5.9.9 local policy 4711', source: '' },
};

export const acceptedMail: CheckResult = {
  ...base,
  kind: 'email',
  outcome: 'passed',
  stages: stages({ input: ['passed', 'complete', 0], resolve: ['passed', '1 address', 3], connect: ['passed', '203.0.113.10:587', 20], greeting: ['passed', 'ESMTP ready', 8], permission: ['passed', 'sender and recipient taken', 22], action: ['passed', '250 2.0.0 Ok: queued as 4C2F1', 80] }),
  result: { accepted: true, reply: '250 2.0.0 Ok: queued as 4C2F1', message_id: '<0197f0c0@credenza.local>' },
};

export const fetchedToken: CheckResult = {
  ...base,
  credential: { ...base.credential, name: 'Entra reader', type: 'app_registration' },
  kind: 'token',
  outcome: 'passed',
  stages: stages({ input: ['passed', 'complete', 0], token: ['passed', 'client credentials, 59 minutes', 210], token_content: ['passed', 'audience and role fit', 1] }, 'skipped', 'login.microsoftonline.com:443'),
  result: {
    token_type: 'Bearer', expires_at: '2026-11-21T10:11:59Z', scope: 'https://outlook.office365.com/.default', masked: '****fQ8A',
    claims: { aud: 'https://outlook.office365.com', tid: '9b1c7f3e-52d1-4a0e-8f56-1d2c3b4a5e6f', appid: '8f1c2d0e-6d1b-4a52-9a0f-2c4b6c1d77aa', roles: ['SMTP.SendAsApp'], exp: 1795255919 },
  },
};

export const httpReply: CheckResult = {
  ...base,
  credential: { ...base.credential, name: 'Ticket hook', type: 'webhook' },
  kind: 'action',
  outcome: 'warning',
  certificate_verified: false,
  stages: stages({ input: ['passed', 'complete', 0], resolve: ['passed', '1 address', 3], connect: ['passed', '10.4.0.9:443', 8], tls: ['warning', 'not verified', 30, { version: 'TLSv1.3', verified: false, problem: '', chain: [leaf] }], action: ['passed', '202 Accepted', 60] }, 'skipped', 'hooks.contoso.example:443'),
  warnings: [{ id: 'not_verified', message: 'The server’s certificate was not verified.' }],
  result: { status: 202, headers: { 'content-type': 'application/json', 'x-request-id': '7f3a' }, body_excerpt: '{"queued":true}' },
  changes_since_last_pass: [{ what: 'certificate', before: 'CN=old.contoso.example', after: 'CN=smtp.contoso.example' }],
  last_pass: { at: '2026-11-20T09:12:00Z', words: 'It still works; what is different from the last time it passed, on 2026-11-20 09:12 UTC:' },
};
