import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { findings, openCredentials } from './record/test-window';

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const list = () => screen.getByRole('listbox', { name: 'Credentials' });
const option = (name: RegExp) => screen.getByRole('option', { name });
const panel = () => screen.findByRole('region', { name: 'Test of many' });

describe('testing many', () => {
  it('tests all, counts them, and says what the failures have in common', async () => {
    const { user, container, app } = await openCredentials();
    await user.click(button('Test all'));
    const many = await panel();
    await within(many).findByRole('heading', { name: /credentials tested$/ });
    const testable = app.rows.all.filter((row) => row.type !== 'secret').length;
    expect(within(many).getByText(`${testable} of ${testable}`)).toBeTruthy();
    const causes = within(many).getByRole('region', { name: 'What the failures have in common' });
    expect(within(causes).getAllByRole('listitem').length).toBeGreaterThan(0);
    expect(await findings(container)).toEqual([]);
    await user.click(within(many).getByRole('button', { name: /failed$/ }));
    expect(within(list()).getAllByRole('option')).toHaveLength(2);
    await user.click(button('Show all credentials again'));
    expect(within(list()).getAllByRole('option').length).toBeGreaterThan(2);
    await user.click(within(causes).getAllByRole('button', { name: /^Show/ })[0] as HTMLElement);
    expect(within(list()).getAllByRole('option').length).toBeLessThan(3);
  });

  it('tests a selection made with the keyboard', async () => {
    const { user, backend } = await openCredentials();
    const run = vi.spyOn(backend, 'checkMany');
    list().focus();
    await user.keyboard('{ArrowDown} {ArrowDown} ');
    expect(screen.getByText('2 credentials selected')).toBeTruthy();
    await user.click(button('Test selected'));
    await waitFor(() => expect(run.mock.calls[0]?.[0].ids).toHaveLength(2));
    await panel();
    await user.click(button('Clear selection'));
    expect(button('Test all')).toBeTruthy();
  });

  it('selects with the box in front of a row without opening it', async () => {
    const { user, container } = await openCredentials();
    await user.click(option(/Gmail/).querySelector('.box') as HTMLElement);
    expect(option(/Gmail/).getAttribute('aria-selected')).toBe('true');
    expect(screen.queryByRole('article')).toBeNull();
    expect(await findings(container)).toEqual([]);
  });

  it('shows results as they come, can be cancelled, and goes on while another record is looked at', async () => {
    const { user, app } = await openCredentials({ delayMs: 40 });
    await user.click(button('Test all'));
    const many = await panel();
    await waitFor(() => expect(app.many.rows.length).toBeGreaterThan(1));
    await user.click(option(/Gmail/));
    await screen.findByRole('article', { name: 'Gmail: newsletter' });
    expect(app.many.running).toBe(true);
    await user.click(button('Show'));
    await user.click(within(await panel()).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(app.many.phase).toBe('finished'));
    expect(app.many.result?.cancelled).toBeGreaterThan(0);
    expect(many).toBeTruthy();
  });

  it('opens a result, and forgets everything when the vault locks', async () => {
    const { user, app, backend } = await openCredentials();
    await user.click(button('Test all'));
    await waitFor(() => expect(app.many.phase).toBe('finished'));
    await user.click(await screen.findByRole('button', { name: /^Open Amazon/ }));
    await screen.findByRole('article', { name: 'Amazon SES eu-west-1' });
    backend.lockItself('idle');
    await waitFor(() => expect(app.many.phase).toBe('idle'));
    expect(app.many.rows).toEqual([]);
  });

  it('says why a run was refused', async () => {
    const { user, backend } = await openCredentials();
    backend.checkMany = () => Promise.reject({ code: 'io', message: 'The disk is full.', hint: 'Free some space.', field: null });
    await user.click(button('Test all'));
    expect(await screen.findByText(/The disk is full/)).toBeTruthy();
  });
});
