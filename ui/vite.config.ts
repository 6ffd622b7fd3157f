import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Two builds from one source. The shipped one talks to Rust; `--mode browser` and the tests
 * talk to a vault in memory, which therefore never reaches the shipped bundle.
 */
export default defineConfig(({ mode }) => {
  const shipped = mode === 'production';
  return {
    plugins: [svelte()],
    resolve: {
      alias: {
        '#backend': at(shipped ? './src/backend/tauri.ts' : './src/backend/memory/open.ts'),
      },
      // Svelte's server build is what Node would pick; the tests mount components.
      conditions: process.env['VITEST'] ? ['browser'] : undefined,
    },
    build: {
      outDir: shipped ? 'dist' : 'dist-browser',
      emptyOutDir: true,
      target: ['es2023', 'safari18'],
      // The content security policy allows files only, never data: scripts or styles.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: { main: at('./index.html'), reveal: at('./reveal.html') } },
    },
    test: {
      environment: 'jsdom',
      setupFiles: ['./tests/setup.ts'],
      include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
      restoreMocks: true,
      testTimeout: 60_000,
    },
  };
});
