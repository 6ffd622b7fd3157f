/** Sign-ins on forms that are not saved yet, as the program holds them for Save. */
import type { CheckRequest, Credential, CredentialDetail, Draft, SignInSaved } from '../types';

interface Held {
  endpoint: string;
}

export class HeldSignIns {
  readonly #held = new Map<string, Held>();

  /** Whether this form was signed in on, so that nobody is asked again. */
  serves(request: CheckRequest, credential: Credential): boolean {
    return request.form !== undefined && this.#held.get(request.form)?.endpoint === endpointOf(credential);
  }

  /** Where the refresh token of a sign-in goes: to the record, or with the unsaved form. */
  keep(request: CheckRequest, credential: Credential): 'stored' | 'held' {
    if (!request.draft || !request.form) return 'stored';
    this.#held.set(request.form, { endpoint: endpointOf(credential) });
    return 'held';
  }

  /** What Save makes of it. */
  saved(form: string, draft: Draft): Pick<CredentialDetail, 'sign_in'> {
    const held = this.#held.get(form);
    this.#held.delete(form);
    if (!held) return {};
    const outcome: SignInSaved = held.endpoint === endpointOf(draft as unknown as Credential) ? 'stored' : 'dropped';
    return { sign_in: outcome };
  }

  forget(form: string): void {
    this.#held.delete(form);
  }
}

function endpointOf(credential: Credential): string {
  const block = credential.type === 'app_registration' ? credential.oauth2 : 'auth' in credential && credential.auth?.method === 'oauth2' ? credential.auth.oauth2 : null;
  return block && 'grant' in block ? JSON.stringify([block.grant, block.token_url, block.client_id, block.authorize_url, block.device_url]) : '';
}
