import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist', 'dist-browser', 'node_modules', 'src/backend/bindings'] },
  ...ts.configs.recommended,
  ...svelte.configs['flat/recommended'],
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
  },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'svelte/no-at-html-tags': 'error',
      // A style attribute in markup is refused by the content security policy; style: directives are not.
      'no-restricted-syntax': ['error', { selector: 'SvelteAttribute[key.name="style"]', message: 'Use a class or a style: directive.' }],
      // State is replaced as a whole ($state.raw), so plain sets, maps and dates are right.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-target-blank': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 400 }],
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text from a server must never become markup.' },
        { property: 'outerHTML', message: 'Text from a server must never become markup.' },
      ],
      'no-restricted-imports': ['error', { patterns: ['@tauri-apps/*'] }],
    },
  },
  { files: ['src/backend/tauri.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['src/texts/**', 'src/backend/types.ts'], rules: { 'max-lines': 'off' } },
  { files: ['tests/**', '**/*.test.ts'], rules: { 'no-restricted-properties': 'off' } },
);
