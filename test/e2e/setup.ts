import type { TestProject } from 'vitest/node';
import { makePackageQuietly } from '../../tools/package/make.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packaged extension that every end-to-end test installs. */
    vsix: string;
  }
}

/** Packages the extension once, unless `npm test` has just done it. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('vsix', process.env.TIMECARD_VSIX ?? (await makePackageQuietly()));
}
