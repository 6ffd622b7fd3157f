/** Every word the window says, in English. Another language is another object of this shape. */
import { alerts } from './en/alerts';
import { checks } from './en/checks';
import { credentials } from './en/credentials';
import { events } from './en/events';
import { explain } from './en/explain';
import { firstRun } from './en/first-run';
import { frame } from './en/frame';
import { inventory } from './en/inventory';
import { lock } from './en/lock';
import { overview } from './en/overview';
import { facts, readiness, sunset } from './en/readiness';
import { reveal } from './en/reveal';
import { rotation } from './en/rotation';
import { settings } from './en/settings';
import { common, problems, stages, types, who, outcomes, kinds, roles, sources } from './en/words';

export const locale = 'en';
export const t = {
  alerts,
  common,
  problems,
  types,
  stages,
  who,
  outcomes,
  kinds,
  roles,
  sources,
  frame,
  firstRun,
  lock,
  overview,
  credentials,
  checks,
  events,
  explain,
  settings,
  facts,
  readiness,
  sunset,
  inventory,
  reveal,
  rotation,
};
export type Texts = typeof t;
export { counted as count } from './en/number';
