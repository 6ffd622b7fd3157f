/** Words of the list and the record. */
import * as credentials from '../credentials.en';

export { credentials };
