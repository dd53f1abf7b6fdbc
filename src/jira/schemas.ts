import * as v from 'valibot';
import { parseJiraTime } from '../core/jiraTime.ts';

/*
 * What Jira's replies must look like for us to act on them. Fields we do not read are ignored; a field of the wrong
 * type rejects the reply. Ids become part of request paths and are therefore checked for their form.
 */

const id = v.pipe(v.union([v.string(), v.number()]), v.transform(String), v.regex(/^\d{1,19}$/));

const optionalText = v.optional(v.nullable(v.string()), null);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const serverInfoSchema = v.pipe(
  v.object({
    deploymentType: v.optional(v.string()),
    serverTitle: optionalText,
    baseUrl: v.optional(v.string()),
    version: v.optional(v.string()),
  }),
  // Other services answer any path with some JSON.
  v.check(({ deploymentType, baseUrl, version }) =>
    [deploymentType, baseUrl, version].some((text) => text !== undefined),
  ),
);

export const tenantInfoSchema = v.object({ cloudId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/)) });

/** Cloud users have `accountId`; Data Center users `key` and `name`. */
const userSchema = v.object({
  accountId: v.optional(v.string()),
  key: v.optional(v.string()),
  name: v.optional(v.string()),
  displayName: v.optional(v.string()),
  timeZone: optionalText,
});
type UserReply = v.InferOutput<typeof userSchema>;

export const myselfSchema = v.pipe(
  userSchema,
  v.check((user) => userId(user) !== null),
);

/** Cloud `accountId`; Data Center `key`, else `name`. */
export function userId(user: Pick<UserReply, 'accountId' | 'key' | 'name'>): string | null {
  const known = [user.accountId, user.key, user.name].find((name) => name !== undefined && name !== '');
  return known ?? null;
}

export const issueSchema = v.object({
  id,
  key: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_]*-\d{1,19}$/)),
  fields: v.optional(
    v.object({
      summary: optionalText,
      status: v.optional(
        v.nullable(
          v.object({
            name: optionalText,
            statusCategory: v.optional(v.nullable(v.object({ key: optionalText })), null),
          }),
        ),
        null,
      ),
      assignee: v.optional(v.nullable(v.object({ displayName: optionalText })), null),
      project: v.optional(v.nullable(v.object({ key: optionalText })), null),
      issuetype: v.optional(v.nullable(v.object({ name: optionalText })), null),
    }),
    {},
  ),
});
export type IssueReply = v.InferOutput<typeof issueSchema>;

/** Cloud's `POST /search/jql`. */
export const tokenPageSchema = v.object({
  issues: v.array(issueSchema),
  nextPageToken: v.optional(v.nullable(v.string()), null),
  isLast: v.optional(v.boolean(), false),
});

/** Data Center's `POST /search`. */
export const offsetPageSchema = v.object({ issues: v.array(issueSchema), total: v.optional(count, 0) });

export const worklogSchema = v.object({
  id,
  issueId: v.optional(id),
  author: v.optional(v.nullable(userSchema), null),
  /** An Atlassian document on v3, text on v2. */
  comment: v.optional(v.unknown()),
  started: v.pipe(v.string(), v.transform(parseJiraTime), v.number()),
  timeSpentSeconds: count,
  properties: v.optional(v.array(v.object({ key: v.string(), value: v.optional(v.unknown()) })), []),
});
export type WorklogReply = v.InferOutput<typeof worklogSchema>;

export const worklogPageSchema = v.object({
  worklogs: v.array(worklogSchema),
  total: v.optional(count),
  maxResults: v.optional(count),
});

const project = v.object({ key: v.string() });
export const projectListSchema = v.array(project);
export const projectPageSchema = v.object({
  values: v.array(project),
  isLast: v.optional(v.boolean(), false),
  total: v.optional(count),
});

export const permissionsSchema = v.object({
  permissions: v.record(v.string(), v.object({ havePermission: v.boolean() })),
});

export const configurationSchema = v.object({ timeTrackingEnabled: v.boolean() });

/** The value of the property `timecard.record`. */
export const recordPropertySchema = v.object({ id: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) });
