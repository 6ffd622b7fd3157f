import type { Backend } from '../../backend/backend';

const EVERY_MS = 30_000;

/** Tells the program that someone is there, at most every 30 seconds. Returns how to stop. */
export function reportActivity(backend: Pick<Backend, 'activity'>, target: EventTarget = window, now: () => number = Date.now): () => void {
  let last = -Infinity;
  const seen = () => {
    if (now() - last < EVERY_MS) return;
    last = now();
    // A refusal means the vault is locking; that is told by its own event.
    backend.activity().catch(() => undefined);
  };
  const kinds = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;
  for (const kind of kinds) target.addEventListener(kind, seen, { passive: true, capture: true });
  return () => {
    for (const kind of kinds) target.removeEventListener(kind, seen, { capture: true });
  };
}
