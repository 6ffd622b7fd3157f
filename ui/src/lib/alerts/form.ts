import type { AlertRoute, AlertSettings } from '../../backend/types';

/** The days of a text such as `60, 30, 7`; `null` when it holds anything else. */
export function daysOf(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const days = parts.map((part) => (/^\d{1,4}$/.test(part) ? Number(part) : Number.NaN));
  return days.every((day) => day <= 3650) ? days : null;
}

/** A way as the value of a choice. */
export function wayOf(route: AlertRoute | undefined): string {
  if (!route) return '';
  return 'credential' in route ? `${route.by}:${route.credential}` : route.by;
}

/** The way behind the value of a choice. */
export function routeOf(value: string): AlertRoute | null {
  const [by, credential] = value.split(/:(.*)/s);
  if ((by === 'mail' || by === 'webhook') && credential) return { by, credential };
  return by === 'desktop' || by === 'exit_code' ? { by } : null;
}

/** One address a line. */
export function addressesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

/** What a form changes of what it was filled with: the rest may have been changed elsewhere meanwhile. */
export function changedIn(form: AlertSettings, { enabled, addresses, thresholds, routes }: AlertSettings): Partial<AlertSettings> {
  const filled = { enabled, addresses, thresholds: { days: thresholds.days, daily_after: thresholds.daily_after }, routes };
  const keys = Object.keys(filled) as (keyof AlertSettings)[];
  return Object.fromEntries(keys.filter((key) => JSON.stringify(form[key]) !== JSON.stringify(filled[key])).map((key) => [key, form[key]]));
}
