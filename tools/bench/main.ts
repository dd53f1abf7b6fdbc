import { cpus } from 'node:os';
import { benchActivation } from './activation.ts';
import { benchStore } from './store.ts';
import { benchSync } from './sync.ts';
import { benchTyping } from './typing.ts';
import { benchView } from './view.ts';

/* `npm run bench`: measures and prints, asserts nothing. */

console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
);
console.log('\nIn a real VS Code, each time started anew; milliseconds, medians.');
console.table(await benchActivation());
console.log('\nThe database; milliseconds, medians but for open.');
console.table(await benchStore());
console.log('\nA sync with the simulated Jira answering late; seconds. `peak`: most writes at once on one issue.');
console.table(await benchSync());
console.log('\nTyping into the issue picker: requests to Jira.');
console.table(await benchTyping());

const view = await benchView();
console.log('\nThe history view opens with 100,000 records on file, leg by leg; milliseconds, medians.');
console.table(view.legs);
console.log('\nIt is used with 100,000 records on file; milliseconds.');
console.table(view.times);
console.log('\nThe script of the history view.');
console.table(view.sizes);
