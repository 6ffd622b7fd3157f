import type { Totals } from '../../backend/types';
import { counted, number } from './number';

export const overview = {
  title: 'Overview',
  /** The first line says it all: what is wrong, in order of weight. */
  headline(totals: Totals): string {
    const parts = [
      totals.failing ? counted(totals.failing, 'is failing', 'are failing') : '',
      totals.expiring ? counted(totals.expiring, 'expires within 30 days', 'expire within 30 days') : '',
      totals.clear_text ? counted(totals.clear_text, 'sends a password in clear', 'send a password in clear') : '',
    ].filter(Boolean);
    if (parts.length > 0) return parts.join(', ');
    if (totals.credentials === 0) return 'Nothing here yet';
    return totals.untested === totals.credentials ? 'Nothing has been tested yet' : 'Everything is in order';
  },
  subline(totals: Totals): string {
    const parts = [counted(totals.credentials, 'credential', 'credentials')];
    if (totals.untested) parts.push(`${number(totals.untested)} not tested yet`);
    if (totals.not_verified) parts.push(`${number(totals.not_verified)} without certificate verification`);
    return parts.join(' · ');
  },
  addCredential: 'Add credential',
  attention: 'Needs attention',
  attentionNone: 'Nothing needs you',
  attentionNoneText: 'Failures, close expiries and passwords sent in clear will be listed here.',
  severity: { bad: 'Urgent', warn: 'Soon', info: 'For your information' },
  about: (reads: string, text: string) => `${reads}: ${text}`,
  fewer: 'Show fewer',
  moreItems: (count: number) => `Show ${count} more`,
  showAll: (count: number) => `Show ${count}`,
  horizon: 'Horizon',
  horizonNote(total: number, estimated: number, muted: number): string {
    const dates = counted(total, 'date', 'dates');
    return `next 12 months · ${dates}${estimated ? ` · ${number(estimated)} estimated` : ''}${muted ? ` · ${number(muted)} muted` : ''}`;
  },
  allExpiries: 'All expiries',
  sources: { reported: 'reported', certificate: 'certificate', entered: 'entered', estimated: 'estimated' },
  horizonEmpty: 'No expiry is known yet',
  horizonEmptyText: 'Dates appear here once a check reads a certificate or a token, or when you enter one on a record.',
  horizonLabel: 'Expiries in the next 12 months; use the arrow keys to go from one to the next',
  overdue: 'Overdue',
  next30: 'Next 30 days',
  otherOwners: 'Other owners',
  legend: { bad: 'ended or within 7 days', warn: 'within 30 days', later: 'later', several: 'several dates' },
  mark: (name: string, item: string, day: string, source: string, owner: string) => `${name}, ${item}, ${day}, ${source}, ${owner}`,
  ownedBy: (owner: string) => `owner ${owner}`,
  noOwner: 'no owner',
  more: (count: number) => `and ${number(count)} more`,
  nextExpiries: 'Next expiries',
  nextExpiriesNone: 'No expiry is known',
  days(days: number): string {
    if (days < 0) return `${counted(-days, 'day', 'days')} ago`;
    if (days === 0) return 'today';
    if (days === 1) return 'tomorrow';
    return `${days} days`;
  },
  inDays(days: number): string {
    if (days === 0) return 'today';
    return days === 1 ? 'tomorrow' : `in ${days} days`;
  },
  columns: { what: 'Credential', item: 'Item', on: 'Expires', source: 'Source', owner: 'Owner', left: 'Left' },
  recentChecks: 'Recent checks',
  recentChecksNone: 'No check has run yet',
  recentChecksNoneText: 'Open a credential and press Test connection.',
  recentEvents: 'Recent events',
  allEvents: 'All events',
  emptyTitle: 'Your vault is empty',
  emptyText: 'A credential is one way to reach one other system. Add one, or try it first with the practice servers: nothing leaves this machine.',
  trySandbox: 'Try it with the sandbox',
};
