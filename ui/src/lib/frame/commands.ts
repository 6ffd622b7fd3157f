import type { Component } from 'svelte';
import Archive from '@lucide/svelte/icons/archive';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import CircleX from '@lucide/svelte/icons/circle-x';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Lock from '@lucide/svelte/icons/lock';
import Moon from '@lucide/svelte/icons/moon';
import Plus from '@lucide/svelte/icons/plus';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Sun from '@lucide/svelte/icons/sun';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import type { Theme } from '../../backend/types';
import { VIEWS, type App } from '../app/app.svelte';
import { t } from '../../texts/en';
import { many as manyWords } from '../../texts/many.en';
import { VIEW_ICONS } from './icons';

export interface Command {
  id: string;
  label: string;
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
  hint?: string;
  run: () => void;
}

async function useTheme(app: App, theme: Theme): Promise<void> {
  await app.attempt(async () => {
    const settings = await app.backend.settingsShow();
    app.setTheme((await app.backend.settingsSave({ ...settings, theme })).theme);
  });
}
async function backUp(app: App): Promise<void> {
  const done = await app.attempt(() => app.backend.vaultBackup());
  if (done) app.notify({ severity: 'ok', text: t.settings.vault.backedUp(done.path) });
}
async function verifyEvents(app: App): Promise<void> {
  const found = await app.attempt(() => app.backend.eventVerify());
  if (!found) return;
  const intact = found.first_bad === null;
  app.notify({ severity: intact ? 'ok' : 'bad', text: intact ? t.events.verified(found.checked) : t.events.broken(found.first_bad ?? 0), ...(intact ? {} : { detail: t.events.brokenText }) });
}
async function practice(app: App, start: boolean): Promise<void> {
  await app.attempt(async () => {
    await (start ? app.backend.practiceStart() : app.backend.practiceStop());
    await app.refreshState();
  });
}

/** What the palette can do, besides opening a record. */
export function commands(app: App): Command[] {
  const words = t.frame.palette;
  const going = VIEWS.map((view, n) => ({ id: `go-${view}`, label: words.goTo(t.frame.views[view]), icon: VIEW_ICONS[view], hint: `Ctrl ${n + 1}`, run: () => void app.navigate(view) }));
  const running = app.state?.practice ?? false;
  return [
    ...(app.administrator ? [{ id: 'add', label: words.addCredential, icon: Plus, run: () => void app.navigate('credentials', { add: true }) }] : []),
    ...going,
    { id: 'failing', label: words.failing, icon: CircleX, run: () => void app.navigate('credentials', { filter: 'failing' }) },
    { id: 'expiring', label: words.expiring, icon: CalendarClock, run: () => void app.navigate('credentials', { filter: 'expiring' }) },
    { id: 'explain', label: t.explain.command, icon: CircleHelp, run: () => app.explain() },
    { id: 'test-all', label: manyWords.all, icon: ListChecks, run: () => void app.navigate('credentials', { testAll: true }) },
    { id: 'verify-events', label: words.verifyEvents, icon: ShieldCheck, run: () => void verifyEvents(app) },
    { id: 'backup', label: words.backup, icon: Archive, run: () => void backUp(app) },
    { id: 'practice', label: running ? words.practiceStop : words.practiceStart, icon: FlaskConical, run: () => void practice(app, !running) },
    { id: 'light', label: words.theme.light, icon: Sun, run: () => void useTheme(app, 'light') },
    { id: 'dark', label: words.theme.dark, icon: Moon, run: () => void useTheme(app, 'dark') },
    { id: 'system', label: words.theme.system, icon: SunMoon, run: () => void useTheme(app, 'system') },
    { id: 'lock', label: words.lock, icon: Lock, hint: 'Ctrl L', run: () => void app.lock() },
  ];
}
