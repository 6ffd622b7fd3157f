/** What a check says, as `types.ts` has the rest. */
import type { CheckKind, CredentialType, Draft, JsonValue, Outcome, Time, Uuid } from './types';

export const STAGE_NAMES = [
  'input',
  'resolve',
  'connect',
  'proxy',
  'tls',
  'greeting',
  'token',
  'token_content',
  'authenticate',
  'permission',
  'action',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];
/** `running` occurs in progress events only. */
export type StageStatus = 'passed' | 'warning' | 'failed' | 'skipped' | 'not_reached' | 'running';
export interface Stage {
  name: StageName;
  target: string;
  status: StageStatus;
  duration_ms: number;
  summary: string;
  evidence: JsonValue;
  steps: Stage[];
}
export interface Explanation {
  /** Entry of the catalogue, or `unknown`. */
  id: string;
  title: string;
  meaning: string;
  causes: string[];
  steps: string[];
  who: string;
  raw: string;
  source: string;
  retryable?: boolean;
  probably?: boolean;
}
export interface CheckWarning {
  id: string;
  message: string;
}
export interface TranscriptLine {
  at_ms: number;
  from: 'client' | 'server' | 'note';
  text: string;
}
export interface CheckResult {
  credential: { id: Uuid | null; name: string; type: CredentialType };
  kind: CheckKind;
  outcome: Outcome;
  failed_stage: StageName | null;
  started_at: Time;
  duration_ms: number;
  /** `null` when no TLS was spoken. */
  certificate_verified: boolean | null;
  stages: Stage[];
  explanation: Explanation | null;
  warnings: CheckWarning[];
  result: JsonValue;
  changes_since_last_pass: { what: string; before: string; after: string }[];
  /** When it last passed before this check, and what the changes say; `null` when it never did. */
  last_pass: { at: Time; words: string } | null;
  transcript: TranscriptLine[];
}
/** A result to hand on: that of a run of this window, else the last one that is stored with a credential. */
export interface ReportOf {
  run_id: string | null;
  credential_id: Uuid | null;
}
export type ManyOutcome = Outcome | 'cancelled';
/** One credential of a run over many. */
export interface ManyRow {
  id: Uuid;
  name: string;
  type: CredentialType;
  outcome: ManyOutcome;
  failed_stage: StageName | null;
  headline: string;
  duration_ms: number;
}
/** Failures of such a run that have something in common: a `certificate`, a `host` or a `reason`. */
export interface Cause {
  words: string;
  explanation: string;
  shared: string;
  value: string;
  count: number;
  credentials: Uuid[];
}
export interface ManyResult {
  started_at: Time;
  duration_ms: number;
  passed: number;
  warning: number;
  failed: number;
  cancelled: number;
  results: ManyRow[];
  causes: Cause[];
}
export interface ManyRequest {
  run_id: string;
  /** `null`: all of them. */
  ids: Uuid[] | null;
}
export interface CheckManyProgress {
  run_id: string;
  progress: { done: number; total: number; row: ManyRow };
}
export interface CheckRequest {
  run_id: string;
  id: Uuid | null;
  draft: Draft | null;
  kind: CheckKind;
  email: { to: string[]; from: string | null; subject?: string; text?: string } | null;
  confirm_rebind: boolean;
  /** The form that is tested: a sign-in on it waits for its Save. */
  form?: string;
  /** Use a refresh token although its end is known to have passed (TUF-23). */
  despite_expiry?: boolean;
}
/** What a person has to do for a running check to go on. */
export interface SignIn {
  kind: 'browser' | 'device';
  address: string;
  address_with_code: string | null;
  user_code: string | null;
  until: Time;
}
export interface SignInAsked {
  run_id: string;
  sign_in: SignIn;
  /** The browser was started. */
  opened: boolean;
}
export interface CheckProgress {
  run_id: string;
  stage: Stage;
}
export interface CertificateSummary {
  subject: string;
  issuer: string;
  not_before: Time | null;
  not_after: Time | null;
  names: string[];
  key: string;
  signature: string;
  fingerprint_sha256: string;
  /** In hexadecimal. */
  serial?: string;
  pem: string;
}
