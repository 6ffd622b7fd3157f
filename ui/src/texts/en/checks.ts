/** Words of the results of checks. */
export const checks = {};
