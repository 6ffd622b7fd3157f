/**
 * The shapes that cross between Rust and the window. Everything imports them from here, so that
 * generated types can take their place without another file noticing.
 */
import type { CouldNotLook } from './alerts-types';
import type { CertificateSummary, CheckResult } from './check-types';
import type { ReadinessService } from './facts-types';
import type { ExpirySource, ExpiryView, Timeline } from './horizon-types';
import type { Credential, Draft } from './record-types';

export * from './check-types';
export type * from './alerts-types';
export type * from './facts-types';
export type * from './rotation-types';
export * from './horizon-types';
export type * from './inventory-types';
export type * from './record-types';
export type Uuid = string;
/** RFC 3339 in UTC. */
export type Time = string;
/** `YYYY-MM-DD`. */
export type Day = string;

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** Every rejected command rejects with this. */
export interface Problem {
  code: string;
  message: string;
  hint: string;
  field: string | null;
  /** A finer reason inside the class. The door makes it the code, so that the window branches on one word. */
  reason?: string;
}

export type Role = 'administrator' | 'helpdesk';
export type Theme = 'system' | 'light' | 'dark';
export type VaultState = 'absent' | 'locked' | 'unlocked';
export type SlotKind = 'passphrase' | 'device' | 'recovery';
export interface Operator {
  name: string;
  role: Role;
}
export interface SlotInfo {
  id: Uuid;
  kind: SlotKind;
  operator: Operator;
  created_at: Time;
  label: string;
}
export interface AppState {
  state: VaultState;
  vault_name: string | null;
  vault_path: string;
  vault_id: Uuid | null;
  operator: string | null;
  role: Role | null;
  slots: SlotInfo[];
  practice: boolean;
  version: string;
  theme: Theme;
  /** While the vault is locked: that its dates could not be looked at. */
  could_not_look: CouldNotLook | null;
}

export type CredentialType = 'mail_server' | 'outbound_server' | 'app_registration' | 'webhook' | 'secret';
export type CredentialClass = 'usable' | 'sealed';
export type RowStatus = 'passed' | 'warning' | 'failed' | 'untested';
/** `suspect`, `not_verified`, `clear_text`, `expiring`, `expired`, `token_stopped`, `token_in_doubt`; others may come. */
export type Flag = string;
export type CheckKind = 'connection' | 'email' | 'token' | 'action' | 'inventory';
export type Outcome = 'passed' | 'warning' | 'failed';
export interface CheckSummary {
  at: Time;
  kind: CheckKind;
  outcome: Outcome;
  headline: string;
  failed_stage: string | null;
  duration_ms: number;
  credential_id: Uuid;
  credential_name: string;
}
export interface CredentialRow {
  id: Uuid;
  name: string;
  description: string;
  type: CredentialType;
  /** `smtp.example.com:587`, or empty. */
  host: string;
  owner: string;
  tags: string[];
  class: CredentialClass;
  status: RowStatus;
  flags: Flag[];
  /** Why its tokens cannot be used. */
  token_notice?: TokenNotice;
  next_expiry: ExpiryView | null;
  last_check: CheckSummary | null;
  revision: number;
  updated_at: Time;
}
export type RefreshState = 'active' | 'stopped' | 'in_doubt';
export interface TokenNotice {
  /** The credential itself, or its app registration. */
  owner_id: Uuid;
  state: RefreshState;
  words: string;
}
/** What is known of a credential's tokens; never a token. */
export interface TokenView {
  owner_id: Uuid;
  owner_name: string;
  state: RefreshState;
  words: string | null;
  since: Time | null;
  access_token_until: Time | null;
  renews_at: Time | null;
  has_refresh_token: boolean;
  refresh_token_until: Time | null;
  until_source: ExpirySource | null;
  refresh_token_ended: boolean;
  last_used: Time | null;
  last_refreshed: Time | null;
  replaced_at_use: boolean | null;
  inactivity_days: number | null;
  inactivity_from: string | null;
  keep_alive_at: Time | null;
  kept_alive_by: string | null;
}
export interface UsedBy {
  id: Uuid;
  name: string;
  how: string;
}
export interface HistoryEntry {
  at: Time;
  operator: string;
  revision: number;
  fields: string[];
  kind: 'added' | 'edited' | 'removed';
}


