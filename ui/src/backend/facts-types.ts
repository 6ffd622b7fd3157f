/** What providers need and announce, as it crosses between Rust and the window. */
import type { Time, Uuid } from './types';

export type ReadinessService = 'exchange_online' | 'gmail' | 'entra';
export type ReadinessState = 'met' | 'not_met' | 'not_known';
export interface ReadinessVerdict {
  id: string;
  title: string;
  state: ReadinessState;
  evidence: string;
  action: string;
  who: string;
}
export interface ReadinessValue {
  id: string;
  label: string;
  /** Empty when the record does not have it. */
  value: string;
}
export interface ReadinessStep {
  text: string;
  path: string;
  values: ReadinessValue[];
  who: string;
}
export interface Readiness {
  service: ReadinessService;
  conclusion: string | null;
  verdicts: ReadinessVerdict[];
  checklist: ReadinessStep[];
  script: string | null;
}
export interface SunsetRecord {
  id: Uuid;
  name: string;
  host: string;
  username: string;
  owner: string;
}
export interface Sunset {
  id: string;
  subject: string;
  timeline: { when: string; what: string }[];
  last_announced: string;
  message_center_id: string;
  as_of: string;
  error_when_blocked: string;
  how_to_see_use: string;
  trap: string;
  alternatives: string[];
  source: string;
  verified: boolean;
  records: SunsetRecord[];
}
export interface FactsStatus {
  file: 'error_codes' | 'lifetimes';
  name: string;
  origin: 'built_in' | 'replaced';
  entries: number;
  version: string;
  replaced_at: Time | null;
  fault: string | null;
}
