/** Words of the list and the record. */
export const credentials = {};
