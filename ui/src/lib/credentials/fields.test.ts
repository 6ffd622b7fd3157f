import { describe, expect, it } from 'vitest';
import { fieldTexts } from '../../texts/credentials.en';
import { choicesOf, defaultPort, entraTokenUrl, fieldLabel, fieldsOf } from './fields';
import { recordTypes, type JsonObject } from './record';

const labels = (record: JsonObject): string[] => fieldsOf(record).map((spec) => fieldTexts[spec.text].label);
const paths = (record: JsonObject): string[] => fieldsOf(record).map((spec) => spec.path);

describe('the fields of a record', () => {
  it('names every field once, whatever the type, method and grant', () => {
    for (const type of recordTypes) {
      for (const method of ['none', 'password', 'basic', 'bearer', 'oauth2']) {
        for (const grant of ['client_credentials', 'password', 'refresh_token']) {
          const record = { type, auth: { method, oauth2: { grant } }, oauth2: { grant }, proxy: { url: 'http://p:1' } };
          const found = labels(record);
          expect(new Set(found).size, `${type} ${method} ${grant}: ${found.join(', ')}`).toBe(found.length);
        }
      }
    }
  });

  it('iqx_2_fields_that_do_not_apply_are_hidden', () => {
    expect(labels({ type: 'mail_server', auth: { method: 'none' } })).not.toContain('Password');
    expect(labels({ type: 'mail_server', auth: { method: 'password' } })).toContain('Password');
    expect(labels({ type: 'secret' })).not.toContain('Verify certificate');
  });

  it('iqx_8_name_description_and_host_are_required', () => {
    for (const type of ['mail_server', 'outbound_server', 'webhook']) {
      const required = fieldsOf({ type }).filter((spec) => spec.required).map((spec) => spec.path);
      expect(required).toEqual(expect.arrayContaining(['name', 'description', 'host']));
    }
  });

  it('tuf_19_the_password_grant_has_its_six_fields', () => {
    const found = labels({ type: 'outbound_server', auth: { method: 'oauth2', oauth2: { grant: 'password' } } });
    expect(found).toEqual(expect.arrayContaining(['Access Token URL', 'User name', 'Password', 'Client ID', 'Client Secret', 'Scope']));
  });

  it('tuf_21_the_refresh_token_replaces_user_name_and_password', () => {
    const found = labels({ type: 'outbound_server', auth: { method: 'oauth2', oauth2: { grant: 'refresh_token' } } });
    expect(found).toContain('Refresh Token');
    expect(found).not.toContain('User name');
    expect(found).not.toContain('Password');
  });

  it('an app registration in use takes the place of the block', () => {
    const found = paths({ type: 'mail_server', auth: { method: 'oauth2', oauth2: { credential: 'Entra' } } });
    expect(found).toContain('auth.oauth2.credential');
    expect(found).not.toContain('auth.oauth2.token_url');
  });

  it('iqx_11_a_blank_port_acts_as_25_for_mail_and_by_protocol_elsewhere', () => {
    expect(defaultPort({ type: 'mail_server' })).toBe(25);
    expect(defaultPort({ type: 'outbound_server', protocol: 'http' })).toBe(80);
    expect(defaultPort({ type: 'webhook' })).toBe(443);
  });

  it('a stored grant that is not offered stays choosable', () => {
    const record = { type: 'app_registration', oauth2: { grant: 'device_code' } };
    expect(choicesOf(record, 'oauth2.grant')).toContain('device_code');
  });

  it('eli_12_the_token_url_is_filled_from_the_tenant', () => {
    expect(entraTokenUrl(' contoso.com ')).toBe('https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token');
  });

  it('a path is shown as the word people know', () => {
    expect(fieldLabel({ type: 'mail_server', auth: { method: 'oauth2' } }, 'auth.oauth2.client_secret')).toBe('Client Secret');
    expect(fieldLabel({ type: 'outbound_server' }, 'headers.X-Api-Key')).toBe('HTTP headers');
  });
});
