import { STAGE_NAMES, type CheckKind, type CheckResult, type CheckSummary, type Credential, type Explanation, type JsonValue, type SignIn, type Stage, type StageName, type Uuid } from '../types';

type Told = [summary: string, ms: number, evidence?: JsonValue];

/** What each stage says when it passes, for a type of credential. */
function passing(credential: Credential, kind: CheckKind): Partial<Record<StageName, Told>> {
  const connection: Partial<Record<StageName, Told>> = {
    resolve: ['4 addresses', 6, { addresses: ['52.97.146.2', '52.97.146.18', '40.99.201.2', '40.99.201.34'] }],
    connect: ['Connected to 52.97.146.2:587 (IPv4).', 21, { peer: '52.97.146.2:587', attempts: [{ address: '52.97.146.2:587', family: 'IPv4', network: 'public', result: 'connected', duration_ms: 21 }, { address: '[2603:1026:c03:480d::2]:587', family: 'IPv6', network: 'public', result: 'connected', duration_ms: 24 }] }],
    tls: ['TLS 1.3, certificate until 12 Aug 2027', 48, { version: 'TLSv1.3', cipher: 'TLS13_AES_256_GCM_SHA384', verified: true, chain: [{ subject: 'CN=outlook.com', issuer: 'CN=DigiCert Cloud Services CA-1', not_after: '2027-08-12T23:59:59Z', names: ['*.outlook.com', 'smtp.office365.com'], key: 'RSA 2048', signature: 'RSA with SHA-256', fingerprint_sha256: '5F:3B:1C:77:90:AE:42:D6:08:1B:C9:E4:33:7A:12:9F:5F:3B:1C:77:90:AE:42:D6:08:1B:C9:E4:33:7A:12:9F' }] }],
  };
  const token: Told = ['client credentials, 59 min, role SMTP.SendAsApp', 210, { token_type: 'Bearer', expires_in: 3599 }];
  if (credential.type === 'mail_server') {
    const oauth = credential.auth?.method === 'oauth2';
    return {
      ...connection,
      ...(credential.tls === 'none' ? { tls: undefined } : {}),
      greeting: ['220 ready, offers SIZE 150 MB, AUTH LOGIN XOAUTH2', 12, { before_tls: { lines: ['SIZE 157286400', 'PIPELINING', 'STARTTLS', '8BITMIME', 'SMTPUTF8'] }, offers: { lines: ['SIZE 157286400', 'PIPELINING', 'AUTH LOGIN XOAUTH2', '8BITMIME', 'SMTPUTF8'] } }],
      ...(oauth ? { token, token_content: ['audience and role fit', 1] } : {}),
      authenticate: [oauth ? 'XOAUTH2 accepted' : 'LOGIN accepted', 95],
      permission: ['Sender accepted', 30],
      ...(kind === 'email' ? { action: ['250 2.0.0 OK, accepted by the server', 120] as Told } : {}),
    };
  }
  if (credential.type === 'app_registration') return { resolve: connection.resolve, connect: connection.connect, tls: connection.tls, token, token_content: ['role Mail.Read', 1] };
  if (credential.type === 'secret') return 'host' in credential && credential.host ? connection : {};
  return { ...connection, authenticate: ['accepted', 4], action: ['200 OK', 96, { status: 200 }] };
}

const UNKNOWN: Omit<Explanation, 'title' | 'raw'> = { id: 'unknown', meaning: '', causes: [], steps: ['Read the reply below.', 'Send the report to whoever runs the server.'], who: 'server_owner', source: '' };
export const MAILBOX_NOT_OPEN: Explanation = {
  id: 'smtp-microsoft:535-5.7.3-app-not-permitted',
  title: 'The token is fine, but this mailbox has not let the app in yet',
  meaning: 'Microsoft issued the token and the server read it, but no permission lets this application use the mailbox.',
  causes: ['The enterprise application was never registered in Exchange Online', 'It has no full access to the mailbox'],
  steps: ['Register the enterprise application in Exchange Online with New-ServicePrincipal.', 'Give it full access to alerts@contoso.com.', 'Wait up to 30 minutes, then test again.'],
  who: 'exchange_admin',
  raw: '535 5.7.3 Authentication unsuccessful [AM0PR04CA0042.eurprd04.prod.outlook.com]',
  source: 'Authenticate an IMAP, POP or SMTP connection using OAuth',
};

