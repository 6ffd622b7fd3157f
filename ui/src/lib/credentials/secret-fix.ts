/** Puts a wrongly pasted secret right. Rust says what is wrong; a corrected secret never travels back to the page. */
import type { SecretFix } from '../../backend/types';

const quotes = /^["'`“‘„](.*)["'`”’“]$/su;
// The same characters that Rust calls invisible.
const invisible = /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff]/gu;

export function fixed(fix: SecretFix, value: string): string {
  switch (fix) {
    case 'trim':
      return value.trim();
    case 'unquote':
      return value.replace(quotes, '$1');
    case 'strip_invisible':
      return value.replace(invisible, '');
    case 'strip_scheme':
      return value.replace(/^bearer\s+/iu, '');
    case 'strip_blanks':
      return value.replaceAll(' ', '');
  }
}
