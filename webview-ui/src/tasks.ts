/* When something runs: no timers, which a page in the background would have to wait for. */

/** Runs something when this task has ended. */
export function inNextTask(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(undefined);
}

/** Runs something when what is drawn now is on the screen; while the page is hidden that is not yet. */
export function afterNextFrame(run: () => void): void {
  requestAnimationFrame(() => inNextTask(run));
}
