/** How near a date is, as a tone. The thresholds are those of the alerts (QP-28). */
export function expiryTone(days: number): 'bad' | 'warn' | 'neutral' {
  if (days < 0) return 'bad';
  return days <= 30 ? 'warn' : 'neutral';
}
