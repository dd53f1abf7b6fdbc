import { el, iconElement, setAttribute, type View } from '../dom.ts';
import { createOffered } from '../offered.ts';

const LONGEST = 200;
/** What is typed counts when nothing was typed for so long. */
const PAUSE_MS = 200;

export interface SearchProps {
  readonly label: string;
  readonly hint: string;
  readonly clear: string;
  readonly value: string;
}

interface Ways {
  /** Goes on to what was found. */
  readonly goOn: () => void;
  /** Brings the search on the screen when it is behind another tab. */
  readonly reveal: () => void;
}

/** Words to look for. Ctrl/Cmd+F goes here, Escape empties it, the arrow down goes on to what was found. */
export function createSearch(onSearch: (text: string) => void, { goOn, reveal }: Ways): View<SearchProps> {
  const input = document.createElement('input');
  const empty = createOffered({ look: 'icon', control: 'clearSearch', onClick: () => become('') });
  const element = el('div', 'search', iconElement('search'), input, empty.element);
  let pause: ReturnType<typeof setTimeout> | undefined;
  let searched = '';
  let clearLabel = '';

  const showEmpty = (): void => empty.update({ label: clearLabel, icon: 'close', isOffered: input.value !== '' });

  const search = (): void => {
    clearTimeout(pause);
    pause = undefined;
    showEmpty();
    searched = input.value.slice(0, LONGEST);
    onSearch(searched);
  };
  function become(text: string): void {
    input.value = text;
    search();
    input.focus();
  }
  input.type = 'text';
  input.maxLength = LONGEST;
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.dataset.control = 'search';
  element.setAttribute('role', 'search');
  input.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(search, PAUSE_MS);
    showEmpty();
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter') search();
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      goOn();
    }
    if (event.key !== 'Escape' || input.value === '') return;
    event.preventDefault();
    event.stopPropagation();
    become('');
  });
  document.addEventListener('keydown', (event) => {
    const isFind =
      (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'f';
    if (!isFind || !element.isConnected) return;
    event.preventDefault();
    if (element.getClientRects().length === 0) reveal();
    input.focus();
    input.select();
  });
  return {
    element,
    update({ label, hint, clear, value }) {
      setAttribute(input, 'aria-label', label);
      setAttribute(input, 'placeholder', hint);
      clearLabel = clear;
      // What is typed and not searched for yet is newer than the choice.
      if (pause === undefined && value !== searched) {
        searched = value;
        input.value = value;
      }
      showEmpty();
    },
  };
}
