import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess({ style: false }),
  compilerOptions: { runes: true },
  // Packages that ship Svelte 4 syntax would need this off for themselves; none is used.
};
