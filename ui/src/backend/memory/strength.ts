import type { Strength } from '../types';

/** A rough stand-in for the real estimate, which lives in Rust. */
export function strengthOf(passphrase: string): Strength {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(passphrase)).length;
  const points = passphrase.length + kinds * 2;
  const score = passphrase.length === 0 ? 0 : points < 10 ? 0 : points < 14 ? 1 : points < 18 ? 2 : points < 24 ? 3 : 4;
  const words = ['Very weak', 'Weak', 'Fair', 'Strong', 'Very strong'][score] ?? '';
  return { score, words, advice: score < 3 ? ['Add another word or two.'] : [] };
}
