import type { RotationBackend } from '../backend';
import { fieldsOf, isSecret, fieldLabel } from '../../lib/credentials/fields';
import { read, type JsonObject } from '../../lib/credentials/record';
import type { CertificateSummary, CheckResult, RotationCertificates, RotationPlace, RotationUse, RotationView } from '../types';
import { planRun, resultOf } from './checks';
import { problem, type MemoryState } from './state';
import { dayIn, type Kept } from './views';

interface Entry {
  next: string | null;
  nextSince: string | null;
  trial: RotationView['trial'];
  old: string | null;
  oldExpires: string | null;
  switchedAt: string | null;
  keepUntil: string | null;
  expires: string | null;
  revokedAt: string | null;
  uses: RotationUse[];
  certificates: RotationCertificates;
}
const fresh = (): Entry => ({ certificates: { current: null, next: null, old: null }, next: null, nextSince: null, trial: null, old: null, oldExpires: null, switchedAt: null, keepUntil: null, expires: null, revokedAt: null, uses: [] });
const certificate = (subject: string, days: number, begins: string): CertificateSummary => ({
  subject, issuer: 'CN=Contoso Issuing CA 2', not_before: `${dayIn(days - 730)}T00:00:00Z`, not_after: `${dayIn(days)}T23:59:59Z`, names: [], key: 'EC P-256', signature: 'ECDSA with SHA-256',
  fingerprint_sha256: Array.from({ length: 16 }, () => begins).join(':'), serial: `${begins.replace(':', '')}00c97de2f1`, pem: '',
});
/** The certificate in force is there from the beginning. */
function certificatesOf(place: RotationPlace, entry: Entry): RotationCertificates | null {
  if (!place.field.endsWith('private_key_pem')) return null;
  entry.certificates.current ??= certificate('CN=erp-connector.contoso.example, O=Contoso', 25, '9C:02');
  return { ...entry.certificates };
}
const maskOf = (text: string): string => (text.length < 8 ? '****' : `****${text.slice(-4)}`);

/** Rotations of a vault in memory. A next value that holds the word `wrong` fails its test. */
export class MemoryRotations implements RotationBackend {
  readonly #memory: MemoryState;
  readonly #soon: <T>(answer: () => T) => Promise<T>;
  readonly #entries = new Map<string, Entry>();
  readonly #values = new Map<string, string>();

  readonly #unkind: boolean;

  constructor(memory: MemoryState, soon: <T>(answer: () => T) => Promise<T>, unkind = false) {
    this.#unkind = unkind;
    this.#memory = memory;
    this.#soon = soon;
  }

