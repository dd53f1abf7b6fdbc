import { type Condition, JqlError, type Operand, type Operator, parseJql } from './jqlParse.ts';
import type { SimIssue, SimUser, SimWorklog } from './model.ts';
import { matchesText } from './textMatch.ts';
import { dayIn } from './time.ts';
import type { World } from './world.ts';

interface Context {
  readonly world: World;
  readonly user: SimUser | undefined;
  readonly zone: string;
}

type Clause = Extract<Condition, { kind: 'clause' }>;
type Test = (issue: SimIssue) => boolean;
type LogTest = (log: SimWorklog) => boolean;

const noValue = (value: string, field: string): JqlError =>
  new JqlError(`The value '${value}' does not exist for the field '${field}'.`);

function badOperator(clause: Clause): JqlError {
  return new JqlError(`The operator '${clause.operator}' is not supported by the '${clause.field}' field.`);
}

const EQUALITY: readonly Operator[] = ['=', '!=', 'in', 'not in', 'is', 'is not'];
const isNegative = (operator: Operator): boolean => ['!=', '!~', 'not in', 'is not'].includes(operator);

/** A field with one value (or none): `read` gives it, `resolve` turns an operand into the same kind of value. */
function equality(
  clause: Clause,
  read: (issue: SimIssue) => string | null,
  resolve: (operand: Operand) => readonly (string | null)[],
): Test {
  if (!EQUALITY.includes(clause.operator)) throw badOperator(clause);
  if (clause.operator.startsWith('is') && clause.operands[0]?.type !== 'empty') throw badOperator(clause);
  const wanted = new Set(clause.operands.flatMap(resolve));
  const negative = isNegative(clause.operator);
  return (issue) => {
    const value = read(issue);
    // An empty field matches neither `= x` nor `!= x`, as in Jira.
    if (value === null && !wanted.has(null)) return false;
    return wanted.has(value) !== negative;
  };
}

function textOf(operand: Operand, field: string): string {
  if (operand.type === 'text') return operand.text;
  throw new JqlError(`The field '${field}' does not take ${operand.type === 'call' ? operand.name : 'EMPTY'}.`);
}

function resolveUser(context: Context, operand: Operand, field: string): string | null {
  if (operand.type === 'empty') return null;
  if (operand.type === 'call') {
    if (operand.name !== 'currentuser') throw new JqlError(`Unable to find JQL function '${operand.name}()'.`);
    return context.user?.accountId ?? '';
  }
  const { text } = operand;
  const found = context.world.users.find((each) => [each.accountId, each.name, each.key, each.email].includes(text));
  if (found === undefined) throw noValue(text, field);
  return found.accountId;
}

function projectTest(context: Context, clause: Clause): Test {
  return equality(
    clause,
    (issue) => issue.projectKey,
    (operand) => {
      const text = textOf(operand, 'project');
      const found = context.world.projects.find(({ id, key, name }) =>
        [id, key.toLowerCase(), name.toLowerCase()].includes(text.toLowerCase()),
      );
      if (found === undefined) throw noValue(text, 'project');
      return [found.key];
    },
  );
}

function keyTest(context: Context, clause: Clause): Test {
  const { world, user } = context;
  return equality(
    clause,
    (issue) => issue.id,
    (operand) => {
      if (operand.type === 'call' && operand.name === 'issuehistory') {
        return world.issues.filter((each) => each.assignee === user?.accountId).map((each) => each.id);
      }
      const text = textOf(operand, clause.field);
      const found = world.findIssue(text);
      if (found !== undefined && world.canSee(user, found)) return [found.id];
      throw new JqlError(`An issue with key '${text}' does not exist for field '${clause.field}'.`);
    },
  );
}

const CATEGORIES: Readonly<Record<string, string>> = {
  'to do': 'new',
  new: 'new',
  '2': 'new',
  'in progress': 'indeterminate',
  indeterminate: 'indeterminate',
  '4': 'indeterminate',
  done: 'done',
  complete: 'done',
  '3': 'done',
};

