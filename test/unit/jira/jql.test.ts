import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectJql, searchTerms, wordsJql } from '../../../src/jira/jql.ts';

const jql = (text: string) => wordsJql(searchTerms(text).words);

describe('the search for words', () => {
  it.each([
    ['login', '(summary ~ "login" OR summary ~ "login*") ORDER BY updated DESC'],
    ['Login fails', '(summary ~ "login fails" OR summary ~ "login fails*") ORDER BY updated DESC'],
    ['utf-8', 'summary ~ "utf-8" ORDER BY updated DESC'],
    ['über straße', '(summary ~ "über straße" OR summary ~ "über straße*") ORDER BY updated DESC'],
    ['a AND b', '(summary ~ "a and b" OR summary ~ "a and b*") ORDER BY updated DESC'],
    ['" OR project = X --', '(summary ~ "or project x" OR summary ~ "or project x*") ORDER BY updated DESC'],
  ])('%j', (text, expected) => {
    expect(jql(text)).toBe(expected);
  });

  it.each(['', '   ', '---', '"', '*?', '_ - _'])('has nothing to ask for %j', (text) => {
    expect(jql(text)).toBeUndefined();
  });

  it('never leaves its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const query = jql(text) ?? 'summary ~ "x" ORDER BY updated DESC';
        return /^\(?summary ~ "[\p{L}\p{M}\p{N} _-]+"( OR summary ~ "[\p{L}\p{M}\p{N} _-]+\*"\))? ORDER BY updated DESC$/u.test(
          query,
        );
      }),
    );
  });
});

describe('a key', () => {
  it.each([
    ['proj-12', 'PROJ-12', 'PROJ'],
    ['PROJ-', undefined, 'PROJ'],
    ['proj', undefined, 'PROJ'],
    ['MY_PROJ-1', 'MY_PROJ-1', 'MY_PROJ'],
    ['two words', undefined, undefined],
    ['PROJ-1 x', undefined, undefined],
  ])('in %j is %s of project %s', (text, key, project) => {
    const terms = searchTerms(text);
    expect([terms.key, terms.project]).toEqual([key, project]);
  });

  it('of a project with a reserved name is quoted', () => {
    expect(projectJql('DO')).toBe('project = "DO" ORDER BY updated DESC');
  });
});
