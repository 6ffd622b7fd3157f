import type {
  AlertSettings, AlertShown, Autostart, SampleReport, Watch,
  About, AppState, CertificateSummary, CheckManyProgress, CheckProgress, CheckRequest, CheckResult, CredentialDetail, CredentialRow,
  Draft, EventCategory, EventRow, EventVerification, ExpiryView, Explanation, FactsStatus, HistoryEntry, HorizonFilter, IdentityFile, InventoryChoice, InventoryReport, InventoryRequest, InventoryView, ItemSettings, JsonObject, LintFinding, ManyRequest, ManyResult, Overview, Pair,
  PracticeMail, PracticeView, Preset, Readiness, ReportOf, Role, RotationPlace, RotationView, Settings, SignInAsked, SlotInfo, Strength, Sunset, Suspected, SwitchRequest, TriedNext, Uuid, VerifyReport,
} from './types';

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** What Rust tells the window without being asked. */
export interface BackendEvents {
  'check-progress': CheckProgress;
  'check-many-progress': CheckManyProgress;
  'sign-in': SignInAsked;
  'vault-locked': { reason: string };
  'vault-changed': Record<string, never>;
  alert: AlertShown;
  'watch-changed': Record<string, never>;
}

/** The way to the application, its vault and its operators. */
export interface VaultBackend {
  appState(): Promise<AppState>;
  /** Someone is at the keyboard: puts off the automatic lock. */
  activity(): Promise<void>;
  about(): Promise<About>;
  /** Opens an `https` address in the person's browser. */
  openLink(url: string): Promise<void>;
  vaultCreate(vault: { name: string; operator: string; passphrase: string; device: boolean }): Promise<{ vault_id: Uuid; recovery_code: string }>;
  vaultUnlock(passphrase: string): Promise<AppState>;
  vaultUnlockDevice(): Promise<AppState>;
  /** Uses the code up; the one in its place comes with the state, unless the vault cannot be written. */
  vaultUnlockRecovery(code: string): Promise<{ state: AppState; recovery_code: string | null }>;
  vaultLock(): Promise<AppState>;
  vaultVerify(): Promise<VerifyReport>;
  /** `null` when the person closed the save dialog. */
  vaultBackup(): Promise<{ path: string } | null>;
  vaultRestore(passphrase: string): Promise<AppState | null>;
  passphraseStrength(passphrase: string): Promise<Strength>;
  recoveryConfirm(lastGroup: string): Promise<boolean>;
  slotList(): Promise<SlotInfo[]>;
  slotAddPassphrase(slot: { operator: string; role: Role; passphrase: string }): Promise<SlotInfo>;
  slotAddDevice(): Promise<SlotInfo>;
  slotAddRecovery(): Promise<{ recovery_code: string }>;
  slotRemove(id: Uuid): Promise<void>;
}

/** Records, their secrets (masked) and what is said about them. */
export interface CredentialBackend {
  credentialList(): Promise<CredentialRow[]>;
  credentialShow(id: Uuid): Promise<CredentialDetail>;
  /** Rejects with code `endpoint_changed` until `confirmRebind` says the stored secrets may go to the new endpoint. */
  credentialSave(save: { id: Uuid | null; revision: number | null; draft: Draft; confirmRebind: boolean; form: string }): Promise<CredentialDetail>;
  credentialRemove(id: Uuid): Promise<void>;
  credentialHistory(id: Uuid): Promise<HistoryEntry[]>;
  credentialLint(draft: Draft): Promise<LintFinding[]>;
  presetList(): Promise<Preset[]>;
  certificateBrowse(): Promise<CertificateSummary | null>;
  certificateRead(pem: string): Promise<CertificateSummary>;
  /** Asks for a PEM, DER or PKCS#12 file; `null` when the person closed the dialog. */
  identityPick(): Promise<IdentityFile | null>;
  /** Opens the protected file that was picked last. */
  identityOpen(password: string): Promise<IdentityFile>;
  headersParse(line: string): Promise<{ name: string; value: string }[]>;
  webhookPreview(payload: Pair[], name: string): Promise<{ json: string }>;
}

/** Tests. */
export interface CheckBackend {
  checkRun(request: CheckRequest): Promise<CheckResult>;
  /** Many in one go; each result comes as an event as well. */
  checkMany(request: ManyRequest): Promise<ManyResult>;
  checkCancel(runId: string): Promise<void>;
  /** Opens the page where a person signs in for a running check. */
  signInOpen(runId: string): Promise<void>;
  /** Copies the code that is typed there. */
  signInCopy(runId: string): Promise<void>;
  /** The form was closed: the sign-in that was made on it is forgotten. */
  signInForget(form: string): Promise<void>;
  /** Redacted, ready for a ticket. */
  checkReport(of: ReportOf): Promise<string>;
  checkCopyReport(of: ReportOf): Promise<void>;
  checkSaveTranscript(of: ReportOf): Promise<{ path: string } | null>;
  explainText(question: { channel: string | null; host: string | null; text: string }): Promise<Explanation>;
}

