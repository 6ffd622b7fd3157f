/** Who is told of an end, when, and whether somebody looks. */
export type AlertRoute = { by: 'mail'; credential: string } | { by: 'webhook'; credential: string } | { by: 'desktop' } | { by: 'exit_code' };
export interface AlertSettings {
  enabled: boolean;
  addresses: string[];
  thresholds: { days: number[]; daily_after: boolean };
  /** In order: the second is for what the first cannot tell. */
  routes: AlertRoute[];
}
export interface RouteAttempt {
  route: string;
  name: string;
  ok: boolean;
  reason: string | null;
  stage: string | null;
  words: string;
  items: number;
  recipients: number;
}
export interface SampleReport {
  attempts: RouteAttempt[];
}
export interface Watch {
  last_look: string | null;
  failed_at: string | null;
  overdue: boolean;
  /** Blank when nothing is wrong. */
  warning: string;
}
/** Since when nobody could look at the dates; `why` ends a sentence. */
export interface CouldNotLook {
  since: string;
  why: string;
}
/** Whether the program starts when its user signs in. */
export interface Autostart {
  on: boolean;
  /** The notification area shows its icon; else it starts minimised. */
  tray: boolean;
}
/** An alert for the person at this desktop. */
export interface AlertShown {
  title: string;
  text: string;
}
