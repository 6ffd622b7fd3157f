import type { AlertRoute, AlertSettings, RouteAttempt } from '../types';
import { problem } from './state';
import type { Kept } from './views';

/** Refuses what the real one refuses at once, and tidies the rest. */
export function checkedAlerts(settings: AlertSettings): AlertSettings {
  const addresses = [...new Set(settings.addresses.map((address) => address.trim()).filter((address) => address !== ''))];
  addresses.forEach((address, n) => {
    if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw problem('invalid', `"${address}" is not an email address.`, 'Correct it and try again; nothing was changed.', `addresses.${n}`);
  });
  const [first, second] = settings.routes;
  if (settings.enabled && !first) throw problem('invalid', 'Choose a way by which alerts go out, or switch alerts off.', '', 'routes');
  if (second && JSON.stringify(first) === JSON.stringify(second)) throw problem('invalid', 'The second way is the first once more: it would fail with it.', '', 'routes.1');
  if (settings.enabled && addresses.length === 0 && settings.routes.some((route) => route.by === 'mail')) throw problem('invalid', 'Alerts go by mail, and there is no address to send them to.', '', 'addresses');
  const days = [...new Set(settings.thresholds.days)].sort((a, b) => b - a);
  return { ...settings, addresses, thresholds: { ...settings.thresholds, days } };
}

export function sampleAttempt(route: AlertRoute, settings: AlertSettings, kept: readonly Kept[]): RouteAttempt {
  const name = 'credential' in route ? (kept.find((record) => record.id === route.credential)?.sample.credential.name ?? '') : '';
  const ok = route.by !== 'exit_code';
  return { route: route.by, name, ok, reason: ok ? null : 'not_here', stage: null, words: ok ? 'told' : 'only the command has an exit code', items: 1, recipients: route.by === 'mail' ? settings.addresses.length : 0 };
}
