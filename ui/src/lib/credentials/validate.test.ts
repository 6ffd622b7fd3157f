import { describe, expect, it } from 'vitest';
import { findField } from './fields';
import { fixed } from './secret-fix';
import { judgeField, judgeHeaders, judgePairs } from './validate';
import { takeApart } from './webhook-url';

const record = { type: 'outbound_server', auth: { method: 'bearer' }, proxy: { url: 'x' } };
const says = (path: string, text: string): string | undefined => {
  const spec = findField(record, path);
  if (!spec) throw new Error(`no field ${path}`);
  return judgeField(spec, text)?.message;
};

describe('a field on leaving', () => {
  it('takes names, IPv4 and IPv6 as a host and refuses an address with a protocol', () => {
    for (const host of ['smtp.example.com', '10.20.0.25', '2001:db8::1', '[::1]', 'mail_relay', 'bücher.example']) expect(says('host', host)).toBeUndefined();
    for (const host of ['https://x.example', 'x.example/path', 'a b', '-x', 'x..y', 'x.example:25']) expect(says('host', host), host).toBeDefined();
  });

  it('takes ports from 1 to 65535', () => {
    expect(says('port', '65535')).toBeUndefined();
    for (const port of ['0', '65536', '25a', '-1']) expect(says('port', port), port).toBeDefined();
  });

  it('tuf_28_a_token_script_needs_its_full_path', () => {
    for (const script of ['/var/tmp/token_script.sh', 'C:\\scripts\\token.cmd', '\\\\server\\share\\t.cmd']) expect(says('auth.token_script', script)).toBeUndefined();
    for (const script of ['token.sh', './token.sh', 'C:token.cmd']) expect(says('auth.token_script', script), script).toBeDefined();
  });

  it('takes the four kinds of proxy', () => {
    for (const url of ['http://p:3128', 'https://p:443', 'socks5://p:1080', 'socks5h://[::1]:1080']) expect(says('proxy.url', url)).toBeUndefined();
    for (const url of ['p:3128', 'ftp://p', 'http://']) expect(says('proxy.url', url), url).toBeDefined();
  });
});

describe('a pasted secret', () => {
  it('is put right as Rust says, in the page alone', () => {
    expect(fixed('trim', 'abc \n')).toBe('abc');
    expect(fixed('unquote', '"abc"')).toBe('abc');
    expect(fixed('unquote', '“a"c”')).toBe('a"c');
    expect(fixed('strip_invisible', 'abc\u200bdef')).toBe('abcdef');
    expect(fixed('strip_scheme', 'Bearer abc')).toBe('abc');
    expect(fixed('strip_blanks', 'abcd efgh ijkl mnop')).toBe('abcdefghijklmnop');
  });
});

describe('rows', () => {
  it('refuses a header that is there twice or has a blank in its name', () => {
    expect([...judgeHeaders([{ name: 'Accept' }, { name: 'accept' }, { name: 'X Y' }, { name: '' }]).keys()]).toEqual([1, 2]);
  });

  it('qp_17_refuses_a_duplicate_key_and_qp_18_an_unknown_placeholder', () => {
    const found = judgePairs([{ key: 'a', value: '[resource_url]' }, { key: 'a', value: '' }, { key: 'b', value: '[nonsense]' }, { key: '', value: 'x' }]);
    expect([...found.keys()]).toEqual([1, 2, 3]);
  });

  it('takes a pasted webhook address apart', () => {
    expect(takeApart('https://hooks.example.com:8443/a/b?c=d')).toEqual({ protocol: 'https', host: 'hooks.example.com', port: '8443', path: '/a/b?c=d' });
    expect(takeApart('ftp://x')).toBeNull();
  });
});
