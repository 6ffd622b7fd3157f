import type { AlertRoute } from '../../backend/types';

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
