/* How tall the parts are that stick to the top or bottom, made known so that nothing ends up behind them. */

export type HeightName = '--timer-height' | '--foot-height' | '--bar-height';

/** In px; 0 before it was made known. */
export function knownHeight(name: HeightName): number {
  return Number.parseFloat(document.documentElement.style.getPropertyValue(name)) || 0;
}

/** Every element inherits it, so that setting it has the browser look at all of them again. */
function makeKnown(name: HeightName, height: number): boolean {
  if (height === knownHeight(name)) return false;
  document.documentElement.style.setProperty(name, `${height}px`);
  return true;
}

/**
 * Makes a part's height known from now on, whenever it changes. 0 while the part does not stick.
 * @param published called when it was another one
 */
export function publishHeight(name: HeightName, part: HTMLElement, published: () => void = () => undefined): void {
  const publish = (): void => {
    const sticks = part.isConnected && getComputedStyle(part).position === 'sticky';
    if (makeKnown(name, sticks ? part.offsetHeight : 0)) published();
  };
  new ResizeObserver(publish).observe(part);
  // In a low window nothing sticks.
  window.addEventListener('resize', publish);
  publish();
}
