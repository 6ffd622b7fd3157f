/** Words of the results of checks. */
import * as checks from '../checks.en';

export { checks };
