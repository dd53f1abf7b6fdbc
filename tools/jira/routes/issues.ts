import { type Call, requireIssue } from '../call.ts';
import { presentIssue } from '../present.ts';
import { ok, type Reply } from '../reply.ts';

/** Keys in any case and from before a move are found; the answer carries today's key. */
export function issueGet(call: Call): Reply {
  const issue = requireIssue(call, call.params[0] ?? '');
  const fields = call.query.getAll('fields').flatMap((value) => value.split(','));
  const chosen = fields.map((field) => field.trim()).filter((field) => field !== '');
  return ok(presentIssue(call, issue, chosen.length === 0 ? ['*all'] : [...chosen, 'id']));
}
