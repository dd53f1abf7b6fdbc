import * as v from 'valibot';
import type { OAuthClient, OAuthTokens } from '../core/oauthPorts.ts';

const grantSchema = v.object({
  accessToken: v.pipe(v.string(), v.nonEmpty()),
  refreshToken: v.nullable(v.string()),
  /** UTC ms. */
  expiresAt: v.number(),
  clientId: v.string(),
  clientSecret: v.nullable(v.string()),
  redirectUri: v.string(),
});

/** What is kept as the secret of a connection that uses OAuth. */
export type OAuthGrant = v.InferOutput<typeof grantSchema>;

/** @param now UTC ms */
export function grantOf(tokens: OAuthTokens, { clientId, clientSecret, redirectUri }: OAuthClient, now: number) {
  const { accessToken, refreshToken, expiresInSeconds } = tokens;
  const expiresAt = now + expiresInSeconds * 1_000;
  return { accessToken, refreshToken, expiresAt, clientId, clientSecret, redirectUri } satisfies OAuthGrant;
}

export function grantText(grant: OAuthGrant): string {
  return JSON.stringify(grant);
}

/** `undefined` when the text is no grant. */
export function readGrant(text: string): OAuthGrant | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(grantSchema, json);
  return parsed.success ? parsed.output : undefined;
}
