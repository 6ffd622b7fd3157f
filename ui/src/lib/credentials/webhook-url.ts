/** A pasted address taken apart: host and protocol are shown, path and query are a secret (QP-16). */
export interface AddressParts {
  protocol: 'http' | 'https';
  host: string;
  port: string;
  /** Path with query; "" when there is none. */
  path: string;
}

export function takeApart(text: string): AddressParts | null {
  try {
    const url = new URL(text.trim());
    if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') return null;
    const path = url.pathname + url.search;
    return { protocol: url.protocol === 'https:' ? 'https' : 'http', host: url.hostname, port: url.port, path: path === '/' ? '' : path };
  } catch {
    return null;
  }
}
