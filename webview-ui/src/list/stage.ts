/* The part of the list that is on the screen, as elements. */
import type { GroupHead } from '../../../src/protocol/list.ts';
import type { Context } from '../context.ts';
import { el } from '../dom.ts';
import type { RowCache } from './cache.ts';
import { createGroupHeader, createWeekHeader, groupName } from './groupHeader.ts';
import { groupStanding, weekStanding } from './levels.ts';
import type { Item, Model, Place } from './model.ts';
import { createRow, type RowServices, type RowView } from './row.ts';
import type { Viewport } from './viewport.ts';

/** More rows than this are not kept for later. */
const SPARE_ROWS = 80;

export interface Scene {
  readonly context: Context;
  readonly model: Model;
  readonly viewport: Viewport;
  /** Where the list begins, in px from the window's top. */
  readonly gridTop: number;
  readonly cache: RowCache;
  readonly grouping: 'day' | 'issue';
  /** No record is left out by the search or a filter. */
  readonly isWhole: boolean;
  /** Items to be shown, in their order. */
  readonly items: readonly number[];
  readonly activeId: string | null;
}

export interface Stage {
  show(scene: Scene): void;
  rowOf(id: string): RowView | undefined;
  /** The rows on the stage, from the top down. */
  rows(): readonly RowView[];
}

interface Section {
  readonly element: HTMLElement;
  readonly head: ReturnType<typeof createGroupHeader>;
}

type Found = Extract<Item, { kind: 'row' }> & { readonly item: number };

/** Items of the same group. */
interface Cluster {
  readonly group: GroupHead;
  readonly number: number;
  readonly head: number;
  readonly rows: Found[];
}

type Block = { readonly week: number } | { readonly cluster: Cluster };

function px(element: HTMLElement, property: 'top' | 'height', value: number): void {
  const text = `${value}px`;
  if (element.style.getPropertyValue(property) !== text) element.style.setProperty(property, text);
}

/** Puts `child` before `place` unless it stands there. @returns the place after it */
function settle(parent: HTMLElement, child: HTMLElement, place: Element | null): Element | null {
  if (child === place) return place.nextElementSibling;
  parent.insertBefore(child, place);
  return place;
}

function blocksOf({ model, items }: Scene): readonly Block[] {
  const blocks: Block[] = [];
  let cluster: Cluster | undefined;
  for (const item of items) {
    const what = model.itemAt(item);
    if (what === undefined) continue;
    if (what.kind === 'week') {
      blocks.push({ week: item });
      continue;
    }
    if (cluster?.group !== what.group) {
      cluster = { group: what.group, number: what.number, head: model.headOf(what.group.key) ?? item, rows: [] };
      blocks.push({ cluster });
    }
    if (what.kind === 'row') cluster.rows.push({ ...what, item });
  }
  return blocks;
}

