/** Rotations, as they cross between Rust and the window. */
import type { CheckResult } from './check-types';
import type { CertificateSummary, Day, Mask, Outcome, Time, Uuid } from './types';

export type RotationStep = 'idle' | 'entered' | 'tested' | 'switched';
export interface RotationTrial {
  at: Time;
  outcome: Outcome;
  headline: string;
}
export interface RotationUse {
  number: number;
  text: string;
  /** The record that uses it, if it is one. */
  credential_id: Uuid | null;
  done: boolean;
}
export interface RotationCertificates {
  current: CertificateSummary | null;
  next: CertificateSummary | null;
  old: CertificateSummary | null;
}
/** The values of one secret field side by side, and what is left to do. */
export interface RotationView {
  credential_id: Uuid;
  credential_name: string;
  field: string;
  label: string;
  step: RotationStep;
  current: Mask | null;
  next: Mask | null;
  old: Mask | null;
  /** The certificates that the values are the keys of; `null` for what is no private key. */
  certificates: RotationCertificates | null;
  next_since: Time | null;
  /** There is a check that can prove a value of this field. */
  testable: boolean;
  /** That check sends a real request that its receiver acts on. */
  test_sends: boolean;
  trial: RotationTrial | null;
  switched_at: Time | null;
  switched_by: string | null;
  /** The last day on which the old value is kept. */
  keep_until: Day | null;
  /** The date of the value in force. */
  expires: Day | null;
  used_by: RotationUse[];
  /** How many of them are not ticked off. */
  open: number;
  revoked_at: Time | null;
}
export interface RotationPlace {
  id: Uuid;
  field: string;
}
export interface SwitchRequest {
  keep_until: Day | null;
  expires: Day | null;
  overrule: boolean;
}
export interface TriedNext {
  result: CheckResult;
  rotation: RotationView;
}
export interface Suspected {
  id: Uuid;
  name: string;
  purpose: string;
}