function categoryTest(clause: Clause): Test {
  return equality(
    clause,
    (issue) => issue.statusCategory,
    (operand) => {
      const text = textOf(operand, 'statusCategory');
      const category = CATEGORIES[text.toLowerCase()];
      if (category === undefined) throw noValue(text, 'statusCategory');
      return [category];
    },
  );
}

function namedTest(context: Context, clause: Clause, read: (issue: SimIssue) => string): Test {
  const names = new Set(context.world.issues.map((issue) => read(issue).toLowerCase()));
  return equality(
    clause,
    (issue) => read(issue).toLowerCase(),
    (operand) => {
      const text = textOf(operand, clause.field);
      if (!names.has(text.toLowerCase())) throw noValue(text, clause.field);
      return [text.toLowerCase()];
    },
  );
}

function resolutionTest(clause: Clause): Test {
  return equality(
    clause,
    (issue) => issue.resolution?.toLowerCase() ?? null,
    (operand) => {
      if (operand.type === 'empty') return [null];
      const text = textOf(operand, 'resolution').toLowerCase();
      return [text === 'unresolved' ? null : text];
    },
  );
}

function textTest(clause: Clause): Test {
  const [operand] = clause.operands;
  if ((clause.operator !== '~' && clause.operator !== '!~') || operand === undefined) throw badOperator(clause);
  const wanted = textOf(operand, clause.field);
  const matches = matchesText(wanted, clause.field);
  return (issue) => matches(issue.summary) !== isNegative(clause.operator);
}

type Ordered = string | number;

function comparison(operator: Operator, clause: Clause): (a: Ordered, b: Ordered) => boolean {
  if (operator === '=') return (a, b) => a === b;
  if (operator === '!=') return (a, b) => a !== b;
  if (operator === '>') return (a, b) => a > b;
  if (operator === '>=') return (a, b) => a >= b;
  if (operator === '<') return (a, b) => a < b;
  if (operator === '<=') return (a, b) => a <= b;
  throw badOperator(clause);
}

function dayOf(operand: Operand | undefined, context: Context, field: string): string {
  const text = operand === undefined ? '' : operand.type === 'call' ? `${operand.name}()` : textOf(operand, field);
  if (text === 'now()' || text === 'startofday()') return dayIn(context.world.now(), context.zone);
  const relative = /^-(\d+)([dw])$/.exec(text);
  if (relative !== null) {
    const days = Number(relative[1]) * (relative[2] === 'w' ? 7 : 1);
    return dayIn(context.world.now() - days * 86_400_000, context.zone);
  }
  if (/^\d{4}[-/]\d{2}[-/]\d{2}( \d{2}:\d{2})?$/.test(text)) return text.slice(0, 10).replaceAll('/', '-');
  throw new JqlError(`Date value '${text}' for field '${field}' is invalid.`);
}

function dateTest(context: Context, clause: Clause, read: (issue: SimIssue) => number): Test {
  const compare = comparison(clause.operator, clause);
  const day = dayOf(clause.operands[0], context, clause.field);
  return (issue) => compare(dayIn(read(issue), context.zone), day);
}

function issueTest(context: Context, clause: Clause): Test {
  switch (clause.field) {
    case 'assignee':
      return equality(
        clause,
        (issue) => issue.assignee,
        (operand) => [resolveUser(context, operand, 'assignee')],
      );
    case 'project':
      return projectTest(context, clause);
    case 'key':
    case 'issuekey':
    case 'issue':
    case 'id':
      return keyTest(context, clause);
    case 'statuscategory':
      return categoryTest(clause);
    case 'status':
      return namedTest(context, clause, (issue) => issue.status);
    case 'issuetype':
    case 'type':
      return namedTest(context, clause, (issue) => issue.issueType);
    case 'resolution':
      return resolutionTest(clause);
    case 'summary':
    case 'text':
      return textTest(clause);
    case 'updated':
      return dateTest(context, clause, (issue) => issue.updated);
    case 'created':
      return dateTest(context, clause, (issue) => issue.created);
    default:
      throw new JqlError(`Field '${clause.field}' does not exist or you do not have permission to view it.`);
  }
}

