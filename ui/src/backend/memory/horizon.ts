import type { ExpiryView, HorizonFilter, ItemSettings } from '../types';
import { chosen } from '../../lib/horizon/filter';
import { problem } from './state';
import { expiriesOf, type Kept } from './views';

/** The dates that are asked for, soonest first. */
export function horizonOf(all: readonly Kept[], filter: HorizonFilter): ExpiryView[] {
  return chosen(all.flatMap(expiriesOf), filter).sort((a, b) => a.on.localeCompare(b.on) || a.credential_name.localeCompare(b.credential_name));
}

/** Puts the change over what is set; blank takes it back. */
export function changeItem(all: readonly Kept[], id: string, change: ItemSettings): ExpiryView {
  const [record, path] = [id.slice(0, id.indexOf('/')), id.slice(id.indexOf('/') + 1)];
  const kept = all.find((one) => one.id === record);
  if (!kept || !expiriesOf(kept).some((e) => e.id === id)) throw problem('not_found', 'This date is no longer there.', 'Someone may have changed its credential.');
  kept.items = { ...kept.items, [path]: { ...kept.items?.[path], ...change } };
  return expiriesOf(kept).find((e) => e.id === id) as ExpiryView;
}
