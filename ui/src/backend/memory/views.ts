import { timelineOf } from './timeline';
import { sunsetsOf } from './readiness';
import type { CheckSummary, Credential, CredentialRow, Day, ExpiryView, HorizonKind, ItemSettings, Overview, RowStatus, Time, Uuid } from '../types';
import type { Sample } from './records';

const DAY_MS = 86_400_000;

export function minutesAgo(minutes: number, now = Date.now()): Time {
  return new Date(now - minutes * 60_000).toISOString();
}
export function dayIn(days: number, now = Date.now()): Day {
  return new Date(now + days * DAY_MS).toISOString().slice(0, 10);
}
/** An id that is stable for a number, so that tests can name it. */
export function idOf(n: number): Uuid {
  return `0193f5a0-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function hostText(credential: Credential): string {
  if (!('host' in credential) || !credential.host) return '';
  return credential.port ? `${credential.host}:${credential.port}` : credential.host;
}

/** A sample that has been given an id, as the list needs it. */
export interface Kept {
  id: Uuid;
  revision: number;
  updatedAt: Time;
  sample: Sample;
  /** What was set for its items, by path. */
  items?: Record<string, ItemSettings>;
}
export function summaryOf(kept: Kept): CheckSummary | null {
  const last = kept.sample.lastCheck;
  if (!last) return null;
  return {
    at: minutesAgo(last.minutesAgo),
    kind: last.kind,
    outcome: last.outcome,
    headline: last.headline,
    failed_stage: last.failedStage ?? null,
    duration_ms: last.durationMs,
    credential_id: kept.id,
    credential_name: kept.sample.credential.name,
  };
}
export function expiriesOf(kept: Kept): ExpiryView[] {
  const { credential, expiresInDays = [] } = kept.sample;
  return expiresInDays.map(([item, days, source, note = '']) => {
    const path = pathOf(item);
    const set = kept.items?.[path] ?? {};
    const renews = /short-lived|Access token/u.test(item);
    return {
      id: `${kept.id}/${path}`,
      credential_id: kept.id,
      credential_name: credential.name,
      credential_type: credential.type,
      path,
      kind: kindOf(item),
      item: item.replace(' (short-lived)', ''),
      on: dayIn(days),
      at: null,
      source,
      note: set.note || note,
      owner: set.owner || (credential.owner ?? ''),
      used_by: (kept.sample.usedBy ?? []).map(([name]) => name),
      renews_itself: renews,
      renewal: renews ? 'Good for 90 days in all: a certificate this short is renewed by a program.' : '',
      muted: set.muted ?? renews,
      thresholds: set.thresholds ?? null,
      days,
    };
  });
}
const PATHS: Readonly<Record<string, string>> = { 'Client Secret': 'oauth2.client_secret', 'Refresh Token': 'oauth2.refresh_token', Password: 'auth.password', 'Trigger token': 'path', Token: 'auth.token', Licence: 'value', 'API token': 'value', 'Access token': 'token' };
const pathOf = (item: string): string => PATHS[item] ?? (/certificate/iu.test(item) ? 'server_certificate' : item.toLowerCase());
function kindOf(item: string): HorizonKind {
  if (/certificate/iu.test(item)) return 'server_certificate';
  const kinds: Readonly<Record<string, HorizonKind>> = { 'Client Secret': 'client_secret', 'Refresh Token': 'refresh_token', 'Access token': 'access_token', Password: 'password', 'Trigger token': 'trigger_token', Token: 'api_key', 'API token': 'api_key', Licence: 'licence' };
  return kinds[item] ?? 'other';
}
export function rowOf(kept: Kept): CredentialRow {
  const { credential, flags = [], lastCheck } = kept.sample;
  const status: RowStatus = lastCheck?.outcome ?? 'untested';
  const expiries = expiriesOf(kept).filter((e) => !e.muted).sort((a, b) => a.days - b.days);
  return {
    id: kept.id,
    name: credential.name,
    description: credential.description,
    type: credential.type,
    host: hostText(credential),
    owner: credential.owner ?? '',
    tags: credential.tags ?? [],
    class: credential.class ?? 'usable',
    status,
    flags: [...flags],
    next_expiry: expiries[0] ?? null,
    last_check: summaryOf(kept),
    revision: kept.revision,
    updated_at: kept.updatedAt,
  };
}

/** What needs attention, in words, worst first. */
export function overviewOf(all: readonly Kept[], events: Overview['recent_events']): Overview {
  const rows = all.map(rowOf);
  const every = all.flatMap(expiriesOf).sort((a, b) => a.days - b.days);
  const expiries = every.filter((e) => !e.muted);
  const failing = rows.filter((row) => row.status === 'failed');
  const flagged = (flag: string) => rows.filter((row) => row.flags.includes(flag));
  const soon = expiries.filter((e) => e.days <= 30);
  const attention: Overview['attention'] = [
    ...failing.map((row) => ({ severity: 'bad' as const, text: `${row.name}: ${row.last_check?.headline ?? ''}`, credential_ids: [row.id] })),
    ...sunsetsOf(all).filter((sunset) => sunset.records.length > 0).map((sunset) => ({
      severity: 'warn' as const,
      text: `${sunset.subject}: ${sunset.timeline[1]?.when ?? ''} (${sunset.timeline[1]?.what ?? ''}); ${sunset.records.length} of the credentials use it`,
      credential_ids: sunset.records.map((record) => record.id),
      topic: 'sunset',
    })),
    ...soon.map((e) => ({
      severity: e.days <= 7 ? ('bad' as const) : ('warn' as const),
      text: e.days < 0 ? `${e.item} of ${e.credential_name} expired ${-e.days} days ago` : `${e.item} of ${e.credential_name} expires in ${e.days} days`,
      credential_ids: [e.credential_id],
    })),
    ...flagged('suspect').map((row) => ({ severity: 'warn' as const, text: `${row.name}: suspect: the main password of its account was changed; test it again`, credential_ids: [row.id] })),
    ...flagged('clear_text').map((row) => ({ severity: 'warn' as const, text: `${row.name} sends its password in clear`, credential_ids: [row.id] })),
    ...flagged('not_verified').map((row) => ({ severity: 'info' as const, text: `${row.name} is tested without verifying the certificate`, credential_ids: [row.id] })),
  ];
  return {
    attention: attention.slice(0, 12),
    totals: {
      credentials: rows.length,
      failing: failing.length,
      expiring: soon.length,
      clear_text: flagged('clear_text').length,
      not_verified: flagged('not_verified').length,
      untested: rows.filter((row) => row.status === 'untested').length,
    },
    timeline: timelineOf(expiries, every.length - expiries.length),
    next_expiries: expiries.slice(0, 8),
    recent_checks: all.map(summaryOf).filter((s) => s !== null).sort((a, b) => b.at.localeCompare(a.at)).slice(0, 8),
    recent_events: events.slice(0, 8),
  };
}
