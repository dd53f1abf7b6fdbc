import type { IncomingHttpHeaders } from 'node:http';
import type { Host } from './model.ts';

/** A request, read whole. */
export interface Incoming {
  readonly host: Host;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
