/**
 * Holds the shapes of `types.ts` against the ones generated from Rust (`bindings/`, never edited by hand): a field that
 * one side renames, adds as required or types otherwise does not compile. Nothing imports this file.
 */
import type * as ours from './types';
import type { AlertSettings } from './bindings/AlertSettings';
import type { AlertShown } from './bindings/AlertShown';
import type { Autostart } from './bindings/Autostart';
import type { SampleReport } from './bindings/SampleReport';
import type { Watch } from './bindings/Watch';
import type { About } from './bindings/About';
import type { AppState } from './bindings/AppState';
import type { CertificateSummary } from './bindings/CertificateSummary';
import type { CheckProgress } from './bindings/CheckProgress';
import type { CheckRequest } from './bindings/CheckRequest';
import type { CheckResult } from './bindings/CheckResult';
import type { CheckSummary } from './bindings/CheckSummary';
import type { Credential } from './bindings/Credential';
import type { CredentialDetail } from './bindings/CredentialDetail';
import type { CredentialRow } from './bindings/CredentialRow';
import type { EventRow } from './bindings/EventRow';
import type { EventVerification } from './bindings/EventVerification';
import type { ExpiryView } from './bindings/ExpiryView';
import type { Explanation } from './bindings/Explanation';
import type { Finding } from './bindings/Finding';
import type { FactsStatus } from './bindings/FactsStatus';
import type { HistoryEntry } from './bindings/HistoryEntry';
import type { CheckManyProgress } from './bindings/CheckManyProgress';
import type { ManyRequest } from './bindings/ManyRequest';
import type { ManyResult } from './bindings/ManyResult';
import type { HorizonFilter } from './bindings/HorizonFilter';
import type { ItemSettings } from './bindings/ItemSettings';
import type { IdentityFile } from './bindings/IdentityFile';
import type { InventoryReport } from './bindings/InventoryReport';
import type { InventoryView } from './bindings/InventoryView';
import type { InventoryRequest } from './bindings/InventoryRequest';
import type { InventoryChoice } from './bindings/InventoryChoice';
import type { Overview } from './bindings/Overview';
import type { PracticeMail } from './bindings/PracticeMail';
import type { PracticeView } from './bindings/PracticeView';
import type { Preset } from './bindings/Preset';
import type { Problem } from './bindings/Problem';
import type { ReportOf } from './bindings/ReportOf';
import type { RotationView } from './bindings/RotationView';
import type { RotationPlace } from './bindings/RotationPlace';
import type { Suspected } from './bindings/Suspected';
import type { SwitchRequest } from './bindings/SwitchRequest';
import type { TriedNext } from './bindings/TriedNext';
import type { Settings } from './bindings/Settings';
import type { SignInAsked } from './bindings/SignInAsked';
import type { Readiness } from './bindings/Readiness';
import type { Sunset } from './bindings/Sunset';
import type { SlotInfo } from './bindings/SlotInfo';
import type { Strength } from './bindings/Strength';
import type { VerifyReport } from './bindings/VerifyReport';

/** Drafts are free-form JSON on both sides and are left out. */
type Draftless<T> = Omit<T, 'draft'>;

/** What Rust gives is what the window takes. */
type Takes<Wanted, Given extends Wanted> = [Wanted, Given];

export type Replies = [
  Takes<ours.About, About>,
  Takes<ours.AppState, AppState>,
  Takes<ours.CertificateSummary, CertificateSummary>,
  Takes<ours.CheckProgress, CheckProgress>,
  Takes<ours.CheckResult, CheckResult>,
  Takes<ours.CheckSummary, CheckSummary>,
  Takes<ours.Credential, Credential>,
  Takes<ours.CredentialDetail, CredentialDetail>,
  Takes<ours.CredentialRow, CredentialRow>,
  Takes<ours.AlertSettings, AlertSettings>,
  Takes<ours.AlertShown, AlertShown>,
  Takes<ours.Autostart, Autostart>,
  Takes<ours.SampleReport, SampleReport>,
  Takes<ours.Watch, Watch>,
  Takes<ours.EventRow, EventRow>,
  Takes<ours.EventVerification, EventVerification>,
  Takes<ours.ExpiryView, ExpiryView>,
  Takes<ours.Explanation, Explanation>,
  Takes<ours.FactsStatus, FactsStatus>,
  Takes<ours.HistoryEntry, HistoryEntry>,
  Takes<ours.IdentityFile, IdentityFile>,
  Takes<ours.LintFinding, Finding>,
  Takes<ours.CheckManyProgress, CheckManyProgress>,
  Takes<ours.ManyResult, ManyResult>,
  Takes<ours.InventoryReport, InventoryReport>,
  Takes<ours.InventoryView, InventoryView>,
  Takes<ours.Overview, Overview>,
  Takes<ours.PracticeMail, PracticeMail>,
  Takes<Omit<ours.PracticeView, 'servers'>, Omit<PracticeView, 'servers'>>,
  Takes<Draftless<ours.PracticeView['servers'][number]>, Draftless<PracticeView['servers'][number]>>,
  Takes<Draftless<ours.Preset>, Draftless<Preset>>,
  Takes<ours.Problem, Problem>,
  Takes<ours.Readiness, Readiness>,
  Takes<ours.RotationView, RotationView>,
  Takes<ours.Settings, Settings>,
  Takes<ours.Suspected, Suspected>,
  Takes<ours.TriedNext, TriedNext>,
  Takes<ours.Sunset, Sunset>,
  Takes<ours.SignInAsked, SignInAsked>,
  Takes<ours.SlotInfo, SlotInfo>,
  Takes<ours.Strength, Strength>,
  Takes<ours.VerifyReport, VerifyReport>,
];

/** What the window sends is what Rust takes. */
export type Requests = [Takes<Omit<CheckRequest, 'email'>, Omit<ours.CheckRequest, 'email'>>, Takes<ReportOf, ours.ReportOf>, Takes<ManyRequest, ours.ManyRequest>, Takes<InventoryRequest, ours.InventoryRequest>, Takes<InventoryChoice, ours.InventoryChoice>, Takes<RotationPlace, ours.RotationPlace>, Takes<SwitchRequest, ours.SwitchRequest>, Takes<Settings, ours.Settings>, Takes<HorizonFilter, ours.HorizonFilter>, Takes<ItemSettings, ours.ItemSettings>, Takes<AlertSettings, ours.AlertSettings>];
