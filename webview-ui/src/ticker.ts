interface Ticker {
  /** Calls back now and at every full second since `since` (UTC ms); `null` stops. */
  start(since: number | null): void;
}

/**
 * A clock that stands still, without any timer, while the page is hidden. Each second is aimed at anew, so that it
 * neither drifts nor skips.
 */
export function createTicker(onTick: (elapsedMs: number) => void): Ticker {
  let since: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const tick = (): void => {
    stop();
    if (since === null) return;
    const elapsed = Date.now() - since;
    onTick(elapsed);
    if (!document.hidden) timer = setTimeout(tick, 1_000 - (((elapsed % 1_000) + 1_000) % 1_000));
  };
  document.addEventListener('visibilitychange', tick);
  return {
    start(next) {
      since = next;
      if (since === null) stop();
      else tick();
    },
  };
}
