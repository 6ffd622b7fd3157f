import { render, screen, within } from '@testing-library/svelte';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { MemoryBackend } from '../backend/memory';
import { App, appContext } from '../lib/app/app.svelte';
import Alerts from '../components/settings/Alerts.svelte';
import { findings } from './record/test-window';
import { daysOf, routeOf, wayOf } from '../lib/alerts/form';

describe('the form of alerts', () => {
  it('reads days with commas or blanks between, and nothing else', () => {
    expect(daysOf('60, 30 7,1')).toEqual([60, 30, 7, 1]);
    expect(daysOf('')).toEqual([]);
    for (const wrong of ['soon', '-1', '3651', '1.5']) expect(daysOf(wrong), wrong).toBeNull();
  });
  it('gives each way back as it was', () => {
    for (const route of [{ by: 'mail', credential: 'a-b' }, { by: 'webhook', credential: 'c' }, { by: 'desktop' }, { by: 'exit_code' }] as const) {
      expect(routeOf(wayOf(route))).toEqual(route);
    }
    expect(wayOf(undefined)).toBe('');
    expect(routeOf('')).toBeNull();
  });
});

async function open() {
  const backend = new MemoryBackend({});
  const app = new App(backend);
  await app.start();
  await app.rows.reload();
  const { container } = render(Alerts, { context: appContext(app) });
  await screen.findByRole('button', { name: 'Save alerts' });
  return { app, backend, container, user: userEvent.setup() };
}

describe('Settings, Alerts', () => {
  it('saves addresses, days and two ways in order, and sends a sample by each', async () => {
    const { app, backend, container, user } = await open();
    const save = vi.spyOn(backend, 'alertsSave');
    const server = app.rows.all.find((row) => row.type === 'mail_server');
    if (!server) throw new Error('no mail server among the samples');
    expect(screen.getByText(/Only this computer is told/)).toBeTruthy();
    await user.clear(screen.getByLabelText('Email addresses'));
    await user.type(screen.getByLabelText('Email addresses'), 'a@example.com\nb@example.com');
    await user.clear(screen.getByLabelText('Days before the end'));
    await user.type(screen.getByLabelText('Days before the end'), '30, 7');
    await user.selectOptions(screen.getByLabelText('First way'), `mail:${server.id}`);
    await user.selectOptions(screen.getByLabelText('Second way'), 'desktop');
    expect(screen.queryByText(/Only this computer is told/)).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Save alerts' }));
    expect(save).toHaveBeenCalledWith({ addresses: ['a@example.com', 'b@example.com'], thresholds: { days: [30, 7], daily_after: true }, routes: [{ by: 'mail', credential: server.id }, { by: 'desktop' }] });
    await user.click(screen.getByRole('button', { name: 'Send a sample alert' }));
    const list = await screen.findByRole('list', { name: 'Sample alert' });
    expect(within(list).getAllByRole('listitem').map((item) => item.textContent)).toEqual([`Mail ${server.name}: accepted for 2 addresses`, 'Notification: sent']);
    expect(await findings(container)).toEqual([]);
  });

  it('saves what was changed in this window, and shows what another one set meanwhile', async () => {
    const { backend, user } = await open();
    await backend.alertsSave({ addresses: ['other@example.com'], thresholds: { days: [45], daily_after: false } });
    await user.click(screen.getByRole('switch', { name: 'Alerts' }));
    await user.click(screen.getByRole('button', { name: 'Save alerts' }));
    await vi.waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>('Email addresses').value).toBe('other@example.com'));
    expect(await backend.alertsShow()).toEqual({ enabled: false, addresses: ['other@example.com'], thresholds: { days: [45], daily_after: false }, routes: [{ by: 'desktop' }] });
  });

  it('shows what the system has of the start at sign-in, and changes it', async () => {
    const { backend, user } = await open();
    const find = () => screen.findByRole<HTMLInputElement>('switch', { name: 'Start Credenza when I sign in' });
    expect((await find()).checked).toBe(false);
    expect(screen.getByText(/It starts hidden, as an icon/)).toBeTruthy();
    await user.click(await find());
    expect(backend.memory.autostart.on).toBe(true);
    await vi.waitFor(async () => expect((await find()).checked).toBe(true));
    vi.spyOn(backend, 'autostartSave').mockRejectedValue({ code: 'io', message: 'It cannot be changed.', hint: '', field: null });
    await user.click(await find());
    await vi.waitFor(async () => expect((await find()).checked, 'refused: as it was').toBe(true));
  });

  it('says that it starts minimised where nothing shows an icon', async () => {
    const backend = new MemoryBackend({});
    backend.memory.autostart = { on: true, tray: false };
    const app = new App(backend);
    await app.start();
    const { container } = render(Alerts, { context: appContext(app) });
    expect(await screen.findByText(/It starts minimised/)).toBeTruthy();
    expect(await findings(container)).toEqual([]);
  });

  it('says at the field what is refused, and keeps what was typed', async () => {
    const { user } = await open();
    await user.clear(screen.getByLabelText('Email addresses'));
    await user.type(screen.getByLabelText('Email addresses'), 'nobody');
    await user.click(screen.getByRole('button', { name: 'Save alerts' }));
    expect(await screen.findByText('"nobody" is not an email address.')).toBeTruthy();
    expect(screen.getByLabelText<HTMLTextAreaElement>('Email addresses').value).toBe('nobody');
  });
});
