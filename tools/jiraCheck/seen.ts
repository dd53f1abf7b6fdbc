/** What a check gives to later ones, and what it saw. */
export interface Seen<T> {
  readonly value: T;
  readonly seen: string;
}

/** A check cannot begin because an earlier one failed. */
export class NotReached extends Error {}
