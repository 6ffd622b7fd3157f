/** What the tabs of a record get from the record around them. */
import type { Backend } from '../../backend/backend';
import type { CertificateSummary, CredentialRow, ExpiryView, ItemSettings } from '../../backend/types';
import type { FormContext } from '../../lib/credentials/form';

export interface RecordForm extends FormContext {
  readonly backend: Backend;
  readonly registrations: readonly CredentialRow[];
  /** The certificate that the server showed in the last check. */
  readonly shownCertificate: CertificateSummary | null;
  /** Asks whether that certificate is to be trusted. */
  pin(): void;
  /** Changes what is told of a date, at once. */
  changeItem(item: ExpiryView, change: ItemSettings): void;
}
