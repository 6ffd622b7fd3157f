/** What a field of the form may ask of the record around it. */
import type { Backend } from '../../backend/backend';
import type { ExpiryView } from '../../backend/types';
import type { Draft } from './draft.svelte';

export interface FormContext {
  readonly draft: Draft;
  readonly backend: Backend;
  /** The date on which a secret field stops working, if it is known. */
  expiryOf(path: string): ExpiryView | undefined;
  /** A field was left: it is checked. */
  leave(path: string): Promise<void>;
  /** This operator may look but not change. */
  readonly readonly: boolean;
  /** Opens the reveal window; null when this operator or this record cannot. */
  readonly reveal: ((path: string) => void) | null;
  /** Opens the rotation of a stored secret; null when this operator or this record cannot, or the form has changes. */
  readonly rotate: ((path: string) => void) | null;
}