export interface CredentialDetail {
  id: Uuid;
  revision: number;
  created_at: Time;
  updated_at: Time;
  updated_by: string;
  credential: Credential;
  row: CredentialRow;
  used_by: UsedBy[];
  expiries: ExpiryView[];
  last_result: CheckResult | null;
  /** What is known of its tokens; null when it has no OAuth 2.0. */
  token: TokenView | null;
  /** Whose readiness check there is for it. */
  readiness: ReadinessService | null;
  /** What Save made of a sign-in on the form. */
  sign_in?: SignInSaved;
}
export type SignInSaved = 'stored' | 'dropped';
/** How a wrongly pasted secret is put right. */
export type SecretFix = 'trim' | 'unquote' | 'strip_invisible' | 'strip_scheme' | 'strip_blanks';
export interface LintFinding {
  field: string;
  severity: 'error' | 'warning';
  message: string;
  fix?: SecretFix;
}
/** A certificate from a file, its private key kept in Rust: `key_handle` stands for it in a draft. */
export interface IdentityFile {
  file: string;
  /** The file is protected: ask for its password, then `identityOpen`. */
  password_needed: boolean;
  certificate_pem: string | null;
  summary: CertificateSummary | null;
  key_handle: string | null;
}

export type Severity = 'bad' | 'warn' | 'info';
export interface Attention {
  severity: Severity;
  text: string;
  credential_ids: Uuid[];
  /** What it is about, where a page of its own says more: `sunset`, `rotation`. */
  topic?: string;
}
export interface EventRow {
  seq: number;
  at: Time;
  operator: string;
  category: string;
  action: string;
  /** One plain sentence. */
  text: string;
  credential_id: Uuid | null;
}
export const EVENT_CATEGORIES = ['vault', 'credential', 'check', 'secret', 'expiry', 'slot', 'settings', 'workflow_trigger'] as const;
export type EventCategory = (typeof EVENT_CATEGORIES)[number];
export interface EventVerification {
  checked: number;
  first_bad: number | null;
  head: string;
}
export interface Totals {
  credentials: number;
  failing: number;
  expiring: number;
  clear_text: number;
  not_verified: number;
  untested: number;
}
export interface Overview {
  attention: Attention[];
  totals: Totals;
  /** Those that are not muted, soonest first. */
  timeline: Timeline;
  /** The first few that are not muted, soonest first. */
  next_expiries: ExpiryView[];
  recent_checks: CheckSummary[];
  recent_events: EventRow[];
}
export interface Settings {
  theme: Theme;
  /** 0 = never. */
  auto_lock_minutes: number;
  default_certificate_check: 'enable' | 'disable';
  check_timeout_seconds: number;
  token_scripts_allowed: boolean;
  practice_mode: boolean;
}
export interface Preset {
  id: string;
  name: string;
  kind: 'smtp' | 'oauth2' | 'graph' | 'http' | 'webhook';
  credential_type: CredentialType;
  host: string;
  port: number | null;
  tls: string;
  auth_methods: string[];
  token_url: string;
  auth_url: string;
  base_url: string;
  scopes: string[];
  notes: string;
  verified: boolean;
  /** Part of a record, to start the form with. */
  draft: Draft;
}
export interface PracticeServer {
  name: string;
  address: string;
  what: string;
  username: string;
  /** Of the practice server only. */
  password: string;
  draft: Draft;
}
export interface PracticeView {
  running: boolean;
  servers: PracticeServer[];
  ca_pem: string;
}
export interface PracticeMail {
  id: string;
  at: Time;
  from: string;
  to: string[];
  subject: string;
  text: string;
}
export interface Strength {
  score: 0 | 1 | 2 | 3 | 4;
  words: string;
  advice: string[];
}
export interface About {
  version: string;
  format: number;
  data_folder: string;
  log_folder: string;
  licence: string;
}
export interface VerifyReport {
  records: number;
  secrets: number;
  events: number;
  slots: number;
  problems: string[];
}
