/** Looks at a secret as it was pasted. It only hints: a blank can be part of a password. */
import { pasteHints } from '../../texts/credentials.en';

export interface PasteHint {
  message: string;
  /** The cleaned value, when there is an obvious one. */
  fixed: string | null;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const quotes: readonly (readonly [string, string])[] = [['"', '"'], ["'", "'"], ['“', '”'], ['‘', '’'], ['`', '`']];
// Zero-width characters, byte order mark, no-break blanks: web pages and chats put them in.
const invisible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00a0\u200b-\u200f\u2028-\u202f\u2060\ufeff]/gu;

/** `path` is the field ("auth.oauth2.client_secret"); PEM texts keep their line ends. */
export function lintPaste(path: string, value: string): PasteHint | null {
  if (value === '' || path.endsWith('private_key_pem')) return null;
  if (value !== value.trim()) return { message: pasteHints.blanks, fixed: value.trim() };
  if (value.search(invisible) >= 0) return { message: pasteHints.control, fixed: value.replace(invisible, '') };
  const pair = quotes.find(([open, close]) => value.length > 1 && value.startsWith(open) && value.endsWith(close));
  if (pair) return { message: pasteHints.quotes, fixed: value.slice(1, -1) };
  if (path.endsWith('token') && /^bearer\s+\S/iu.test(value)) return { message: pasteHints.bearer, fixed: value.replace(/^bearer\s+/iu, '') };
  if (path.endsWith('client_secret') && guid.test(value)) return { message: pasteHints.guid, fixed: null };
  if (path === 'auth.password' && /^[a-z]{4}( [a-z]{4}){3}$/u.test(value)) {
    return { message: pasteHints.appPasswordBlanks, fixed: value.replaceAll(' ', '') };
  }
  return null;
}
