/** Where the use cases come from: the database opens after the screen shows. */
export interface Opening<S> {
  readonly ready: Promise<S>;
  /** Tries again what `ready` failed at; without it a failure is final. */
  readonly reopen?: (() => Promise<S>) | undefined;
}

/** Answers with what is opened or being opened; what has failed is tried again on the next call. */
export function opener<S>({ ready, reopen }: Opening<S>): () => Promise<S> {
  let failed = false;
  let current = watched(ready);

  function watched(opening: Promise<S>): Promise<S> {
    opening.catch(() => {
      failed = true;
    });
    return opening;
  }

  return () => {
    if (failed && reopen !== undefined) {
      failed = false;
      current = watched(reopen());
    }
    return current;
  };
}