/** What providers need and announce, and the data files that say so. */
export interface FactsBackend {
  factsStatus(): Promise<FactsStatus[]>;
  /** `null` when the person closed the dialog. */
  factsReplace(): Promise<FactsStatus[] | null>;
  factsRestore(): Promise<FactsStatus[]>;
  readinessShow(id: Uuid): Promise<Readiness>;
  /** Copies `script`, or the checklist's value with that id. */
  readinessCopy(id: Uuid, part: string): Promise<void>;
  sunsetList(): Promise<Sunset[]>;
  /** A new record's form; nothing is stored. */
  sunsetDraft(id: Uuid): Promise<JsonObject>;
}

/** Replacing a secret without a gap. */
export interface RotationBackend {
  rotationList(id: Uuid): Promise<RotationView[]>;
  rotationStart(place: RotationPlace, next: string): Promise<RotationView>;
  /** The next certificate with its key, which stays in Rust: the handle of a picked file stands for it. */
  rotationStartCertificate(place: RotationPlace, certificatePem: string, keyHandle: string): Promise<RotationView>;
  /** Stages come as `check-progress`, and `checkCancel` ends it. */
  rotationTest(place: RotationPlace, runId: string): Promise<TriedNext>;
  /** Rejects with `untested` or `not_revoked` unless overruled. */
  rotationSwitch(place: RotationPlace, how: SwitchRequest): Promise<RotationView>;
  rotationReturn(place: RotationPlace): Promise<RotationView>;
  rotationRevoked(place: RotationPlace): Promise<RotationView>;
  rotationCancel(place: RotationPlace): Promise<RotationView>;
  rotationAddUse(place: RotationPlace, text: string): Promise<RotationView>;
  rotationTick(place: RotationPlace, number: number, done: boolean): Promise<RotationView>;
  /** Marks the app passwords that depend on this account. */
  mainPasswordChanged(account: string): Promise<Suspected[]>;
}

/** Every date on which something stops working. */
export interface HorizonBackend {
  horizonList(filter: HorizonFilter): Promise<ExpiryView[]>;
  /** What is absent in the change stays as it is. */
  horizonChange(id: string, change: ItemSettings): Promise<ExpiryView>;
  /** `null` when the person closed the save dialog. */
  horizonExport(filter: HorizonFilter, format: 'csv' | 'ics'): Promise<{ path: string } | null>;
}

/** The app registrations of a tenant. */
export interface InventoryBackend {
  inventoryRead(request: InventoryRequest): Promise<InventoryReport>;
  /** What was read last; `null` when nothing was. */
  inventoryShow(id: Uuid, withinDays: number): Promise<InventoryView | null>;
  /** Adds all that were chosen, or none. */
  inventoryImport(id: Uuid, choice: InventoryChoice): Promise<Uuid[]>;
  inventoryMute(id: Uuid, appId: string, muted: boolean): Promise<void>;
}

/** One secret in plain, in its own window. */
export interface RevealBackend {
  revealOpen(id: Uuid, field: string): Promise<void>;
  revealPending(): Promise<{ credential: string; field: string }>;
  revealField(passphrase: string): Promise<{ value: string; seconds: number }>;
  revealCopy(): Promise<void>;
  revealClose(): Promise<void>;
}

/** What happened, how it is set up, and the practice servers. */
export interface WorkplaceBackend {
  overview(): Promise<Overview>;
  eventList(category: EventCategory | null, limit: number): Promise<EventRow[]>;
  eventVerify(): Promise<EventVerification>;
  settingsShow(): Promise<Settings>;
  settingsSave(settings: Settings): Promise<Settings>;
  alertsShow(): Promise<AlertSettings>;
  /** Only what was changed: another window, or the command line, may have changed the rest meanwhile. */
  alertsSave(changes: Partial<AlertSettings>): Promise<AlertSettings>;
  /** By every way that is saved; one that fails is in the report. */
  alertsSample(): Promise<SampleReport>;
  /** When somebody looked at the dates last, and what is wrong with that. */
  alertsWatch(): Promise<Watch>;
  autostartShow(): Promise<Autostart>;
  autostartSave(on: boolean): Promise<Autostart>;
  practiceStart(): Promise<PracticeView>;
  practiceStop(): Promise<void>;
  practiceShow(): Promise<PracticeView>;
  practiceMailbox(): Promise<PracticeMail[]>;
  /** Adds ready-made records for the practice servers. */
  practiceAdd(): Promise<CredentialRow[]>;
}

/** Everything the window can ask of the program behind it. Every call rejects with a `Problem`. */
export interface Backend extends VaultBackend, CredentialBackend, CheckBackend, FactsBackend, HorizonBackend, InventoryBackend, RotationBackend, RevealBackend, WorkplaceBackend {
  on<E extends keyof BackendEvents>(event: E, handler: (payload: BackendEvents[E]) => void): Promise<Unsubscribe>;
}
