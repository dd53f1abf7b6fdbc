import { stat } from 'node:fs/promises';
import { makePackage } from './package/make.ts';

try {
  const file = await makePackage();
  const { size } = await stat(file);
  console.log(`${file} (${Math.round(size / 1024)} KB)`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
