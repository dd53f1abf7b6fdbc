import { el, type View } from './dom.ts';

/**
 * A part of the page that is built when it is first wanted: the toolkit's buttons are dear to build, and the records
 * come first. Until then something hidden keeps its place.
 * @param create builds the part, which hides itself while it is not wanted
 */
export function whenWanted<P>(isWanted: (props: P) => boolean, create: () => View<P>): View<P> {
  const place = el('span');
  let made: View<P> | undefined;
  place.hidden = true;
  const make = (): View<P> => {
    const part = create();
    place.replaceWith(part.element);
    return part;
  };
  return {
    get element() {
      return made?.element ?? place;
    },
    update(props) {
      if (made === undefined && isWanted(props)) made = make();
      made?.update(props);
    },
  };
}
