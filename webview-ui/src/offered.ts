import { setShown, type View } from './dom.ts';
import { type ButtonOptions, type ButtonProps, createButton } from './kit.ts';
import { whenWanted } from './later.ts';

interface OfferedProps extends ButtonProps {
  readonly isOffered: boolean;
}

/** A button that is there while it is offered, and is not built before. */
export function createOffered(options: ButtonOptions): View<OfferedProps> {
  return whenWanted<OfferedProps>(
    ({ isOffered }) => isOffered,
    () => {
      const { element, update } = createButton(options);
      return {
        element,
        update({ isOffered, ...props }) {
          update(props);
          setShown(element, isOffered);
        },
      };
    },
  );
}