export interface Run {
  stages: Stage[];
  failed: StageName | null;
}
/** The stages of one run, in the order they will be told. */
export function planRun(credential: Credential, kind: CheckKind, failedStage: StageName | null): Run {
  const told = passing(credential, kind);
  const target = 'host' in credential && credential.host ? `${credential.host}${credential.port ? `:${credential.port}` : ''}` : '';
  let broken = false;
  const stages = STAGE_NAMES.map((name): Stage => {
    const base = { name, target, duration_ms: 0, summary: '', evidence: {}, steps: [] };
    if (name === 'input') return { ...base, status: 'passed', summary: 'Everything needed is there' };
    if (broken) return { ...base, status: told[name] || name === failedStage ? 'not_reached' : 'skipped' };
    if (name === failedStage) {
      broken = true;
      return { ...base, status: 'failed', duration_ms: 95, summary: name === 'authenticate' ? 'XOAUTH2 was refused' : 'The server refused' };
    }
    const words = told[name];
    if (!words) return { ...base, status: 'skipped', summary: 'Does not apply' };
    const steps: Stage[] = name === 'token' ? (['resolve', 'connect', 'tls'] as const).map((step) => ({ name: step, target: 'login.microsoftonline.com:443', status: 'passed', duration_ms: 20, summary: step === 'tls' ? 'TLS 1.3' : 'done', evidence: {}, steps: [] })) : [];
    return { ...base, status: 'passed', duration_ms: words[1], summary: words[0], evidence: words[2] ?? {}, steps };
  });
  return { stages, failed: failedStage };
}

function explanationOf(credential: Credential, failed: StageName, headline: string): Explanation {
  if (credential.type === 'mail_server' && failed === 'authenticate') return MAILBOX_NOT_OPEN;
  return { ...UNKNOWN, title: headline || 'The server refused', raw: headline || '554 refused' };
}

/** The result of a run, as the program would give it. */
export function resultOf(subject: { id: Uuid | null; credential: Credential }, kind: CheckKind, run: Run, headline = ''): CheckResult {
  const { credential } = subject;
  const verified = 'certificate_check' in credential && credential.certificate_check?.mode === 'disable' ? false : run.stages.some((s) => s.name === 'tls' && s.status === 'passed') ? true : null;
  const warnings = [
    ...(verified === false ? [{ id: 'not_verified', message: 'The server’s certificate was not verified.' }] : []),
    ...(credential.type === 'mail_server' && credential.tls === 'none' && credential.auth?.method === 'password' ? [{ id: 'clear_text', message: 'The password crossed the network in clear.' }] : []),
  ];
  return {
    credential: { id: subject.id, name: credential.name, type: credential.type },
    kind,
    outcome: run.failed ? 'failed' : warnings.length > 0 ? 'warning' : 'passed',
    failed_stage: run.failed,
    started_at: new Date().toISOString(),
    duration_ms: run.stages.reduce((sum, stage) => sum + stage.duration_ms, 0),
    certificate_verified: verified,
    stages: run.stages,
    explanation: run.failed ? explanationOf(credential, run.failed, headline) : null,
    warnings,
    result: run.failed ? {} : kind === 'email' ? { accepted: true, reply: '250 2.0.0 OK', message_id: '<20261121.1@credenza.local>' } : kind === 'token' ? { token_type: 'Bearer', expires_at: new Date(Date.now() + 3_540_000).toISOString(), scope: '', masked: '****fQ8A', claims: { aud: 'https://outlook.office365.com', roles: ['SMTP.SendAsApp'] } } : {},
    changes_since_last_pass: run.failed ? [{ what: 'certificate', before: 'CN=outlook.com until 12 Feb 2027', after: 'CN=outlook.com until 12 Aug 2027' }] : [],
    last_pass: run.failed ? { at: new Date(Date.now() - 26 * 3_600_000).toISOString(), words: 'One thing is different from when it last worked, yesterday:' } : null,
    transcript: [
      { at_ms: 27, from: 'server', text: '220 AM0PR04CA0042.outlook.office365.com Microsoft ESMTP MAIL Service ready' },
      { at_ms: 28, from: 'client', text: 'EHLO credenza.local' },
      { at_ms: 39, from: 'server', text: '250-SIZE 157286400' },
      { at_ms: 300, from: 'client', text: 'AUTH XOAUTH2 [access token #4f1c]' },
      { at_ms: 395, from: 'server', text: run.failed ? MAILBOX_NOT_OPEN.raw : '235 2.7.0 Authentication successful' },
    ],
  };
}
export function headlineOf(result: CheckResult): string {
  if (result.explanation) return result.explanation.title;
  return result.stages.findLast((stage) => stage.status === 'passed')?.summary ?? 'Passed';
}
export function summaryFrom(result: CheckResult, id: Uuid): CheckSummary {
  return { at: result.started_at, kind: result.kind, outcome: result.outcome, headline: headlineOf(result), failed_stage: result.failed_stage, duration_ms: result.duration_ms, credential_id: id, credential_name: result.credential.name };
}

/** What a person would be asked for, with the grants that need one. */
export function signInOf(credential: Credential): SignIn | null {
  const block = credential.type === 'app_registration' ? credential.oauth2 : 'auth' in credential && credential.auth?.method === 'oauth2' ? credential.auth.oauth2 : null;
  if (!block || !('grant' in block)) return null;
  const until = new Date(Date.now() + (block.grant === 'device_code' ? 900_000 : 120_000)).toISOString();
  if (block.grant === 'authorization_code') return { kind: 'browser', address: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=…', address_with_code: null, user_code: null, until };
  if (block.grant === 'device_code') return { kind: 'device', address: 'https://microsoft.com/devicelogin', address_with_code: null, user_code: 'GQXM-RTLB', until };
  return null;
}
