import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runOrThrow } from '../support/process.ts';

type Files = Readonly<Record<string, string>>;

interface Commit {
  readonly message: string;
  readonly files: Files;
}

const MAIN: readonly Commit[] = [
  {
    message: 'Start the demo shop',
    files: {
      'README.md': '# Demo shop\n\nA small shop: a basket and a checkout.\n',
      'src/basket.ts': [
        'export interface Item {',
        '  readonly name: string;',
        '  readonly cents: number;',
        '  readonly count: number;',
        '}',
        '',
        'export function total(items: readonly Item[]): number {',
        '  return items.reduce((sum, { cents, count }) => sum + cents * count, 0);',
        '}',
        '',
      ].join('\n'),
    },
  },
  {
    message: 'DEMO-2 Show delivery time in the basket',
    files: { 'src/delivery.ts': 'export const deliveryDays = (express: boolean): number => (express ? 1 : 3);\n' },
  },
];

const BRANCH: readonly Commit[] = [
  {
    message: 'DEMO-7 Offer the saved card at checkout',
    files: {
      'src/checkout.ts': [
        "import { type Item, total } from './basket';",
        '',
        'export interface Card {',
        '  readonly lastDigits: string;',
        '}',
        '',
        'export function checkout(items: readonly Item[], card: Card | undefined): string {',
        "  if (card === undefined) return 'Enter a card';",
        '  const amount = (total(items) / 100).toFixed(2);',
        '  return `Pay $' + '{amount} with the card ending in $' + '{card.lastDigits}`;',
        '}',
        '',
      ].join('\n'),
    },
  },
];

/** Whatever the person's own git does (signing, hooks, other names for the first branch), the demo is the same. */
const GIT_SETTINGS = [
  'user.name=Demo',
  'user.email=demo@example.invalid',
  'commit.gpgsign=false',
  'core.hooksPath=/dev/null',
  'core.autocrlf=false',
].flatMap((setting) => ['-c', setting]);

/** Makes a small git repository in an empty `folder`, on `branch`, which is one commit ahead of main. */
export async function makeDemoRepository(folder: string, branch: string): Promise<void> {
  const git = (...args: string[]) => runOrThrow('git', [...GIT_SETTINGS, ...args], { cwd: folder });
  const commitAll = async (commits: readonly Commit[]) => {
    for (const { message, files } of commits) {
      await writeFiles(folder, files);
      await git('add', '--all');
      await git('commit', '--quiet', '--message', message);
    }
  };
  await mkdir(folder, { recursive: true });
  await git('init', '--quiet');
  await git('symbolic-ref', 'HEAD', 'refs/heads/main');
  await commitAll(MAIN);
  await git('checkout', '--quiet', '-b', branch);
  await commitAll(BRANCH);
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
