import type { Post } from '../context.ts';
import type { View } from '../dom.ts';
import type { Editing } from '../edit/editing.ts';
import { createEditor } from '../edit/editor.ts';
import { createAttempts } from '../log/attempts.ts';
import type { Requests } from '../requests.ts';
import type { Keeper } from '../saved.ts';
import type { RecordProps } from './words.ts';

export interface DetailServices {
  readonly post: Post;
  readonly requests: Requests;
  readonly keeper: Keeper;
  readonly editing: Editing;
  /** Reads a text out. */
  readonly say: (text: string) => void;
  /** Opens the sync log with the attempts of one record. */
  readonly showLog: (recordId: string) => void;
  /** Closes the row and gives focus back to it. */
  readonly close: () => void;
}

/** A part of an open row; told whenever its record or the page around it has changed. */
export interface DetailPart extends View<RecordProps> {
  /** The row was closed. */
  dispose?(): void;
}

type CreatePart = (id: string, services: DetailServices) => DetailPart;

/** What stands in an open row beside the record itself. */
export const DETAIL_PARTS: { readonly editor: readonly CreatePart[]; readonly attempts: readonly CreatePart[] } = {
  /** Above the notes: editing the record. */
  editor: [createEditor],
  /** At the end: what was sent for the record. */
  attempts: [createAttempts],
};
