import { readFile } from 'node:fs/promises';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/** A file in a ZIP archive; sizes in bytes. */
export interface ZipFile {
  readonly name: string;
  readonly packed: number;
  readonly size: number;
}

/** The names of the files in a ZIP archive (a .vsix is one), from its central directory. */
export async function zipEntries(file: string): Promise<string[]> {
  return (await zipFiles(file)).map(({ name }) => name);
}

/** The files in a ZIP archive, from its central directory. */
export async function zipFiles(file: string): Promise<readonly ZipFile[]> {
  const bytes = await readFile(file);
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  const files: ZipFile[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error(`${file}: broken central directory`);
    const nameLength = bytes.readUInt16LE(at + 28);
    files.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= 0; at -= 1) {
    if (bytes.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  throw new Error('Not a ZIP archive');
}
