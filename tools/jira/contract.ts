import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { isObject } from './reply.ts';
import { parseStarted } from './time.ts';

/**
 * Checks requests to and answers from Jira Cloud against Atlassian's own description of its API. The description is
 * not part of the project; without it nothing can be checked (`openContract` gives `undefined`).
 */
export interface Contract {
  /**
   * @param path with or without what comes before `/rest/api/3`.
   * @param body parsed JSON; `undefined` when there is none.
   * @returns what is wrong, in words; empty when nothing is.
   */
  checkRequest(method: string, path: string, query: URLSearchParams, body: unknown): readonly string[];
  /** @param body parsed JSON, or text when the answer is not JSON. @returns as `checkRequest`. */
  checkResponse(method: string, path: string, status: number, body: unknown): readonly string[];
  /** Method and path template of everything the description holds. */
  readonly operations: readonly string[];
}

const DESCRIPTION = '../shared/jira/cloud-v3.subset.openapi.json';

/** Answered by what stands before Jira, so no resource declares them. */
const UNDECLARED = new Set([405, 415, 429, 500, 502, 503, 504]);

interface Operation {
  readonly template: string;
  readonly pointer: string;
  readonly value: Record<string, unknown>;
}

const member = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
const encode = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

function operationsOf(description: unknown): readonly Operation[] {
  return Object.entries(Object(member(description, 'paths'))).flatMap(([template, item]) =>
    Object.entries(Object(item)).flatMap(([method, value]) =>
      isObject(value)
        ? [{ template: `${method.toUpperCase()} ${template}`, pointer: `/paths/${encode(template)}/${method}`, value }]
        : [],
    ),
  );
}

function fits(template: string, given: string): boolean {
  const wanted = template.split('/');
  const parts = given.split('/');
  return (
    wanted.length === parts.length &&
    wanted.every((part, index) => part === parts[index] || (part.startsWith('{') && parts[index] !== ''))
  );
}

/** The version-independent `serverInfo` is the one resource that is asked for at version 2 on Cloud. */
function normalise(path: string): string {
  const from = path.indexOf('/rest/');
  return (from < 0 ? path : path.slice(from)).replace('/rest/api/2/serverInfo', '/rest/api/3/serverInfo');
}

function find(operations: readonly Operation[], method: string, path: string): Operation | undefined {
  const given = `${method.toUpperCase()} ${normalise(path)}`;
  return (
    operations.find(({ template }) => template === given) ?? operations.find(({ template }) => fits(template, given))
  );
}

function parameterProblem(schema: unknown, name: string, value: string): string | undefined {
  const type = member(schema, 'type');
  const values = member(schema, 'enum');
  if (Array.isArray(values) && !values.includes(value)) return `${name}=${value} is not one of ${values.join(', ')}`;
  if (type === 'integer' && !/^-?\d+$/.test(value)) return `${name}=${value} is not a whole number`;
  if (type === 'boolean' && value !== 'true' && value !== 'false') return `${name}=${value} is not true or false`;
  return undefined;
}

function queryProblems(operation: Operation, query: URLSearchParams): readonly string[] {
  const declared = member(operation.value, 'parameters');
  const parameters = (Array.isArray(declared) ? declared : []).filter((each) => member(each, 'in') === 'query');
  const missing = parameters
    .filter((each) => member(each, 'required') === true && !query.has(String(member(each, 'name'))))
    .map((each) => `query parameter ${String(member(each, 'name'))} is missing`);
  const wrong = [...query].flatMap(([name, value]) => {
    const parameter: unknown = parameters.find((each) => member(each, 'name') === name);
    if (parameter === undefined) return [`query parameter ${name} is not declared`];
    return parameterProblem(member(parameter, 'schema'), name, value) ?? [];
  });
  return [...missing, ...wrong];
}

/** Atlassian writes `date-time` and means its own form, without a colon in the offset. */
function validator(description: object): (pointer: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addFormat('date-time', (text) => parseStarted(text) !== undefined);
  ajv.addSchema(description, 'jira');
  return (pointer) => ajv.compile({ $ref: `jira#${pointer}` });
}

function bodyProblems(validate: ValidateFunction, body: unknown): readonly string[] {
  if (validate(body) === true) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `body${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
}

function readOnlyProblems(description: unknown, schema: unknown, body: unknown): readonly string[] {
  const name = String(member(schema, '$ref')).split('/').at(-1) ?? '';
  const properties = member(member(member(member(description, 'components'), 'schemas'), name), 'properties');
  if (!isObject(body)) return [];
  const wrong = Object.keys(body).filter((key) => member(member(properties, key), 'readOnly') === true);
  return wrong.map((key) => `body/${key} is read-only`);
}

class OpenContract implements Contract {
  readonly operations: readonly string[];
  readonly #description: object;
  readonly #all: readonly Operation[];
  readonly #compile: (pointer: string) => ValidateFunction;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(description: object) {
    this.#description = description;
    this.#all = operationsOf(description);
    this.#compile = validator(description);
    this.operations = this.#all.map(({ template }) => template);
  }

  checkRequest(method: string, path: string, query: URLSearchParams, body: unknown): readonly string[] {
    const operation = find(this.#all, method, path);
    if (operation === undefined) return [`${method} ${path} is not in the description`];
    return [...queryProblems(operation, query), ...this.#requestBody(operation, body)];
  }

  checkResponse(method: string, path: string, status: number, body: unknown): readonly string[] {
    const operation = find(this.#all, method, path);
    if (operation === undefined) return [`${method} ${path} is not in the description`];
    const response = member(member(operation.value, 'responses'), String(status));
    if (response === undefined) {
      // A refused forgery comes from a filter, as text, before any resource sees it.
      const fromFilter = UNDECLARED.has(status) || (status === 403 && typeof body === 'string');
      return fromFilter ? [] : [`status ${status} is not declared for ${operation.template}`];
    }
    if (member(member(response, 'content'), 'application/json') !== undefined) {
      const pointer = `${operation.pointer}/responses/${status}/content/${encode('application/json')}/schema`;
      return bodyProblems(this.#validator(pointer), body);
    }
    if (status < 400 || status === 401 || typeof body === 'string') return [];
    return bodyProblems(this.#validator('/components/schemas/ErrorCollection'), body);
  }

  #requestBody(operation: Operation, body: unknown): readonly string[] {
    const declared = member(operation.value, 'requestBody');
    if (declared === undefined) return body === undefined ? [] : ['a body is not declared'];
    if (body === undefined) return member(declared, 'required') === true ? ['the body is missing'] : [];
    const pointer = `${operation.pointer}/requestBody/content/${encode('application/json')}/schema`;
    const schema = member(member(member(declared, 'content'), 'application/json'), 'schema');
    return [...bodyProblems(this.#validator(pointer), body), ...readOnlyProblems(this.#description, schema, body)];
  }

  #validator(pointer: string): ValidateFunction {
    const known = this.#compiled.get(pointer);
    if (known !== undefined) return known;
    const compiled = this.#compile(pointer);
    this.#compiled.set(pointer, compiled);
    return compiled;
  }
}

/**
 * @param file the description; next to the project's folder unless told.
 * @returns `undefined` when the file is not there.
 */
export function openContract(file = resolve(process.cwd(), DESCRIPTION)): Contract | undefined {
  if (!existsSync(file)) return undefined;
  const description: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isObject(description)) throw new Error(`${file} does not hold an API description.`);
  return new OpenContract(description);
}
