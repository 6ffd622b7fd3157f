import type { EventRow } from '../types';
import { minutesAgo, type Kept } from './views';

/** What happened lately, made from the records so that both tell the same story. */
export function sampleEvents(kept: readonly Kept[], operator: string): EventRow[] {
  const told: Omit<EventRow, 'seq'>[] = [
    { at: minutesAgo(60 * 24 * 40), operator, category: 'vault', action: 'vault_created', text: 'Vault created', credential_id: null },
    { at: minutesAgo(60 * 24 * 40 - 3), operator, category: 'slot', action: 'slot_added', text: 'Recovery code added as a way to unlock', credential_id: null },
    { at: minutesAgo(60 * 24 * 9), operator, category: 'settings', action: 'settings_changed', text: 'Settings changed: auto_lock_minutes', credential_id: null },
    { at: minutesAgo(47), operator, category: 'vault', action: 'vault_unlocked', text: 'Vault unlocked with the passphrase', credential_id: null },
    { at: minutesAgo(44), operator, category: 'secret', action: 'secret_reveal_intended', text: 'About to reveal the Client Secret of “Exchange Online: alerts”', credential_id: kept[0]?.id ?? null },
  ];
  for (const { id, sample } of kept.slice(0, 40)) {
    const { credential, lastCheck } = sample;
    told.push({ at: minutesAgo(60 * 24 * 30), operator, category: 'credential', action: 'credential_added', text: `“${credential.name}” added`, credential_id: id });
    if (lastCheck) {
      const verb = lastCheck.outcome === 'failed' ? `failed at ${lastCheck.failedStage}` : 'passed';
      told.push({ at: minutesAgo(lastCheck.minutesAgo), operator, category: 'check', action: 'check_finished', text: `Check of “${credential.name}” ${verb}`, credential_id: id });
    }
  }
  return told
    .sort((a, b) => a.at.localeCompare(b.at))
    .map((event, index) => ({ ...event, seq: index + 1 }))
    .reverse();
}
