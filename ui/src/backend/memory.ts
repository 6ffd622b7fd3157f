import type { Backend, BackendEvents, Unsubscribe } from './backend';
import { planRun, resultOf, signInOf, summaryFrom } from './memory/checks';
import { explained } from './memory/explain';
import { endpointMoved, lint, storedFrom } from './memory/draft';
import { changeItem, horizonOf } from './memory/horizon';
import { chosenOf, Inventories, recordOf } from './memory/inventory';
import { manyResult, manyRow } from './memory/run-many';
import { PRACTICE_SAMPLES, PRACTICE_SERVERS, practiceMail } from './memory/practice';
import { BUILT_IN, readinessOf, serviceOf, sunsetsOf } from './memory/readiness';
import { PRESETS } from './memory/presets';
import { HeldSignIns } from './memory/sign-ins';
import { MemoryState, OPERATOR, PASSPHRASE, problem, RECOVERY_CODE, type MemoryOptions } from './memory/state';
import { MemoryRotations } from './memory/rotation';
import { strengthOf } from './memory/strength';
import { tokenOf } from './memory/tokens';
import { expiriesOf, minutesAgo, overviewOf, rowOf, type Kept } from './memory/views';
import { checkedAlerts, sampleAttempt } from './memory/alerts';
import type { AlertSettings, CertificateSummary, CheckRequest, CheckResult, Credential, CredentialDetail, ManyRequest, ManyRow, ReportOf, StageName } from './types';

export type { MemoryOptions };
export { PASSPHRASE, RECOVERY_CODE };

const CERTIFICATE: CertificateSummary = { subject: 'CN=mail.contoso.example', issuer: 'CN=Contoso Issuing CA 2', not_before: '2026-02-01T00:00:00Z', not_after: '2027-08-12T23:59:59Z', names: ['mail.contoso.example', 'smtp.contoso.example'], key: 'RSA 2048', signature: 'RSA with SHA-256', fingerprint_sha256: '5F:3B:1C:77:90:AE:42:D6:08:1B:C9:E4:33:7A:12:9F:5F:3B:1C:77:90:AE:42:D6:08:1B:C9:E4:33:7A:12:9F', pem: '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----' };
const SECRET_VALUE = 'Vq8~h2.Zr6_TnL4-xM0pEwYbK9Qz';

/** A vault in the page itself: for tests, for looking at the window in a browser. */
export class MemoryBackend implements Backend {
  readonly memory: MemoryState;
  /** How often the window said that someone is there. */
  activities = 0;
  readonly #handlers = new Map<string, Set<(payload: never) => void>>();
  readonly #results = new Map<string, CheckResult>();
  readonly #cancelled = new Set<string>();
  readonly #signIns = new HeldSignIns();
  readonly #delayMs: number;
  #pending: { credential: string; field: string } | null = null;

  constructor(options: MemoryOptions = {}) {
    this.memory = new MemoryState(options);
    this.#delayMs = options.delayMs ?? 0;
    this.#rotations = new MemoryRotations(this.memory, (answer) => this.#soon(answer), options.unkind);
    this.#inventories = new Inventories(() => this.memory.kept, options.unkind);
  }

