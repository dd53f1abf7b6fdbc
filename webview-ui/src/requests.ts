import type { FromView, ToView } from '../../src/protocol/messages.ts';

/** Which answer belongs to which request; a request type that is missing here cannot be asked. */
interface AnswerTypes {
  pickIds: 'ids';
  find: 'found';
  beginEdit: 'editing';
  check: 'checked';
  save: 'saved';
  suggest: 'suggested';
  log: 'logged';
}
type Asked = Extract<FromView, { request: number; type: keyof AnswerTypes }>;
/** A request before it has its number. */
export type Question = Asked extends infer A ? (A extends Asked ? Omit<A, 'request'> : never) : never;
export type AnswerTo<Q extends { type: keyof AnswerTypes }> = Extract<
  ToView,
  { type: AnswerTypes[Q['type']]; request: number }
>;
type Answer = Extract<ToView, { request: number }>;

const ANSWER_TYPES: AnswerTypes = {
  pickIds: 'ids',
  find: 'found',
  beginEdit: 'editing',
  check: 'checked',
  save: 'saved',
  suggest: 'suggested',
  log: 'logged',
};

export interface Requests {
  /** Asks and waits for the one answer. A request that the extension drops is never answered. */
  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>>;
  /** Asks and takes every answer that comes, until the returned function is called. */
  follow<Q extends Question>(question: Q, take: (answer: AnswerTo<Q>) => void): () => void;
  /** Hands an answer to whoever asked; one that nobody waits for is dropped. */
  answer(message: Answer): void;
}

interface Waiting {
  readonly type: string;
  readonly take: (answer: Answer) => void;
}

/** Numbers requests and finds who asked. */
export function createRequests(post: (message: FromView) => void): Requests {
  const waiting = new Map<number, Waiting>();
  // Not from 0: an answer to a page that was reloaded must not be taken for one to this page.
  let last = Date.now();

  const isAnswerTo =
    <Q extends Question>(question: Q) =>
    (answer: Answer): answer is Answer & AnswerTo<Q> =>
      answer.type === ANSWER_TYPES[question.type];

  const follow = <Q extends Question>(question: Q, take: (answer: AnswerTo<Q>) => void): (() => void) => {
    last += 1;
    const request = last;
    const isIts = isAnswerTo(question);
    waiting.set(request, {
      type: question.type,
      take: (answer) => {
        if (isIts(answer)) take(answer);
      },
    });
    post({ ...question, request });
    return () => {
      waiting.delete(request);
    };
  };

  return {
    follow,
    ask: (question) =>
      new Promise((resolve) => {
        const stop = follow(question, (answer) => {
          stop();
          resolve(answer);
        });
      }),
    answer(message) {
      waiting.get(message.request)?.take(message);
    },
  };
}