/** `worklogAuthor` and `worklogDate` speak about one worklog; `undefined` for every other field. */
function worklogTest(context: Context, clause: Clause): LogTest | undefined {
  if (clause.field === 'worklogauthor') {
    const authors = clause.operands.map((operand) => resolveUser(context, operand, 'worklogAuthor'));
    if (!EQUALITY.includes(clause.operator)) throw badOperator(clause);
    return (log) => authors.includes(log.author) !== isNegative(clause.operator);
  }
  if (clause.field !== 'worklogdate') return undefined;
  const compare = comparison(clause.operator, clause);
  const day = dayOf(clause.operands[0], context, 'worklogDate');
  return (log) => compare(dayIn(log.started, context.zone), day);
}

function conjunction(context: Context, parts: readonly Condition[]): Test {
  const logTests: LogTest[] = [];
  const tests: Test[] = [];
  for (const part of parts) {
    const logTest = part.kind === 'clause' ? worklogTest(context, part) : undefined;
    if (logTest === undefined) tests.push(compile(context, part));
    else logTests.push(logTest);
  }
  if (logTests.length > 0) tests.push((issue) => issue.worklogs.some((log) => logTests.every((test) => test(log))));
  return (issue) => tests.every((test) => test(issue));
}

function compile(context: Context, condition: Condition): Test {
  if (condition.kind === 'clause') {
    return worklogTest(context, condition) === undefined
      ? issueTest(context, condition)
      : conjunction(context, [condition]);
  }
  if (condition.kind === 'not') {
    const test = compile(context, condition.part);
    return (issue) => !test(issue);
  }
  if (condition.kind === 'and') return conjunction(context, condition.parts);
  const tests = condition.parts.map((part) => compile(context, part));
  return (issue) => tests.some((test) => test(issue));
}

const ORDERS: Readonly<Record<string, (a: SimIssue, b: SimIssue) => number>> = {
  updated: (a, b) => a.updated - b.updated,
  updateddate: (a, b) => a.updated - b.updated,
  lastviewed: (a, b) => a.updated - b.updated,
  created: (a, b) => a.created - b.created,
  key: (a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }),
  issuekey: (a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }),
  summary: (a, b) => a.summary.localeCompare(b.summary, 'en'),
  status: (a, b) => a.status.localeCompare(b.status, 'en'),
  priority: () => 0,
  rank: () => 0,
};

function sort(issues: readonly SimIssue[], orderBy: ReturnType<typeof parseJql>['orderBy']): SimIssue[] {
  const orders = orderBy.map(({ field, descending }) => {
    const order = ORDERS[field];
    if (order === undefined) throw new JqlError(`Not able to sort using field '${field}'.`);
    return (a: SimIssue, b: SimIssue): number => (descending ? order(b, a) : order(a, b));
  });
  const newestFirst = (a: SimIssue, b: SimIssue): number => Number(b.id) - Number(a.id);
  const first = (a: SimIssue, b: SimIssue): number =>
    orders.map((order) => order(a, b)).find((result) => result !== 0) ?? newestFirst(a, b);
  return issues.toSorted(first);
}

export interface Found {
  readonly issues: readonly SimIssue[];
  /** The query restricts the result; Cloud wants that. */
  readonly bounded: boolean;
}

/** Issues that `user` sees and that match. Throws `JqlError`. */
export function searchIssues(world: World, user: SimUser | undefined, jql: string): Found {
  const query = parseJql(jql);
  const context: Context = { world, user, zone: user?.timeZone ?? 'UTC' };
  const test = query.where === undefined ? () => true : compile(context, query.where);
  const visible = world.issues.filter((issue) => world.canSee(user, issue) && !issue.archived);
  return { issues: sort(visible.filter(test), query.orderBy), bounded: query.where !== undefined };
}