  #entry({ id, field }: RotationPlace): Entry {
    const key = `${id} ${field}`;
    const known = this.#entries.get(key) ?? fresh();
    if (this.#unkind && known.uses.length === 0) {
      known.uses = Array.from({ length: 60 }, (_, at) => ({ number: at + 1, text: at === 7 ? `the nightly job on ${'host7.'.repeat(30)}example` : `the nightly job on host${at + 1}`, credential_id: null, done: false }));
    }
    this.#entries.set(key, known);
    return known;
  }
  #record(kept: Kept): JsonObject {
    return kept.sample.credential as unknown as JsonObject;
  }
  #view(place: RotationPlace): RotationView {
    const kept = this.#memory.find(place.id);
    const entry = this.#entry(place);
    const record = this.#record(kept);
    const users = (kept.sample.usedBy ?? []).filter(() => kept.sample.credential.type === 'app_registration');
    for (const [name] of users) {
      if (!entry.uses.some((use) => use.text === name)) entry.uses.push({ number: entry.uses.length + 1, text: name, credential_id: `u-${name}`, done: false });
    }
    const current = read(record, place.field);
    const passed = entry.trial !== null && entry.trial.outcome !== 'failed';
    return {
      credential_id: kept.id,
      credential_name: kept.sample.credential.name,
      field: place.field,
      label: fieldLabel(record, place.field),
      step: entry.next !== null ? (passed ? 'tested' : 'entered') : entry.switchedAt !== null ? 'switched' : 'idle',
      current: typeof current === 'string' ? current : null,
      next: entry.next,
      old: entry.old,
      certificates: certificatesOf(place, entry),
      next_since: entry.nextSince,
      testable: kept.sample.credential.type !== 'secret',
      test_sends: kept.sample.credential.type === 'webhook',
      trial: entry.trial,
      switched_at: entry.switchedAt,
      switched_by: entry.switchedAt === null ? null : this.#memory.app.operator,
      keep_until: entry.keepUntil,
      expires: entry.expires,
      used_by: entry.uses.map((use) => ({ ...use })),
      open: entry.uses.filter((use) => !use.done).length,
      revoked_at: entry.revokedAt,
    };
  }
  #put(place: RotationPlace, mask: string): void {
    const kept = this.#memory.find(place.id);
    const credential = structuredClone(kept.sample.credential);
    const keys = place.field.split('.');
    const leaf = keys.pop() ?? '';
    let at = credential as unknown as JsonObject;
    for (const key of keys) at = at[key] as JsonObject;
    at[leaf] = mask;
    this.#memory.keep(credential, kept);
  }
  #change(place: RotationPlace, change: (entry: Entry) => void): Promise<RotationView> {
    return this.#soon(() => {
      this.#memory.administrator();
      change(this.#entry(place));
      return this.#view(place);
    });
  }

  rotationList = (id: string) =>
    this.#soon(() => {
      const record = this.#record(this.#memory.find(id));
      const fields = fieldsOf(record).filter((spec) => isSecret(spec) && typeof read(record, spec.path) === 'string');
      return fields.map((spec) => this.#view({ id, field: spec.path }));
    });
  rotationStart = (place: RotationPlace, next: string) =>
    this.#change(place, (entry) => {
      if (next.trim() === '') throw problem('invalid', 'The next value is blank.', '', place.field);
      entry.next = maskOf(next);
      entry.nextSince = new Date().toISOString();
      entry.trial = null;
      this.#values.set(`${place.id} ${place.field}`, next);
      if (entry.switchedAt === null) for (const use of entry.uses) use.done = false;
    });
  rotationStartCertificate = (place: RotationPlace, pem: string) =>
    this.#change(place, (entry) => {
      Object.assign(entry, { next: '****----', nextSince: new Date().toISOString(), trial: null });
      entry.certificates.next = { ...certificate('CN=erp-connector.contoso.example, O=Contoso', 400, '4A:11'), pem };
    });
  rotationTest = (place: RotationPlace) =>
    this.#soon(() => {
      const kept = this.#memory.find(place.id);
      const { credential } = kept.sample;
      const kind = credential.type === 'app_registration' ? 'token' : credential.type === 'webhook' ? 'action' : 'connection';
      const wrong = this.#values.get(`${place.id} ${place.field}`)?.includes('wrong') ?? false;
      const result: CheckResult = resultOf({ id: null, credential }, kind, planRun(credential, kind, wrong ? 'authenticate' : null), wrong ? 'The server refused the user name or password' : undefined);
      const headline = result.explanation?.title ?? (kind === 'token' ? 'Token fetched' : 'Connection works');
      this.#entry(place).trial = { at: new Date().toISOString(), outcome: result.outcome, headline };
      return { result, rotation: this.#view(place) };
    });
  rotationSwitch: RotationBackend['rotationSwitch'] = (place, how) =>
    this.#change(place, (entry) => {
      const before = this.#view(place);
      if (before.step !== 'tested' && !how.overrule) throw { ...problem('forbidden', 'The next value is not proved.', 'Test it first.', place.field), reason: 'untested' };
      this.#put(place, entry.next ?? '');
      Object.assign(entry, { old: before.current, oldExpires: entry.expires, expires: how.expires, next: null, nextSince: null, trial: null, switchedAt: new Date().toISOString(), keepUntil: how.keep_until ?? dayIn(14) });
      entry.certificates = { current: entry.certificates.next, next: null, old: entry.certificates.current };
      for (const use of entry.uses) use.done = false;
    });
  rotationReturn = (place: RotationPlace) =>
    this.#change(place, (entry) => {
      const before = this.#view(place);
      if (entry.old === null) throw problem('not_found', 'There is no old value any more.');
      this.#put(place, entry.old);
      Object.assign(entry, { next: before.current, nextSince: new Date().toISOString(), trial: null, expires: entry.oldExpires, old: null, switchedAt: null, keepUntil: null });
      entry.certificates = { current: entry.certificates.old, next: entry.certificates.current, old: null };
    });
  rotationRevoked = (place: RotationPlace) =>
    this.#change(place, (entry) => {
      if (entry.uses.some((use) => !use.done)) throw { ...problem('conflict', 'Something that uses it is still open.', 'Tick it off first.'), reason: 'in_use' };
      Object.assign(entry, { old: null, switchedAt: null, keepUntil: null, revokedAt: new Date().toISOString() });
    });
  rotationCancel = (place: RotationPlace) => this.#change(place, (entry) => void Object.assign(entry, { next: null, nextSince: null, trial: null }));
  rotationAddUse = (place: RotationPlace, text: string) =>
    this.#change(place, (entry) => void entry.uses.push({ number: Math.max(0, ...entry.uses.map((use) => use.number)) + 1, text: text.trim(), credential_id: null, done: false }));
  rotationTick = (place: RotationPlace, number: number, done: boolean) =>
    this.#change(place, (entry) => {
      const use = entry.uses.find((one) => one.number === number);
      if (!use) throw problem('not_found', 'There is no such line.');
      use.done = done;
    });
  mainPasswordChanged = (account: string) =>
    this.#soon(() => {
      this.#memory.administrator();
      const wanted = account.trim().toLowerCase();
      const found = this.#memory.kept.filter(({ sample: { credential } }) => {
        if (credential.type !== 'mail_server' || credential.auth?.method !== 'password' || credential.auth.password_kind !== 'app_password') return false;
        return (credential.auth.account || credential.auth.username).toLowerCase() === wanted;
      });
      if (found.length === 0) throw problem('not_found', 'No credential has an app password that depends on this account.', '', 'account');
      for (const kept of found) kept.sample = { ...kept.sample, flags: ['suspect', ...(kept.sample.flags ?? []).filter((flag) => flag !== 'suspect')] };
      return found.map(({ id, sample: { credential } }) => ({ id, name: credential.name, purpose: credential.type === 'mail_server' && credential.auth?.method === 'password' ? (credential.auth.purpose ?? '') : '' }));
    });
}
