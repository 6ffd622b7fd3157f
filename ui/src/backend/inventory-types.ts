/** App registrations of a tenant, as they cross between Rust and the window. Never a secret's value. */
import type { CheckResult } from './check-types';
import type { Day, Time, Uuid } from './types';

export type InventoryKind = 'secret' | 'certificate';
export interface InventoryMatch {
  id: Uuid;
  name: string;
}
export interface InventoryItem {
  application: string;
  app_id: string;
  object_id: string;
  key_id: string;
  kind: InventoryKind;
  name: string;
  /** The first three characters of a secret. */
  hint: string;
  /** `null` when it has no end. */
  on: Day | null;
  at: Time | null;
  days: number | null;
  /** Not known to the directory's list. */
  owner: string | null;
  renews_itself: boolean;
  muted: boolean;
  matters: boolean;
  credential: InventoryMatch | null;
  in_use: boolean;
}
export interface InventoryView {
  read_at: Time;
  within_days: number;
  applications: number;
  without_keys: number;
  matter: number;
  items: InventoryItem[];
  /** What was read before and is gone, as far as a credential here still stands for it. */
  gone: InventoryGone[];
}
export interface InventoryGone {
  application: string;
  app_id: string;
  /** `null`: the application as a whole. */
  item: string | null;
  credential: InventoryMatch;
  since: Day;
}
/** What an application becomes when it is imported. */
export type InventoryRecord = 'app_registration' | 'secret';
export interface InventoryReport {
  check: CheckResult;
  /** `null` when the reading failed. */
  inventory: InventoryView | null;
}
export interface InventoryRequest {
  run_id: string;
  id: Uuid;
  within_days: number;
}
export interface InventoryChoice {
  app_ids: string[] | null;
  within_days: number | null;
  record: InventoryRecord;
}
