/** The last recipients of a test email by record, for as long as the window is unlocked: never stored. */
const recipients = new Map<string, string>();
const newRecord = 'new';

export function recipientsOf(id: string | null): string {
  return recipients.get(id ?? newRecord) ?? '';
}

export function rememberRecipients(id: string | null, to: readonly string[]): void {
  recipients.set(id ?? newRecord, to.join(', '));
}

/** Nothing of a record stays in the window after it is locked. */
export function forgetRecipients(): void {
  recipients.clear();
}