export function createStage(grid: HTMLElement, services: RowServices): Stage {
  const sections = new Map<string, Section>();
  const weeks = new Map<string, ReturnType<typeof createWeekHeader>>();
  const rows = new Map<string, RowView>();
  const bones = new Map<string, HTMLElement>();
  const spare: RowView[] = [];

  /** Takes away what this scene does not show. */
  const keep = (scene: Scene, blocks: readonly Block[]): void => {
    const clusters = blocks.flatMap((block) => ('cluster' in block ? [block.cluster] : []));
    const weekKeys = blocks.flatMap((block) => ('week' in block ? [weekAt(scene, block.week)?.key ?? ''] : []));
    const found = clusters.flatMap((cluster) => cluster.rows);
    const ids = new Set(found.map((row) => scene.cache.at(placeOf(row))?.id));
    const places = new Set(found.filter((row) => scene.cache.at(placeOf(row)) === undefined).map(boneKey));
    for (const [id, row] of rows) if (!ids.has(id)) retire(id, row);
    dropOthers(bones, places, (bone) => bone);
    dropOthers(weeks, new Set(weekKeys), ({ element }) => element);
    dropOthers(sections, new Set(clusters.map(({ group }) => group.key)), ({ element }) => element);
  };
  const retire = (id: string, row: RowView): void => {
    row.element.remove();
    row.setDetail(null);
    rows.delete(id);
    if (spare.length < SPARE_ROWS) spare.push(row);
  };
  const rowFor = (id: string): RowView => {
    const row = rows.get(id) ?? spare.pop() ?? createRow(services);
    rows.set(id, row);
    return row;
  };
  const boneFor = (key: string): HTMLElement => {
    const bone = bones.get(key) ?? createBone();
    bones.set(key, bone);
    return bone;
  };
  const elementOf = (scene: Scene, found: Found): HTMLElement => {
    const place = placeOf(found);
    const record = scene.cache.at(place);
    if (record === undefined) return boneFor(boneKey(found));
    const row = rowFor(record.id);
    const { context, grouping, model } = scene;
    const group = groupName(context, 'day', record.day);
    const day = grouping === 'issue' ? group : null;
    const picked = services.selection.has(record.id);
    const level = groupStanding(model.outline, found.number).level + 1;
    const standing = { level, position: found.index + 1, size: found.group.count };
    const unsaved = services.isUnsaved(record.id);
    row.update({ context, record, place, rowIndex: found.item + 1, standing, group, day, picked, unsaved });
    return row.element;
  };
  const showCluster = (scene: Scene, { group, number, head, rows: found }: Cluster): HTMLElement => {
    const section = sections.get(group.key) ?? createSection();
    sections.set(group.key, section);
    const { context, grouping, isWhole, viewport, model } = scene;
    const standing = groupStanding(model.outline, number);
    section.head.update({ context, grouping, group, isWhole, rowIndex: head + 1, standing });
    const top = viewport.topOf(head);
    const last = head + model.countOf(group.key);
    px(section.element, 'top', top);
    px(section.element, 'height', viewport.topOf(last) + viewport.heightOf(last) - top);
    let place = section.head.element.nextElementSibling;
    for (const row of found) {
      const element = elementOf(scene, row);
      px(element, 'top', viewport.topOf(row.item) - top);
      place = settle(section.element, element, place);
    }
    return section.element;
  };
  const showWeek = (scene: Scene, item: number): HTMLElement | undefined => {
    const week = weekAt(scene, item);
    if (week === undefined) return undefined;
    const view = weeks.get(week.key) ?? createWeekHeader();
    weeks.set(week.key, view);
    const { context, grouping, isWhole, model } = scene;
    const standing = weekStanding(model.outline, week);
    view.update({ context, grouping, week, isWhole, rowIndex: item + 1, standing });
    px(view.element, 'top', scene.viewport.topOf(item));
    return view.element;
  };

  /** The places are known: asking the browser would have it lay out what was just drawn, and again what comes after. */
  const firstSeen = ({ gridTop, viewport, cache }: Scene, blocks: readonly Block[]): RowView | undefined => {
    const found = blocks.flatMap((block) => ('cluster' in block ? block.cluster.rows : []));
    const drawn = found.filter((row) => cache.at(placeOf(row)) !== undefined);
    const seen = drawn.find(({ item }) => gridTop + viewport.topOf(item) >= 0) ?? drawn[0];
    return seen === undefined ? undefined : rows.get(cache.at(placeOf(seen))?.id ?? '');
  };
  /** Tab reaches one row: the one that had focus last, else the first that is seen. */
  const chooseTabStop = (scene: Scene, blocks: readonly Block[]): void => {
    const stop = rows.get(scene.activeId ?? '') ?? firstSeen(scene, blocks);
    for (const row of rows.values()) row.setActive(row === stop);
  };

  return {
    show(scene) {
      const blocks = blocksOf(scene);
      keep(scene, blocks);
      let place = grid.firstElementChild;
      for (const block of blocks) {
        const element = 'week' in block ? showWeek(scene, block.week) : showCluster(scene, block.cluster);
        if (element !== undefined) place = settle(grid, element, place);
      }
      chooseTabStop(scene, blocks);
    },
    rowOf: (id) => rows.get(id),
    rows: () =>
      [...grid.querySelectorAll<HTMLElement>('.record')].flatMap(({ dataset }) => {
        const row = rows.get(dataset.record ?? '');
        return row === undefined ? [] : [row];
      }),
  };
}

function dropOthers<T>(all: Map<string, T>, wanted: ReadonlySet<string>, elementOf: (one: T) => HTMLElement): void {
  for (const [key, one] of all) {
    if (wanted.has(key)) continue;
    elementOf(one).remove();
    all.delete(key);
  }
}

function weekAt({ model }: Scene, item: number) {
  const what = model.itemAt(item);
  return what?.kind === 'week' ? what.week : undefined;
}

function placeOf({ group, index }: Found): Place {
  return { group: group.key, index };
}

function boneKey({ group, index }: Found): string {
  return `${index} ${group.key}`;
}

function createSection(): Section {
  const head = createGroupHeader();
  const element = el('div', 'group', head.element);
  element.setAttribute('role', 'rowgroup');
  return { element, head };
}

/** Stands in for a row that is on its way; as tall as one. */
function createBone(): HTMLElement {
  const element = el('div', 'bone-row', el('div', 'bone'), el('div', 'bone short'));
  element.setAttribute('aria-hidden', 'true');
  return element;
}
