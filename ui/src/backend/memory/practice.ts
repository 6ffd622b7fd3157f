import type { Draft, PracticeMail, PracticeServer } from '../types';
import type { Sample } from './records';
import { minutesAgo } from './views';

const draft = (name: string, port: number, rest: Draft): Draft => ({ type: 'mail_server', name, description: 'Practice server on this machine', host: '127.0.0.1', port, sender: 'you@practice.test', tags: ['practice'], ...rest });

export const PRACTICE_SERVERS: readonly PracticeServer[] = [
  { name: 'Practice mail server', address: '127.0.0.1:2525', what: 'Takes mail with a user name and a password, over STARTTLS', username: 'practice', password: 'practice-1234', draft: draft('Practice: mail server', 2525, { tls: 'starttls', auth: { method: 'password', username: 'practice', password: 'practice-1234' } }) },
  { name: 'Practice mail server, OAuth 2.0', address: '127.0.0.1:2526', what: 'Takes mail with a token of the practice identity provider', username: 'practice', password: '', draft: draft('Practice: mail server with OAuth 2.0', 2526, { tls: 'starttls', auth: { method: 'none' } }) },
  { name: 'Practice mail server that refuses', address: '127.0.0.1:2527', what: 'Refuses the password as Exchange Online would', username: 'practice', password: 'wrong', draft: draft('Practice: refused mailbox', 2527, { tls: 'starttls', auth: { method: 'password', username: 'practice', password: 'wrong' } }) },
  { name: 'Practice identity provider', address: 'https://127.0.0.1:8443', what: 'Gives tokens for client credentials and refresh tokens', username: 'practice-client', password: 'practice-secret', draft: { type: 'app_registration', name: 'Practice: identity provider', description: 'Practice server on this machine', tags: ['practice'], oauth2: { grant: 'client_credentials', token_url: 'https://127.0.0.1:8443/token', client_id: 'practice-client', client_secret: 'practice-secret' } } },
  { name: 'Practice webhook receiver', address: 'https://127.0.0.1:8444', what: 'Shows what a webhook received', username: '', password: '', draft: { type: 'webhook', name: 'Practice: webhook receiver', description: 'Practice server on this machine', host: '127.0.0.1', port: 8444, tags: ['practice'], method: 'POST', path: '/hook' } },
];

export const PRACTICE_SAMPLES: readonly Sample[] = [
  { credential: { type: 'mail_server', name: 'Practice: mail server', description: 'Practice server on this machine', host: '127.0.0.1', port: 2525, tls: 'starttls', sender: 'you@practice.test', tags: ['practice'], auth: { method: 'password', username: 'practice', password: '****1234' } } },
  { credential: { type: 'mail_server', name: 'Practice: refused mailbox', description: 'Practice server on this machine', host: '127.0.0.1', port: 2527, tls: 'starttls', sender: 'you@practice.test', tags: ['practice', 'refuses'], auth: { method: 'password', username: 'practice', password: '****' } } },
  { credential: { type: 'app_registration', name: 'Practice: identity provider', description: 'Practice server on this machine', tags: ['practice'], oauth2: { grant: 'client_credentials', token_url: 'https://127.0.0.1:8443/token', client_id: 'practice-client', client_secret: '****cret' } } },
  { credential: { type: 'webhook', name: 'Practice: webhook receiver', description: 'Practice server on this machine', host: '127.0.0.1', port: 8444, tags: ['practice'], path: '****', method: 'POST' } },
];

export function practiceMail(n: number): PracticeMail {
  return { id: `m${n}`, at: minutesAgo(n), from: 'you@practice.test', to: ['colleague@practice.test'], subject: 'Test email from Credenza', text: 'This is a test email. If you can read it, the mail server accepted it.' };
}
