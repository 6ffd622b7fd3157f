import { describe, expect, it } from 'vitest';
import { Draft } from './draft.svelte';
import type { JsonObject } from './record';

const stored: JsonObject = {
  type: 'mail_server',
  name: 'Office mail',
  description: 'ERP alerts',
  host: 'smtp.example.com',
  tls: 'starttls',
  tags: ['erp', 'prod'],
  auth: { method: 'password', username: 'erp', password: '****k9Qz' },
};
const open = (credential: JsonObject = stored, id: string | null = 'id-1'): Draft => new Draft({ id, revision: 3, credential });

describe('the unsaved form', () => {
  it('is clean when opened and sends no stored secret', () => {
    const draft = open();
    expect(draft.dirty).toBe(false);
    expect(draft.json()).toEqual({ ...stored, auth: { method: 'password', username: 'erp' } });
  });

  it('d2_untouched_keeps_typed_replaces_and_clear_removes', () => {
    const draft = open();
    draft.replaceSecret('auth.password', 'new one');
    expect(draft.json()['auth']).toEqual({ method: 'password', username: 'erp', password: 'new one' });
    draft.replaceSecret('auth.password', '');
    expect(draft.dirty, 'typed and emptied again is untouched').toBe(false);
    draft.clearSecret('auth.password');
    expect(draft.json()['auth']).toEqual({ method: 'password', username: 'erp', password: null });
    draft.keepSecret('auth.password');
    expect(draft.dirty).toBe(false);
  });

  it('d2_a_mask_typed_as_a_secret_is_refused', () => {
    const draft = open();
    draft.replaceSecret('auth.password', '****k9Qz');
    draft.judge('auth.password');
    expect(draft.findings['auth.password']?.severity).toBe('error');
  });

  it('leaves out what does not apply and gives it back when the method returns', () => {
    const draft = open();
    draft.set('auth.method', 'none');
    expect(draft.json()['auth']).toEqual({ method: 'none' });
    draft.set('auth.method', 'password');
    expect(draft.text('auth.username')).toBe('erp');
    expect(draft.dirty).toBe(false);
  });

  it('vector_2_a_blank_port_stays_blank', () => {
    const draft = open();
    draft.set('port', '587');
    expect(draft.json()['port']).toBe(587);
    draft.set('port', '');
    expect('port' in draft.json()).toBe(false);
  });

  it('sends tags as a list, also when they were typed', () => {
    const draft = open();
    draft.set('tags', 'erp, prod');
    expect(draft.dirty).toBe(false);
    draft.set('tags', 'erp');
    expect(draft.json()['tags']).toEqual(['erp']);
  });

  it('keeps a secret header without sending its value', () => {
    const draft = open({ type: 'outbound_server', name: 'a', description: 'b', host: 'c', headers: [{ name: 'X-Api-Key', value: '****abcd', secret: true }] });
    expect(draft.json()['headers']).toEqual([{ name: 'X-Api-Key', secret: true }]);
    expect(draft.headers[0]?.mask).toBe('****abcd');
    const row = draft.headers[0];
    if (row) row.name = 'X-Other';
    expect(draft.json()['headers'], 'a stored value does not follow a renaming').toEqual([{ name: 'X-Other', value: '', secret: true }]);
  });

  it('vector_3_names_the_description_that_is_missing', () => {
    const draft = open({ type: 'mail_server', name: 'x', host: 'smtp.example.com' }, null);
    expect(draft.judgeAll()).toBe(false);
    expect(Object.keys(draft.findings)).toEqual(['description']);
  });

  it('goes back to what is stored on discard', () => {
    const draft = open();
    draft.set('name', 'Other');
    draft.replaceSecret('auth.password', 'x');
    draft.reset();
    expect(draft.dirty).toBe(false);
    expect(draft.text('name')).toBe('Office mail');
  });

  it('keeps the block of an app registration even when it is empty', () => {
    const draft = open({ type: 'app_registration', name: 'a', description: 'b' }, null);
    expect(draft.json()['oauth2']).toEqual({});
  });
});
