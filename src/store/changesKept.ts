/* Which changes of records can be looked back at, and undone. */

/** More would make every commit dearer. */
const ROWS = 2_000;
/** So many rows of forgotten changes go with each new one: a large change must not hold up the commit after it. */
const AT_ONCE = 40;

/**
 * The newest change that is forgotten. A change goes with the first of its rows that is too old, since a part of it
 * cannot be undone; the newest one stays, however large. Both look-ups are short in a long journal as well.
 */
const FORGOTTEN = `coalesce(min((SELECT max(change_group) FROM time_record_changes) - 1,
  (SELECT change_group FROM time_record_changes
    WHERE id <= (SELECT max(id) FROM time_record_changes) - ${ROWS} ORDER BY id DESC LIMIT 1)), -1)`;

/** A condition for rows of `time_record_changes`; those that do not meet it are gone, or soon will be. */
export const IS_KEPT = `change_group > ${FORGOTTEN}`;

/**
 * Takes some of what is forgotten out of the database. A change begins with its oldest row and goes from its other end:
 * as long as anything of it is there, that row tells that it is forgotten.
 */
export const FORGET_SOME = `DELETE FROM time_record_changes WHERE id IN (SELECT id FROM time_record_changes
  WHERE change_group <= ${FORGOTTEN} ORDER BY change_group DESC, id DESC LIMIT ${AT_ONCE})`;
