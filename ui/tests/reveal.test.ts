import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryBackend, PASSPHRASE } from '../src/backend/memory';
import Reveal from '../src/Reveal.svelte';

const VALUE = 'Vq8~h2.Zr6_TnL4-xM0pEwYbK9Qz';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function opened(passphrase: string): Promise<MemoryBackend> {
  const backend = new MemoryBackend();
  backend.pretendReveal('Exchange Online: alerts', 'auth.oauth2.client_secret');
  render(Reveal, { props: { backend } });
  await vi.advanceTimersByTimeAsync(1);
  await fireEvent.input(screen.getByLabelText('Your passphrase'), { target: { value: passphrase } });
  await fireEvent.click(screen.getByRole('button', { name: 'Reveal' }));
  await vi.advanceTimersByTimeAsync(1);
  return backend;
}
const inPage = () => document.documentElement.outerHTML.includes(VALUE);

test('the value is shown after the passphrase, for 15 seconds and no longer', async () => {
  await opened(PASSPHRASE);
  expect(inPage()).toBe(true);
  await vi.advanceTimersByTimeAsync(13_500);
  expect(inPage(), 'still there after 13.5 seconds').toBe(true);
  await vi.advanceTimersByTimeAsync(1_600);
  expect(inPage(), 'gone after 15 seconds').toBe(false);
  expect(screen.getByText('Hidden again')).toBeTruthy();
});
test('a wrong passphrase shows nothing and says so', async () => {
  await opened('wrong');
  expect(inPage()).toBe(false);
  expect(screen.getByText(/not yours/)).toBeTruthy();
});
test('the vault locking takes the value away at once', async () => {
  const backend = await opened(PASSPHRASE);
  backend.lockItself('idle');
  await vi.advanceTimersByTimeAsync(1);
  expect(inPage()).toBe(false);
});
test('Hide now takes the value away at once', async () => {
  await opened(PASSPHRASE);
  await fireEvent.click(screen.getByRole('button', { name: 'Hide now' }));
  expect(inPage()).toBe(false);
});