  /** Tells the window something, as the program would. */
  emit<E extends keyof BackendEvents>(event: E, payload: BackendEvents[E]): void {
    for (const handler of this.#handlers.get(event) ?? []) (handler as (payload: BackendEvents[E]) => void)(payload);
  }
  async on<E extends keyof BackendEvents>(event: E, handler: (payload: BackendEvents[E]) => void): Promise<Unsubscribe> {
    const handlers = this.#handlers.get(event) ?? new Set();
    this.#handlers.set(event, handlers.add(handler));
    return () => handlers.delete(handler);
  }
  /** The vault locks by itself. */
  lockItself(reason: string): void {
    this.memory.close();
    this.emit('vault-locked', { reason });
  }
  async #soon<T>(answer: () => T): Promise<T> {
    if (this.#delayMs) await new Promise((done) => setTimeout(done, this.#delayMs));
    return answer();
  }

  readonly #rotations: MemoryRotations;
  rotationList: Backend['rotationList'] = (id) => this.#rotations.rotationList(id);
  rotationStart: Backend['rotationStart'] = (place, next) => this.#rotations.rotationStart(place, next);
  rotationStartCertificate: Backend['rotationStartCertificate'] = (place, pem) => this.#rotations.rotationStartCertificate(place, pem);
  rotationTest: Backend['rotationTest'] = (place) => this.#rotations.rotationTest(place);
  rotationSwitch: Backend['rotationSwitch'] = (place, how) => this.#rotations.rotationSwitch(place, how);
  rotationReturn: Backend['rotationReturn'] = (place) => this.#rotations.rotationReturn(place);
  rotationRevoked: Backend['rotationRevoked'] = (place) => this.#rotations.rotationRevoked(place);
  rotationCancel: Backend['rotationCancel'] = (place) => this.#rotations.rotationCancel(place);
  rotationAddUse: Backend['rotationAddUse'] = (place, text) => this.#rotations.rotationAddUse(place, text);
  rotationTick: Backend['rotationTick'] = (place, number, done) => this.#rotations.rotationTick(place, number, done);
  mainPasswordChanged: Backend['mainPasswordChanged'] = (account) => this.#rotations.mainPasswordChanged(account);

  appState = () => this.#soon(() => this.memory.view());
  activity = async () => void this.activities++;
  about = () => this.#soon(() => ({ version: '0.1.0', format: 1, data_folder: '/home/dana/.local/share/credenza', log_folder: '/home/dana/.local/state/credenza', licence: 'MIT or Apache-2.0' }));
  openLink = async () => {};
  vaultCreate: Backend['vaultCreate'] = ({ name, operator, passphrase, device }) =>
    this.#soon(() => {
      if (strengthOf(passphrase).score < 2) throw problem('invalid', 'This passphrase is too weak.', 'Make it longer.', 'passphrase');
      const { memory } = this;
      memory.passphrase = passphrase;
      memory.slots = [memory.slot('passphrase', operator, 'administrator', 'Passphrase'), ...(device ? [memory.slot('device', operator, 'administrator', 'This device')] : []), memory.slot('recovery', operator, 'administrator', 'Recovery code')];
      memory.app = { ...memory.app, state: 'unlocked', vault_name: name, operator, role: 'administrator', vault_id: crypto.randomUUID() };
      memory.tell('vault', 'vault_created', 'Vault created');
      return { vault_id: memory.app.vault_id ?? '', recovery_code: RECOVERY_CODE };
    });
  vaultUnlock = (passphrase: string) =>
    this.#soon(() => {
      if (passphrase !== this.memory.passphrase) throw problem('locked', 'This passphrase does not open the vault.', 'Check Caps Lock and the keyboard layout.', 'passphrase');
      return this.memory.open();
    });
  vaultUnlockDevice = () => this.#soon(() => this.memory.open());
  vaultUnlockRecovery = (code: string) =>
    this.#soon(() => {
      const plain = (text: string) => text.replaceAll(/[^a-z0-9]/gi, '').toUpperCase();
      if (plain(code) !== plain(RECOVERY_CODE)) throw problem('locked', 'This recovery code does not open the vault.', 'Compare it letter by letter with your print.', 'code');
      return { state: this.memory.open(), recovery_code: RECOVERY_CODE };
    });
  vaultLock = () => this.#soon(() => this.memory.close());
  vaultVerify = () => this.#soon(() => ({ records: this.memory.kept.length, secrets: this.memory.kept.length + 3, events: this.memory.events.length, slots: this.memory.slots.length, problems: [] }));
  vaultBackup = () => this.#soon(() => ({ path: '/home/dana/Backups/contoso-it-2026-11-21.credenza' }));
  vaultRestore = (passphrase: string) => this.vaultUnlock(passphrase);
  passphraseStrength = async (passphrase: string) => strengthOf(passphrase);
  recoveryConfirm = async (lastGroup: string) => lastGroup.trim().toUpperCase() === RECOVERY_CODE.split('-').at(-1);

  slotList = () => this.#soon(() => [...this.memory.slots]);
  #addSlot(kind: 'passphrase' | 'device' | 'recovery', operator: string, role: 'administrator' | 'helpdesk', label: string) {
    this.memory.administrator();
    const slot = { ...this.memory.slot(kind, operator, role, label), created_at: new Date().toISOString() };
    this.memory.slots = [...this.memory.slots, slot];
    this.memory.tell('slot', 'slot_added', `${label} added as a way to unlock`);
    return slot;
  }
  slotAddPassphrase: Backend['slotAddPassphrase'] = ({ operator, role }) => this.#soon(() => this.#addSlot('passphrase', operator, role, `Passphrase of ${operator}`));
  slotAddDevice = () => this.#soon(() => this.#addSlot('device', OPERATOR, 'administrator', 'This device'));
  slotAddRecovery = () =>
    this.#soon(() => {
      this.#addSlot('recovery', OPERATOR, 'administrator', 'Recovery code');
      return { recovery_code: RECOVERY_CODE };
    });
  slotRemove = (id: string) =>
    this.#soon(() => {
      this.memory.administrator();
      const left = this.memory.slots.filter((slot) => slot.id !== id);
      if (!left.some((slot) => slot.kind !== 'device')) throw problem('forbidden', 'This is the last way to unlock that does not need this computer.', 'Add a passphrase or a recovery code first.');
      this.memory.slots = left;
      this.memory.tell('slot', 'slot_removed', 'A way to unlock was removed');
    });

  credentialList = () =>
    this.#soon(() => {
      this.memory.unlocked();
      return this.memory.kept.map(rowOf).sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
    });
  #detail(kept: Kept): CredentialDetail {
    const { credential, lastCheck, usedBy = [] } = kept.sample;
    const stored = this.#results.get(kept.id);
    const told = lastCheck ? resultOf({ id: kept.id, credential }, lastCheck.kind, planRun(credential, lastCheck.kind, lastCheck.failedStage ?? null), lastCheck.headline) : null;
    return { id: kept.id, revision: kept.revision, created_at: minutesAgo(60 * 24 * 30), updated_at: kept.updatedAt, updated_by: OPERATOR, credential, row: rowOf(kept), used_by: usedBy.map(([name, how], n) => ({ id: `u${n}`, name, how })), expiries: expiriesOf(kept), last_result: stored ?? (told && lastCheck ? { ...told, started_at: minutesAgo(lastCheck.minutesAgo) } : null), readiness: serviceOf(credential), token: this.#token(kept) };
  }
  #token(kept: Kept) {
    const { credential } = kept.sample;
    const reference = /"oauth2":\{"credential":"([^"]+)"/u.exec(JSON.stringify(credential))?.[1];
    const app = reference === undefined ? undefined : this.memory.kept.find((other) => other.id === reference || other.sample.credential.name === reference);
    return tokenOf({ id: kept.id, credential }, app && { id: app.id, credential: app.sample.credential }, this.memory.token);
  }
  credentialShow = (id: string) => this.#soon(() => this.#detail(this.memory.find(id)));
  credentialSave: Backend['credentialSave'] = ({ id, revision, draft, confirmRebind, form }) =>
    this.#soon(() => {
      this.memory.unlocked();
      const before = id ? this.memory.find(id) : undefined;
      if (before && before.revision !== revision) throw problem('conflict', 'Someone else changed this credential meanwhile.', 'Reload it, then make your change again.');
      const moved = before && !confirmRebind ? endpointMoved(draft, before.sample.credential) : null;
      if (moved) throw problem('endpoint_changed', 'The stored secrets were entered for another endpoint.', 'Enter them again, or confirm that they may go to the new one.', moved);
      const credential = storedFrom(draft, before?.sample.credential);
      const taken = this.memory.byName(credential.name);
      if (taken && taken.id !== id) throw problem('conflict', `The name “${credential.name}” is taken.`, 'Choose another name.', 'name');
      const kept = this.memory.keep(credential, before);
      this.memory.tell('credential', before ? 'credential_edited' : 'credential_added', `“${credential.name}” ${before ? 'edited' : 'added'}`, kept.id);
      return { ...this.#detail(kept), ...this.#signIns.saved(form, draft) };
    });
  credentialRemove = (id: string) =>
    this.#soon(() => {
      const { sample } = this.memory.find(id);
      if (sample.usedBy?.length) throw problem('conflict', `“${sample.credential.name}” is in use by ${sample.usedBy.map(([name]) => name).join(', ')}.`, 'Change these first.');
      this.memory.kept = this.memory.kept.filter((kept) => kept.id !== id);
      this.memory.tell('credential', 'credential_removed', `“${sample.credential.name}” removed`);
    });
  credentialHistory: Backend['credentialHistory'] = (id) =>
    this.#soon(() => {
      const kept = this.memory.find(id);
      return [
        { at: kept.updatedAt, operator: OPERATOR, revision: kept.revision + 1, fields: ['auth.oauth2.client_secret', 'expiries'], kind: 'edited' },
        { at: minutesAgo(60 * 24 * 12), operator: 'Jo Park', revision: kept.revision, fields: ['description', 'tags'], kind: 'edited' },
        { at: minutesAgo(60 * 24 * 30), operator: OPERATOR, revision: 1, fields: [], kind: 'added' },
      ];
    });
  credentialLint: Backend['credentialLint'] = async (draft) => lint(draft);
  presetList = () => this.#soon(() => [...PRESETS]);
  certificateBrowse = () => this.#soon(() => CERTIFICATE);
  certificateRead = (pem: string) =>
    this.#soon(() => {
      if (!pem.includes('BEGIN CERTIFICATE')) throw problem('invalid', 'This is not a certificate in PEM form.', 'It starts with -----BEGIN CERTIFICATE-----.', 'certificate_pem');
      return { ...CERTIFICATE, pem };
    });
  /** A PKCS#12 file with the password `pfx`. */
  identityPick = () => this.#soon(() => ({ file: 'erp-connector.pfx', password_needed: true, certificate_pem: null, summary: null, key_handle: null }));
  identityOpen = (password: string) =>
    this.#soon(() => {
      if (password !== 'pfx') throw problem('invalid', 'The password does not open the file.', 'Check it and try again.', 'password');
      return { file: 'erp-connector.pfx', password_needed: false, certificate_pem: CERTIFICATE.pem, summary: CERTIFICATE, key_handle: 'imported-key:0f8fad5b-d9cb-469f-a165-70867728950e' };
    });
  headersParse = async (line: string) =>
    line.split(/,(?=\s*[\w-]+\s*:)/).filter((part) => part.includes(':')).map((part) => ({ name: part.slice(0, part.indexOf(':')).trim(), value: part.slice(part.indexOf(':') + 1).trim() }));
  webhookPreview: Backend['webhookPreview'] = async (payload, name) => {
    const empty = payload.findIndex((pair) => pair.key.trim() === '');
    if (empty >= 0) throw problem('invalid', 'A key is empty.', 'Give every line a key.', `payload.${empty}.key`);
    return { json: JSON.stringify(Object.fromEntries(payload.map(({ key, value }) => [key, value.replaceAll('{{asset_name}}', 'LAPTOP-042').replaceAll('{{username}}', 'local.admin').replaceAll('{{name}}', name)])), null, 2) };
  };

  checkRun = async (request: CheckRequest): Promise<CheckResult> => {
    this.memory.unlocked();
    const kept = request.id ? this.memory.find(request.id) : undefined;
    const credential = request.draft ? (request.draft as unknown as Credential) : kept?.sample.credential;
    if (!credential) throw problem('invalid', 'There is nothing to test.', 'Fill in the form first.');
    const refuses = credential.tags?.includes('refuses') ? 'authenticate' : null;
    const failed: StageName | null = (kept?.sample.lastCheck?.failedStage as StageName | undefined) ?? refuses;
    const run = planRun(credential, request.kind, failed);
    const asks = request.kind === 'token' && signInOf(credential) !== null && !this.#signIns.serves(request, credential);
    if (asks) await this.#signIn(request.run_id, credential);
    for (const stage of run.stages) {
      if (this.#cancelled.has(request.run_id)) throw problem('cancelled', 'The check was cancelled.');
      this.emit('check-progress', { run_id: request.run_id, stage: { ...stage, status: 'running' } });
      if (this.#delayMs && stage.duration_ms) await new Promise((done) => setTimeout(done, stage.duration_ms + this.#delayMs));
      this.emit('check-progress', { run_id: request.run_id, stage });
    }
    const result = resultOf({ id: request.id, credential }, request.kind, run, kept?.sample.lastCheck?.headline);
    if (asks && result.outcome !== 'failed') result.result = { ...(result.result as object), sign_in: this.#signIns.keep(request, credential) };
    this.#results.set(request.run_id, result);
    if (kept) this.#remember(kept, result);
    if (request.kind === 'email' && result.outcome !== 'failed') this.memory.mailbox = [practiceMail(this.memory.mailbox.length), ...this.memory.mailbox];
    return result;
  };
  /** A grant that needs a person asks for one, and goes on by itself after a while (never, with `?patient`). */
  async #signIn(runId: string, credential: Credential): Promise<void> {
    const asked = signInOf(credential);
    if (!asked) return;
    this.emit('sign-in', { run_id: runId, sign_in: asked, opened: asked.kind === 'browser' });
    const until = Date.now() + (this.memory.patient ? 900_000 : this.#delayMs * 20);
    while (Date.now() < until && !this.#cancelled.has(runId)) await new Promise((done) => setTimeout(done, 20));
  }
  #remember(kept: Kept, result: CheckResult): void {
    this.#results.set(kept.id, result);
    if (result.outcome !== 'failed' && kept.sample.flags) kept.sample = { ...kept.sample, flags: kept.sample.flags.filter((flag) => flag !== 'suspect') };
    const summary = summaryFrom(result, kept.id);
    kept.sample = { ...kept.sample, lastCheck: { minutesAgo: 0, kind: result.kind, outcome: result.outcome, headline: summary.headline, durationMs: result.duration_ms, ...(result.failed_stage ? { failedStage: result.failed_stage } : {}) } };
    this.memory.tell('check', 'check_finished', `Check of “${kept.sample.credential.name}” ${result.outcome}`, kept.id);
  }
  checkMany = async ({ run_id, ids }: ManyRequest) => {
    this.memory.unlocked();
    const kept = this.memory.kept.filter((one) => one.sample.credential.type !== 'secret' && (ids === null || ids.includes(one.id)));
    const rows: ManyRow[] = [];
    for (const one of kept) {
      if (this.#delayMs) await new Promise((done) => setTimeout(done, this.#delayMs));
      rows.push(manyRow(one, this.#cancelled.has(run_id)));
      this.emit('check-many-progress', { run_id, progress: { done: rows.length, total: kept.length, row: rows[rows.length - 1] as ManyRow } });
    }
    this.memory.tell('check', 'checks_finished', `${rows.length} credentials were tested in one go`);
    return manyResult(rows);
  };
  checkCancel = async (runId: string) => void this.#cancelled.add(runId);
  signInOpen: Backend['signInOpen'] = async () => {};
  signInCopy: Backend['signInCopy'] = async () => {};
  signInForget = async (form: string) => this.#signIns.forget(form);
  checkReport = async (of: ReportOf) => {
    const result = this.#results.get(of.run_id ?? of.credential_id ?? '');
    return result ? `${result.credential.name}: ${result.outcome}\n${result.explanation?.title ?? ''}` : '';
  };
  checkCopyReport = async () => {};
  checkSaveTranscript = () => this.#soon(() => ({ path: '/home/dana/transcript.txt' }));
  explainText: Backend['explainText'] = async ({ text }) => explained(text);
  /** What was copied last, for tests. */
  copiedPart: string | null = null;
  #facts = BUILT_IN;
  factsStatus = () => this.#soon(() => [...this.#facts]);
  factsReplace = () =>
    this.#soon(() => {
      this.memory.administrator();
      this.#facts = BUILT_IN.map((file) => (file.file === 'error_codes' ? { ...file, origin: 'replaced' as const, entries: 352, version: '77aa01be90cd', replaced_at: minutesAgo(0) } : file));
      return [...this.#facts];
    });
  factsRestore = () => this.#soon(() => [...(this.#facts = BUILT_IN)]);
  readinessShow: Backend['readinessShow'] = (id) =>
    this.#soon(() => {
      const { credential } = this.memory.find(id).sample;
      const service = serviceOf(credential);
      if (!service) throw problem('invalid', `No readiness check is known for “${credential.name}”.`, 'Open another record.', 'type');
      return readinessOf(credential, service);
    });
  readinessCopy: Backend['readinessCopy'] = async (_id, part) => void (this.copiedPart = part);
  sunsetList = () => this.#soon(() => sunsetsOf(this.memory.kept));
  sunsetDraft: Backend['sunsetDraft'] = (id) =>
    this.#soon(() => {
      const { credential } = this.memory.find(id).sample;
      if (credential.type !== 'mail_server' || credential.auth?.method !== 'password') throw problem('invalid', 'It does not sign in with a password.', 'Choose another record.', 'auth.method');
      const mailbox = credential.auth.username ?? '';
      const oauth2 = { grant: 'client_credentials', token_url: `https://login.microsoftonline.com/${mailbox.split('@')[1] ?? '{tenant}'}/oauth2/v2.0/token`, client_id: '', scope: 'https://outlook.office365.com/.default' };
      return { type: 'mail_server', name: `${credential.name} (OAuth 2.0)`, description: credential.description, host: credential.host ?? '', port: 587, tls: 'starttls', sender: credential.sender ?? '', auth: { method: 'oauth2', username: mailbox, oauth2 } };
    });

  readonly #inventories: Inventories;
  inventoryRead: Backend['inventoryRead'] = async ({ run_id, id, within_days }) => {
    const { credential } = this.memory.find(id).sample;
    const denied = credential.tags?.includes('refuses') ? ('permission' as const) : null;
    const run = planRun(credential, 'inventory', denied);
    for (const page of [1, 2, 3]) {
      if (this.#cancelled.has(run_id)) break;
      const stage = run.stages.find((one) => one.name === 'action');
      if (stage) this.emit('check-progress', { run_id, stage: { ...stage, status: 'running', target: `graph.microsoft.com:443, page ${page}, ${(page - 1) * 3} app registrations so far` } });
      if (this.#delayMs) await new Promise((done) => setTimeout(done, 10 * this.#delayMs));
    }
    const stopped = denied !== null || this.#cancelled.has(run_id);
    const check = resultOf({ id, credential }, 'inventory', run);
    if (stopped) return { check, inventory: null };
    return { check, inventory: this.#inventories.read(id, within_days) };
  };
  inventoryShow: Backend['inventoryShow'] = (id, within) => this.#soon(() => this.#inventories.view(id, within));
  inventoryImport: Backend['inventoryImport'] = (id, { app_ids, within_days, record }) =>
    this.#soon(() => {
      this.memory.administrator();
      return chosenOf(this.#inventories.read(id, within_days ?? 60), app_ids).map((item) => this.memory.keep(recordOf(item, record)).id);
    });
  inventoryMute: Backend['inventoryMute'] = async (id, appId, muted) => this.#inventories.mute(id, appId, muted);

  revealOpen = async (id: string, field: string) => {
    this.memory.administrator();
    this.#pending = { credential: this.memory.find(id).sample.credential.name, field };
    this.memory.tell('secret', 'secret_reveal_intended', `About to reveal ${field} of “${this.#pending.credential}”`, id);
  };
  revealPending = async () => {
    if (!this.#pending) throw problem('not_found', 'Nothing was asked for.', 'Press Reveal beside a secret field.');
    return this.#pending;
  };
  revealField = (passphrase: string) =>
    this.#soon(() => {
      if (passphrase !== this.memory.passphrase) throw problem('locked', 'This passphrase is not yours.', 'Check Caps Lock and try again.', 'passphrase');
      return { value: SECRET_VALUE, seconds: 15 };
    });
  revealCopy = async () => {};
  revealClose = async () => {
    this.#pending = null;
  };
  /** What the main window asked to reveal, for a page that has no main window. */
  pretendReveal(credential: string, field: string): void {
    this.#pending = { credential, field };
  }

  horizonList: Backend['horizonList'] = (filter) =>
    this.#soon(() => {
      this.memory.unlocked();
      return horizonOf(this.memory.kept, filter);
    });
  horizonChange: Backend['horizonChange'] = (id, change) =>
    this.#soon(() => {
      this.memory.administrator();
      const changed = changeItem(this.memory.kept, id, change);
      this.memory.tell('expiry', 'expiry_item_changed', `${changed.item} of “${changed.credential_name}” on the horizon was changed`, changed.credential_id);
      return changed;
    });
  horizonExport: Backend['horizonExport'] = (_filter, format) => this.#soon(() => ({ path: `/home/dana/credenza-expiries.${format}` }));
  overview = () =>
    this.#soon(() => {
      this.memory.unlocked();
      return overviewOf(this.memory.kept, this.memory.events);
    });
  eventList: Backend['eventList'] = (category, limit) => this.#soon(() => this.memory.events.filter((event) => category === null || event.category === category).slice(0, limit));
  eventVerify: Backend['eventVerify'] = () => this.#soon(() => ({ checked: this.memory.events.length, first_bad: null, head: 'a41f09c2b7d85e6634f0c1d2e3b4a5968778695a4b3c2d1e0f112233445566ee' }));
  settingsShow = () => this.#soon(() => ({ ...this.memory.settings }));
  settingsSave: Backend['settingsSave'] = (settings) =>
    this.#soon(() => {
      this.memory.settings = { ...settings };
      this.memory.tell('settings', 'settings_changed', 'Settings changed');
      return { ...settings };
    });
  #alerts: AlertSettings = { enabled: true, addresses: ['it@contoso.example'], thresholds: { days: [60, 30, 14, 7, 1], daily_after: true }, routes: [{ by: 'desktop' }] };
  alertsShow = () => this.#soon(() => structuredClone(this.#alerts));
  alertsSave: Backend['alertsSave'] = (changes) =>
    this.#soon(() => {
      this.memory.administrator();
      this.#alerts = checkedAlerts({ ...this.#alerts, ...changes });
      this.memory.tell('settings', 'settings_changed', 'Settings were changed: alerts.');
      return structuredClone(this.#alerts);
    });
  alertsSample: Backend['alertsSample'] = () => this.#soon(() => ({ attempts: this.#alerts.routes.map((route) => sampleAttempt(route, this.#alerts, this.memory.kept)) }));
  autostartShow = () => this.#soon(() => ({ ...this.memory.autostart }));
  autostartSave = (on: boolean) => this.#soon(() => ({ ...(this.memory.autostart = { ...this.memory.autostart, on }) }));
  alertsWatch: Backend['alertsWatch'] = () => this.#soon(() => ({ last_look: minutesAgo(12), failed_at: null, overdue: false, warning: '' }));
  #practiceView = () => ({ running: this.memory.practice, servers: this.memory.practice ? [...PRACTICE_SERVERS] : [], ca_pem: CERTIFICATE.pem });
  practiceStart = () =>
    this.#soon(() => {
      this.memory.practice = true;
      return this.#practiceView();
    });
  practiceStop = async () => {
    this.memory.practice = false;
  };
  practiceShow = () => this.#soon(this.#practiceView);
  practiceMailbox = () => this.#soon(() => [...this.memory.mailbox]);
  practiceAdd = () =>
    this.#soon(() => {
      this.memory.unlocked();
      const added = PRACTICE_SAMPLES.filter((sample) => !this.memory.byName(sample.credential.name)).map((sample) => this.memory.keep(sample.credential));
      return added.map(rowOf);
    });
}
