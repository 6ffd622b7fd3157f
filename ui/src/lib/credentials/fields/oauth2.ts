/** The OAuth 2.0 block, the same wherever it stands (TUF-18..23, ELI-10). */
import { clientAuth, field, grant, isShared, type FieldSpec } from './spec';
import type { JsonObject } from '../record';

type Test = (record: JsonObject) => boolean;

/** Fields of the block at `at`; `when` says whether the record uses the block at all. */
export function oauth2Fields(at: string, when: Test): FieldSpec[] {
  const own: Test = (r) => when(r) && !isShared(r, at);
  const grants = (...names: string[]): Test => (r) => own(r) && names.includes(grant(r, at));
  const authBy = (...names: string[]): Test => (r) => own(r) && names.includes(clientAuth(r, at));
  // A mail server has a mailbox user name of its own, so the two are told apart.
  const login = at === 'auth.oauth2';
  return [
    field(`${at}.credential`, 'sharedCredential', 'text', 'auth', { required: true, applies: (r) => when(r) && isShared(r, at) }),
    field(`${at}.grant`, 'grant', 'choice', 'auth', { applies: own }),
    field(`${at}.token_url`, 'tokenUrl', 'url', 'auth', { required: true, mono: true, applies: own }),
    field(`${at}.authorize_url`, 'authorizeUrl', 'url', 'auth', { required: true, mono: true, applies: grants('authorization_code') }),
    field(`${at}.device_url`, 'deviceUrl', 'url', 'auth', { required: true, mono: true, applies: grants('device_code') }),
    ...userFields(at, login, grants('password')),
    field(`${at}.refresh_token`, 'refreshToken', 'secret', 'auth', { mono: true, applies: grants('refresh_token') }),
    field(`${at}.refresh_token`, 'signedIn', 'secret', 'auth', { mono: true, applies: grants('authorization_code', 'device_code') }),
    field(`${at}.client_id`, 'clientId', 'text', 'auth', { required: true, mono: true, applies: own }),
    field(`${at}.client_secret`, 'clientSecret', 'secret', 'auth', { mono: true, applies: authBy('post', 'basic') }),
    field(`${at}.certificate_pem`, 'assertionCertificate', 'pem', 'auth', { mono: true, applies: authBy('private_key_jwt') }),
    field(`${at}.private_key_pem`, 'assertionKey', 'secret_multiline', 'auth', { mono: true, applies: authBy('private_key_jwt') }),
    field(`${at}.scope`, 'scope', 'text', 'auth', { mono: true, applies: own }),
    field(`${at}.client_auth`, 'clientAuth', 'choice', 'advanced', { fallback: 'post', applies: own }),
    field(`${at}.assertion_algorithm`, 'assertionAlgorithm', 'choice', 'advanced', { fallback: 'PS256', applies: authBy('private_key_jwt') }),
    field(`${at}.redirect_uri`, 'redirectUri', 'url', 'advanced', { mono: true, applies: grants('authorization_code') }),
    field(`${at}.issuer`, 'issuer', 'url', 'advanced', { mono: true, applies: grants('authorization_code') }),
    field(`${at}.audience`, 'audience', 'text', 'advanced', { mono: true, applies: own }),
    field(`${at}.inactivity_days`, 'inactivityDays', 'days', 'advanced', { applies: grants('refresh_token', 'authorization_code', 'device_code') }),
    field(`${at}.extra`, 'extra', 'map', 'advanced', { applies: own }),
  ];
}

function userFields(at: string, login: boolean, applies: Test): FieldSpec[] {
  const onMail: Test = (r) => applies(r) && login && r['type'] === 'mail_server';
  const alone: Test = (r) => applies(r) && !(login && r['type'] === 'mail_server');
  return [
    field(`${at}.username`, 'username', 'text', 'auth', { required: true, applies: alone }),
    field(`${at}.password`, 'password', 'secret', 'auth', { applies: alone }),
    field(`${at}.username`, 'loginUser', 'text', 'auth', { required: true, applies: onMail }),
    field(`${at}.password`, 'loginPassword', 'secret', 'auth', { applies: onMail }),
  ];
}
