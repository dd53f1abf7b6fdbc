/*
 * What stands in for the extension while a row is edited. A script, for it runs in the page: `desk` holds what the
 * records are, and what is answered.
 */
export const EDIT_STUB = `(() => {
  const desk = {
    held: JSON.parse(sessionStorage.getItem('held') ?? '{}'),
    hold(held) {
      desk.held = held;
      sessionStorage.setItem('held', JSON.stringify(held));
    },
    checked: { problems: {}, warnings: {}, understood: {} },
    saved: { problems: {}, general: null },
    issues: [],
    note: null,
    holdsSaves: false,
    holdsSuggestions: false,
  };
  window.desk = desk;
  const answers = {
    beginEdit: ({ id }) => ({ type: 'editing', typed: desk.held[id] ?? null }),
    check: () => ({ type: 'checked', ...desk.checked }),
    save: () => (desk.holdsSaves ? undefined : { type: 'saved', ...desk.saved }),
    suggest: () => (desk.holdsSuggestions ? undefined : { type: 'suggested', issues: desk.issues, isBusy: false, note: desk.note }),
  };
  const receive = window.extension.receive;
  window.extension.receive = (message) => {
    receive(message);
    const answer = answers[message.type]?.(message);
    if (answer !== undefined) window.postMessage({ ...answer, request: message.request }, '*');
  };
})();`;
