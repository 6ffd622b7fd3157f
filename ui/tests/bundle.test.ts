// @vitest-environment node
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder = '';
const files = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credenza-window-'));
  // The test runner's own switch would choose the tests' resolution.
  const switched = process.env['VITEST'];
  delete process.env['VITEST'];
  try {
    await build({ root: fileURLToPath(new URL('..', import.meta.url)), mode: 'production', logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  } finally {
    if (switched !== undefined) process.env['VITEST'] = switched;
  }
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) files.set(entry.name, await readFile(join(entry.parentPath, entry.name), 'utf8'));
  }
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the shipped window holds neither the vault in memory nor its records', () => {
  expect([...files.keys()]).toEqual(expect.arrayContaining(['index.html', 'reveal.html']));
  const everything = [...files.values()].join('\n');
  for (const trace of ['contoso.com', 'correct horse battery', 'K7QM3-2XVA8', 'manySamples']) expect(everything.includes(trace), trace).toBe(false);
});
test('the pages run under a policy that allows files only', () => {
  for (const page of ['index.html', 'reveal.html']) {
    const html = files.get(page) ?? '';
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html).not.toMatch(/<style|style=|data:/);
  }
  for (const [name, text] of files) if (name.endsWith('.js')) expect(text.includes('style=\\"') || /<\w+[^>]* style="/.test(text), `${name} has a style in markup`).toBe(false);
});
