import { isDocument } from './adf.ts';
import { type Call, isCloud, say } from './call.ts';
import type { SimIssue } from './model.ts';
import { isObject, refuse } from './reply.ts';
import { GROUPS, ROLES } from './seed.ts';
import { parseDuration, parseStarted } from './time.ts';

/** The parts of a worklog that a request sets; a part it does not mention is `undefined`. */
export interface WorklogInput {
  readonly started: number | undefined;
  /** Whole minutes. */
  readonly seconds: number | undefined;
  /** `null` clears the comment. */
  readonly comment: unknown;
  readonly visibility: { readonly type: string; readonly value: string } | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
}

type FieldErrors = Record<string, string>;

/** What Data Center's worklog body may hold; anything else is refused by its JSON reader. */
const DATA_CENTER_FIELDS = new Set([
  ...['self', 'author', 'updateAuthor', 'comment', 'created', 'updated', 'visibility', 'started'],
  ...['timeSpent', 'timeSpentSeconds', 'id', 'issueId'],
]);

function readStarted(call: Call, body: Record<string, unknown>, errors: FieldErrors): number | undefined {
  if (body.started === undefined) return undefined;
  const started = typeof body.started === 'string' ? parseStarted(body.started) : undefined;
  if (started === undefined) errors.started = say(call)('badDate');
  return started;
}

function durationOf(body: Record<string, unknown>): number | undefined {
  const { timeSpent, timeSpentSeconds } = body;
  if (timeSpent !== undefined && timeSpentSeconds !== undefined) return undefined;
  if (timeSpentSeconds !== undefined) {
    return typeof timeSpentSeconds === 'number' && Number.isInteger(timeSpentSeconds) ? timeSpentSeconds : undefined;
  }
  return typeof timeSpent === 'string' ? parseDuration(timeSpent) : undefined;
}

function readSeconds(call: Call, body: Record<string, unknown>, errors: FieldErrors, needed: boolean) {
  if (body.timeSpent === undefined && body.timeSpentSeconds === undefined) {
    if (needed) errors.timeLogged = say(call)('noDuration');
    return undefined;
  }
  const seconds = durationOf(body);
  if (seconds === undefined || seconds < 60) {
    errors.timeLogged = say(call)('badDuration');
    return undefined;
  }
  return seconds - (seconds % 60);
}

function readComment(call: Call, body: Record<string, unknown>, errors: FieldErrors): unknown {
  if (body.comment === undefined || body.comment === null) return body.comment;
  const valid = call.api === 3 ? isDocument(body.comment) : typeof body.comment === 'string';
  if (!valid) errors.comment = say(call)('badComment');
  return body.comment === '' ? null : body.comment;
}

/** By the group's id or name, or the role's name; Data Center knows names only. */
function levelOf(call: Call, visibility: Record<string, unknown>): WorklogInput['visibility'] {
  const { type, value, identifier } = visibility;
  if (type !== 'group' && type !== 'role') return undefined;
  const levels = type === 'group' ? GROUPS : ROLES;
  const wanted = isCloud(call) && typeof identifier === 'string' ? identifier : undefined;
  const found = levels.find(({ id, name }) => (wanted === undefined ? name === value : id === wanted));
  return found === undefined ? undefined : { type, value: found.name };
}

function readVisibility(call: Call, body: Record<string, unknown>, errors: FieldErrors) {
  const { visibility } = body;
  if (visibility === undefined || visibility === null) return undefined;
  const level = isObject(visibility) ? levelOf(call, visibility) : undefined;
  if (level !== undefined) return level;
  const named = isObject(visibility) ? (visibility.identifier ?? visibility.value) : undefined;
  const isGroup = isObject(visibility) && visibility.type === 'group';
  errors.commentLevel = say(call)(isGroup ? 'noGroup' : 'noRole', String(named ?? ''));
  return undefined;
}

/** Keys of 1 to 255 characters, values of at most 32768. */
export function isProperty(key: unknown, value: unknown): key is string {
  if (typeof key !== 'string' || key.length < 1 || key.length > 255) return false;
  return value !== undefined && (JSON.stringify(value)?.length ?? 0) <= 32_768;
}

function readProperties(body: Record<string, unknown>): Record<string, unknown> {
  if (body.properties === undefined) return {};
  if (!Array.isArray(body.properties)) throw refuse(400, ['Properties must be a list.']);
  const entries = body.properties.map((each: unknown): [string, unknown] => {
    if (!isObject(each) || !isProperty(each.key, each.value)) throw refuse(400, ['A property is not valid.']);
    return [each.key, each.value];
  });
  return Object.fromEntries(entries);
}

function refuseUnknownFields(call: Call, body: Record<string, unknown>): void {
  if (isCloud(call)) return;
  if (isObject(body.visibility) && 'identifier' in body.visibility) {
    throw refuse(400, ['Unrecognized field "identifier" (Class VisibilityJsonBean).']);
  }
  const unknown = Object.keys(body).find((key) => !DATA_CENTER_FIELDS.has(key));
  if (unknown !== undefined) throw refuse(400, [`Unrecognized field "${unknown}" (Class WorklogJsonBean).`]);
  for (const name of ['notifyUsers', 'overrideEditableFlag', 'expand']) {
    if (call.query.has(name)) throw refuse(400, [`Unknown query parameter "${name}".`]);
  }
}

/** Reads a worklog body the way Jira does, or throws its 400. */
export function readWorklog(call: Call, forCreate: boolean): WorklogInput {
  const { body } = call;
  if (!isObject(body)) throw refuse(400, [say(call)('badPayload')]);
  refuseUnknownFields(call, body);
  const errors: FieldErrors = {};
  const input: WorklogInput = {
    started: readStarted(call, body, errors),
    seconds: readSeconds(call, body, errors, forCreate),
    comment: readComment(call, body, errors),
    visibility: readVisibility(call, body, errors),
    properties: readProperties(body),
  };
  if (Object.keys(errors).length > 0) {
    throw refuse(400, errors.timeLogged === undefined ? [] : [say(call)('worklogNull')], errors);
  }
  return input;
}

/** How a worklog request changes the remaining estimate. */
export interface EstimateChange {
  readonly mode: 'auto' | 'leave' | 'new' | 'manual';
  readonly seconds: number;
}

/** @param amountName the parameter that `manual` needs: `reduceBy` on add, `increaseBy` on delete, none on update. */
export function readEstimate(call: Call, amountName: 'reduceBy' | 'increaseBy' | undefined): EstimateChange {
  const mode = call.query.get('adjustEstimate') ?? 'auto';
  if (mode === 'auto' || mode === 'leave') return { mode, seconds: 0 };
  if (mode !== 'new' && mode !== 'manual') throw refuse(400, [], { adjustEstimate: say(call)('badEstimate') });
  const name = mode === 'new' ? 'newEstimate' : amountName;
  if (name === undefined) return { mode: 'leave', seconds: 0 };
  const seconds = parseDuration(call.query.get(name) ?? '');
  if (seconds === undefined)
    throw refuse(400, [], { [name]: say(call)(mode === 'new' ? 'noNewEstimate' : 'noAmount') });
  return { mode, seconds };
}

/** @param spent seconds of work that came in (or, negative, went). */
export function applyEstimate(issue: SimIssue, change: EstimateChange, spent: number): void {
  if (change.mode === 'leave') return;
  if (change.mode === 'new') issue.remainingSeconds = change.seconds;
  else {
    const amount = change.mode === 'manual' ? change.seconds * Math.sign(spent) : spent;
    issue.remainingSeconds = Math.max(0, issue.remainingSeconds - amount);
  }
}
