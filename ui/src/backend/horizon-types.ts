/** The dates on which something stops working. */
import type { CredentialType, Day, Time, Uuid } from './types';

export const EXPIRY_SOURCES = ['reported', 'certificate', 'entered', 'estimated'] as const;
export type ExpirySource = (typeof EXPIRY_SOURCES)[number];
/** What stops working on a date. */
export const HORIZON_KINDS = [
  'client_secret', 'password', 'app_password', 'access_token', 'refresh_token', 'client_certificate', 'trusted_certificate', 'server_certificate', 'trigger_token', 'api_key',
  'licence', 'certificate', 'other',
] as const;
export type HorizonKind = (typeof HORIZON_KINDS)[number];
/** One item of the horizon. */
export interface ExpiryView {
  /** The credential's id, a slash, the item's path. */
  id: string;
  credential_id: Uuid;
  credential_name: string;
  credential_type: CredentialType;
  /** `auth.password`, `server_certificate`, `token`. */
  path: string;
  kind: HorizonKind;
  item: string;
  on: Day;
  /** The exact end, where it is known. */
  at: Time | null;
  source: ExpirySource;
  note: string;
  owner: string;
  /** Left out in lists of credentials. */
  used_by: string[];
  renews_itself: boolean;
  /** What is known of its renewal, in a sentence. */
  renewal: string;
  muted: boolean;
  /** Days before the end on which an alert goes out; null: those of the settings. */
  thresholds: number[] | null;
  /** Negative when past. */
  days: number;
  /** Gone from the directory that reported it: muted, and `on` is the end that was told last. */
  gone_since?: Day;
}
/** What a person sets for one item; what is absent is as the item has it. */
export interface ItemSettings {
  muted?: boolean;
  thresholds?: number[];
  owner?: string;
  note?: string;
}
export interface HorizonFilter {
  /** Ends within so many days, or has ended. */
  within?: number | null;
  /** Ends in so many days, or later. */
  from?: number | null;
  credential_type?: CredentialType | null;
  kind?: HorizonKind | null;
  source?: ExpirySource | null;
  owner?: string | null;
  text: string;
  muted: 'hide' | 'show' | 'only';
}

/** The next twelve months of the horizon, and what has ended, ready to be drawn. */
export interface Timeline {
  /** Owners with a line of their own, the soonest date first; blank stands for nobody. */
  owners: string[];
  /** Further owners share one more line. */
  others: boolean;
  /** By line and then by day. */
  dots: TimelineDot[];
  dates: number;
  estimated: number;
  /** How many dates are muted, and not drawn. */
  muted: number;
}
/** Dates of one line that are drawn at one place; `first` holds the soonest of them, one at least. */
export interface TimelineDot {
  line: number;
  from: number;
  to: number;
  dates: number;
  estimated: boolean;
  first: ExpiryView[];
}
