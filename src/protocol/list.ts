import * as v from 'valibot';
import { RecordRow } from './rows.ts';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000_000));
const groupKey = v.pipe(v.string(), v.maxLength(300));
const dayOrNone = v.pipe(v.string(), v.regex(/^(\d{4}-\d\d-\d\d)?$/));

/** What the user chose to see. Empty texts choose nothing. */
export const ListChoice = v.object({
  grouping: v.picklist(['day', 'issue']),
  text: v.pipe(v.string(), v.maxLength(200)),
  issueKey: v.pipe(v.string(), v.maxLength(300)),
  project: v.pipe(v.string(), v.maxLength(300)),
  /** YYYY-MM-DD, both days included. */
  from: dayOrNone,
  to: dayOrNone,
  /** `waiting`: finished and not in Jira as it stands. */
  state: v.picklist(['all', 'waiting', 'synced', 'failed', 'conflict', 'local']),
});
export type ListChoice = v.InferOutput<typeof ListChoice>;

export const EVERYTHING: ListChoice = {
  grouping: 'day',
  text: '',
  issueKey: '',
  project: '',
  from: '',
  to: '',
  state: 'all',
};

/** Some records of a group, by their place in it, the newest at 0. */
export const Slice = v.object({
  group: groupKey,
  from: whole,
  count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
});
export type Slice = v.InferOutput<typeof Slice>;

/** What the user wants to see, and which rows of it are on the screen or near it; none before a page knows its rows. */
export const Look = v.object({ choice: ListChoice, slices: v.pipe(v.array(Slice), v.maxLength(50_000)) });
export type Look = v.InferOutput<typeof Look>;

const sums = {
  count: whole,
  /** Whole seconds. */
  seconds: v.number(),
  /** The part of `seconds` that is in Jira as it stands. */
  loggedSeconds: v.number(),
};

export const GroupHead = v.object({
  ...sums,
  /** YYYY-MM-DD, or an issue key; empty for records without an issue. */
  key: groupKey,
  /** Of the issue, when the list is by issue and it is known; left out to keep thousands of days light. */
  summary: v.optional(v.nullable(v.string())),
  statusCategory: v.optional(v.nullable(v.picklist(['new', 'indeterminate', 'done', 'undefined']))),
});
export type GroupHead = v.InferOutput<typeof GroupHead>;

/** A week of the list: the next `days` groups belong to it. */
export const WeekHead = v.object({ ...sums, key: groupKey, days: whole });
export type WeekHead = v.InferOutput<typeof WeekHead>;

/** What the list is made of, without its records; the newest first. */
export const Outline = v.object({
  ...sums,
  groups: v.array(GroupHead),
  /** Empty when the list is by issue. */
  weeks: v.array(WeekHead),
  /** Project keys to choose from. */
  projects: v.array(v.string()),
  /** Whether these are the newest groups only, and the whole outline is on its way. */
  more: v.optional(v.boolean()),
});
export type Outline = v.InferOutput<typeof Outline>;

/** The records of a slice, as many as there are. */
export const SliceRows = v.object({ group: groupKey, from: whole, records: v.array(RecordRow) });
export type SliceRows = v.InferOutput<typeof SliceRows>;

/** The list, or the part of it that changed. */
export const ListUpdate = v.object({
  /** Rises with every update; an older one that arrives late is dropped. */
  version: v.number(),
  choice: ListChoice,
  /** `null`: as sent before for the same choice. */
  outline: v.nullable(Outline),
  rows: v.array(SliceRows),
  /** Whether rows sent before for other places may be out of date. */
  stale: v.boolean(),
});
export type ListUpdate = v.InferOutput<typeof ListUpdate>;
