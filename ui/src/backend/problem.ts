import type { Problem } from './types';

/** Whether a rejection is already the shape every command promises. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

/** A rejection of any kind as a `Problem`; what is not one is a bug behind the door. */
export function asProblem(value: unknown): Problem {
  if (isProblem(value)) return value.reason ? { ...value, code: value.reason } : value;
  const message = value instanceof Error ? value.message : String(value);
  return { code: 'internal', message, hint: '', field: null };
}
