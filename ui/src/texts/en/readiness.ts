import type { ReadinessService, ReadinessState } from '../../backend/types';
import { number } from './number';

const services: Record<ReadinessService, string> = { exchange_online: 'Exchange Online', gmail: 'Gmail', entra: 'Entra ID' };
const states: Record<ReadinessState, string> = { met: 'Met', not_met: 'Not met', not_known: 'Not known' };
export const readiness = {
  tab: 'Readiness',
  services,
  states,
  heading: (service: string) => `What ${service} needs`,
  text: 'Judged from this record, the last token and the server’s last answer. Nothing is asked of a server here.',
  ready: 'Everything it needs is met',
  open: (n: number) => `Nothing is known to be missing; ${n === 1 ? 'one point is' : `${n} points are`} not known yet`,
  missing: (title: string) => `Not met: ${title}`,
  seen: 'Seen:',
  todo: 'To do:',
  list: 'Requirements',
  checklist: 'How to set it up',
  copy: (label: string) => `Copy ${label}`,
  copied: (label: string) => `${label} is on the clipboard.`,
  absent: 'not in this record',
  script: 'PowerShell',
  scriptText: 'For an Exchange administrator to run. Credenza does not run it.',
  copyScript: 'Copy PowerShell',
  refresh: 'Judge again',
  see: 'See the readiness check',
};
export const sunset = {
  open: 'Show the list',
  title: 'Sign-in that ends',
  source: (source: string) => `Source: ${source}`,
  announced: (day: string, number: string, asOf: string) => `Announced ${day} (${number}); ${asOf}.`,
  timeline: 'Dates',
  records: (n: number) => (n === 1 ? '1 credential uses it' : `${n} credentials use it`),
  none: 'No credential uses it.',
  draft: 'Make an OAuth 2.0 draft of this record',
  draftOf: (name: string) => `Make an OAuth 2.0 draft of ${name}`,
  show: (name: string) => `Open ${name}`,
  alternatives: 'What to use instead',
  trap: 'Mind',
  probably: 'probably',
  notes: (name: string) => `A draft from “${name}”, which stays as it is. Fill in the Client ID and Client Secret, test it, save it, and move over when it passes. The tab Readiness of the saved record shows what Entra and Exchange need.`,
};
export const facts = {
  text: 'What failures mean, and what providers have announced, are data files. A newer file can take their place without a new version of Credenza; the factory copy is always kept.',
  names: { error_codes: 'Explanations', lifetimes: 'Lifetimes and announcements' } as Record<string, string>,
  origins: { built_in: 'Built-in', replaced: 'Replaced' } as Record<string, string>,
  about: (origin: string, entries: number, version: string) => `${origin}, ${number(entries)} entries, version ${version}`,
  since: 'since',
  fault: 'A file in the folder is not used',
  replace: 'Replace from file…',
  replaceText: 'Checked whole before it is used: every entry complete, every pattern sound. Checks use it at once.',
  replaced: 'The explanations were replaced.',
  restore: 'Go back to the factory copy',
  restoreText: 'Removes the replaced files.',
  restored: 'The factory copy is in use.',
};
