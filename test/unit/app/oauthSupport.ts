import type { OAuthSignIn } from '../../../src/app/oauthSignIn.ts';

/** Where the browser is sent after the user has said yes or no. */
export async function comesBackTo({ url }: Pick<OAuthSignIn, 'url'>): Promise<string> {
  const reply = await fetch(url, { redirect: 'manual' });
  return reply.headers.get('location') ?? `no redirect: ${await reply.text()}`;
}
