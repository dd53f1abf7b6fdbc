/* The one row that is open. */
import type { Context } from '../context.ts';
import type { RowCache } from './cache.ts';
import { createDetail, type Detail } from './detail.ts';
import type { DetailServices } from './detailParts.ts';
import type { Place } from './model.ts';
import type { Stage } from './stage.ts';

export interface OpenRow {
  readonly id: string | undefined;
  /** Where it was last known to stand. */
  readonly place: Place | undefined;
  /** What it adds to its row's height, in px. */
  readonly height: number;
  open(id: string, place: Place | undefined): void;
  close(): void;
  /** The record stands here, as the extension says. */
  moved(place: Place): void;
  /** Puts the detail into its row, if that is on the stage, and brings it up to date. */
  show(stage: Stage, cache: RowCache, context: Context): void;
}

/** @param resized called when the open row's height has changed */
export function createOpenRow(services: DetailServices, resized: () => void): OpenRow {
  let detail: Detail | undefined;
  let place: Place | undefined;
  let height = 0;
  const measure = (): void => {
    const next = detail?.element.offsetHeight ?? 0;
    if (next === height || detail?.element.isConnected !== true) return;
    height = next;
    resized();
  };
  const observer = new ResizeObserver(measure);
  const close = (): void => {
    observer.disconnect();
    detail?.element.remove();
    detail?.dispose();
    detail = undefined;
    height = 0;
  };
  return {
    get id() {
      return detail?.id;
    },
    get place() {
      return detail === undefined ? undefined : place;
    },
    get height() {
      return height;
    },
    open(id, at) {
      close();
      detail = createDetail(id, services);
      place = at;
      observer.observe(detail.element);
    },
    close,
    moved(next) {
      place = next;
    },
    show(stage, cache, context) {
      for (const row of stage.rows()) if (row.id !== detail?.id) row.setDetail(null);
      if (detail === undefined) return;
      const at = cache.placeOf(detail.id);
      const record = at === undefined ? undefined : cache.at(at);
      if (at === undefined || record === undefined) return;
      place = at;
      detail.update({ context, record });
      stage.rowOf(detail.id)?.setDetail(detail.element);
      measure();
    },
  };
}
