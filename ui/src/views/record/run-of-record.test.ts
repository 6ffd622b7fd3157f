/** A check that is still going on when another record is opened. */
import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../backend/types';
import { refusedPassword } from '../../lib/checks/fixtures';
import { idOf, openCredentials, type TestWindow } from './test-window';

const SLOW = 'Amazon SES eu-west-1';
const OTHER = 'Exchange Online: alerts';

/** A window whose checks end when the returned function is called. */
async function withSlowServer(): Promise<[TestWindow, (result: CheckResult) => void]> {
  const window = await openCredentials();
  const ends: ((result: CheckResult) => void)[] = [];
  window.backend.checkRun = async (request) => {
    window.runs.push(request);
    return new Promise((end) => ends.push(end));
  };
  return [window, (result) => ends.forEach((end) => end(result))];
}

async function open(window: TestWindow, name: string): Promise<void> {
  window.app.params = { id: await idOf(window, name) };
  await screen.findByRole('article', { name });
}

describe('a check that is still going on when another record is opened', () => {
  it('says nothing on the other record, and is found again on its own', async () => {
    const [window, end] = await withSlowServer();
    await open(window, SLOW);
    await window.user.click(screen.getByRole('button', { name: 'Test connection' }));
    await waitFor(() => expect(window.runs).toHaveLength(1));
    await open(window, OTHER);
    expect(screen.getByRole('button', { name: 'Test connection' }).matches(':disabled')).toBe(false);
    expect(screen.queryByRole('button', { name: 'Cancel check' })).toBeNull();
    await open(window, SLOW);
    expect(screen.getByRole('region', { name: 'Check result' }).getAttribute('aria-busy')).toBe('true');
    await open(window, OTHER);
    end({ ...refusedPassword, credential: { ...refusedPassword.credential, id: await idOf(window, SLOW) } });
    await new Promise((done) => setTimeout(done));
    expect(screen.queryByText(refusedPassword.explanation?.title ?? '-')).toBeNull();
  });

  it('brings its outcome to the list whatever is open', async () => {
    const [window, end] = await withSlowServer();
    await open(window, SLOW);
    await window.user.click(screen.getByRole('button', { name: 'Test connection' }));
    await waitFor(() => expect(window.runs).toHaveLength(1));
    await open(window, OTHER);
    const asked: string[] = [];
    const show = window.backend.credentialShow;
    window.backend.credentialShow = async (id) => {
      asked.push(id);
      return show(id);
    };
    end(refusedPassword);
    await waitFor(async () => expect(asked).toEqual([await idOf(window, SLOW)]));
    expect(screen.getByRole('article', { name: OTHER })).toBeTruthy();
  });
});
