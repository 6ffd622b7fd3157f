/** The records themselves, as `show` gives them and a form sends them. */
import type { ExpirySource } from './horizon-types';
import type { Day, JsonObject, CredentialClass } from './types';

/** A stored secret as the window sees it: `****` and perhaps its last four characters. */
export type Mask = string;
export interface Expiry {
  item: string;
  on: Day;
  source: ExpirySource;
  note?: string;
}
export interface CertificateCheck {
  mode: 'enable' | 'disable' | 'certificate';
  certificate_pem?: string;
}
export interface ProxySettings {
  url: string;
  username?: string;
  password?: Mask;
}
export interface ClientCertificate {
  certificate_pem: string;
  private_key_pem?: Mask;
}
export interface Header {
  name: string;
  value?: string;
  secret?: boolean;
  masked?: Mask;
}
export type Grant = 'client_credentials' | 'password' | 'refresh_token' | 'authorization_code' | 'device_code';
export interface OAuth2 {
  grant: Grant;
  token_url: string;
  authorize_url?: string;
  device_url?: string;
  client_id: string;
  client_secret?: Mask;
  redirect_uri?: string;
  issuer?: string;
  client_auth?: 'post' | 'basic' | 'private_key_jwt' | 'none';
  assertion_algorithm?: 'PS256' | 'RS256';
  certificate_pem?: string;
  private_key_pem?: Mask;
  scope?: string;
  audience?: string;
  extra?: Record<string, string>;
  username?: string;
  password?: Mask;
  refresh_token?: Mask;
  inactivity_days?: number;
}
/** Its own block, or `{credential}`: the name or id of an app registration whose block is used. */
export type OAuth2Source = OAuth2 | { credential: string };
export interface Common {
  name: string;
  description: string;
  owner?: string;
  location?: string;
  notes?: string;
  tags?: string[];
  /** Addresses that are told when an unattended check or a job fails. */
  subscribers?: string[];
  class?: CredentialClass;
  expiries?: Expiry[];
}
export interface Connection {
  host?: string;
  port?: number | null;
  certificate_check?: CertificateCheck;
  client_certificate?: ClientCertificate;
  proxy?: ProxySettings;
}
export type MailAuth =
  | { method: 'none' }
  | { method: 'password'; username: string; password?: Mask; password_kind?: string; account?: string; purpose?: string; mechanisms?: string[] }
  | { method: 'oauth2'; username: string; oauth2: OAuth2Source };
export interface MailServer extends Common, Connection {
  type: 'mail_server';
  tls?: 'none' | 'starttls' | 'implicit';
  sender?: string;
  allow_clear?: boolean;
  auth?: MailAuth;
}
export type OutboundAuth =
  | { method: 'none' }
  | { method: 'basic'; username: string; password?: Mask }
  | { method: 'digest'; username: string; password?: Mask }
  | { method: 'api_key'; in?: 'header' | 'query'; name: string; value?: Mask }
  | { method: 'bearer'; token?: Mask; token_script?: string }
  | { method: 'oauth2'; oauth2: OAuth2Source };
export interface TestRequest {
  method: string;
  path: string;
  expect_status: number[];
}
export interface OutboundServer extends Common, Connection {
  type: 'outbound_server';
  protocol?: 'http' | 'https';
  base_path?: string;
  test_request?: TestRequest;
  headers?: Header[];
  auth?: OutboundAuth;
}
export interface AppRegistration extends Common, Connection {
  type: 'app_registration';
  oauth2: OAuth2;
  tenant_id?: string;
  application_id?: string;
  principal_id?: string;
  target_client_id?: string;
  graph_url?: string;
}
export interface Pair {
  key: string;
  value: string;
}
export interface Webhook extends Common, Connection {
  type: 'webhook';
  protocol?: 'http' | 'https';
  method?: string;
  path?: Mask;
  headers?: Header[];
  payload?: Pair[];
  signing_secret?: Mask;
  signature?: 'automatic' | 'none' | 'standard_webhooks';
}
export interface SecretValue extends Common {
  type: 'secret';
  kind?: 'api_key' | 'app_password' | 'licence' | 'certificate' | 'other';
  host?: string;
  port?: number | null;
  value?: Mask;
}
export type Credential = MailServer | OutboundServer | AppRegistration | Webhook | SecretValue;
/**
 * The form as the contract's record JSON. A secret that is absent keeps the stored one, a string
 * replaces it, `null` clears it.
 */
export type Draft = JsonObject;
