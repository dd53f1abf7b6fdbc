/** A value to the right of an operator. */
export type Operand =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'call'; readonly name: string }
  | { readonly type: 'empty' };

export type Operator = '=' | '!=' | '~' | '!~' | '>' | '>=' | '<' | '<=' | 'in' | 'not in' | 'is' | 'is not';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'clause';
      readonly field: string;
      readonly operator: Operator;
      readonly operands: readonly Operand[];
    };

export interface Query {
  /** `undefined`: no restriction at all. */
  readonly where: Condition | undefined;
  readonly orderBy: readonly { readonly field: string; readonly descending: boolean }[];
}

/** The query is not JQL; `message` is what Jira would say. */
export class JqlError extends Error {
  override readonly name = 'JqlError';
  /** The query was nothing but words; Cloud takes those for a text search. */
  readonly bareWords: boolean;

  constructor(text: string, bareWords = false) {
    super(text);
    this.bareWords = bareWords;
  }
}

interface Token {
  readonly type: 'word' | 'string' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

/** Words that need quotes; from Jira's list. */
const RESERVED = new Set(
  `abort access add after alias all alter any as asc audit avg before begin between boolean break byte catch cf char
  character check checkpoint collate collation column commit connect continue count create current date decimal declare
  decrement default defaults define delete delimiter desc difference distinct divide do double drop else encoding end
  equals escape exclusive exec execute exists explain false fetch file field first float for from function go goto grant
  greater group having identified if immediate increment index initial inner inout input insert int integer intersect
  intersection into isempty isnull join last left less like limit lock long max min minus mode modify modulo more
  multiply next noaudit notin nowait number object of on option outer output power previous prior privileges public
  raise raw remove rename resource return returns revoke right row rowid rownum rows select session set share size sqrt
  start strict string subtract sum synonym table then to trans transaction trigger true uid union unique update user
  validate values view when whenever where while with`.split(/\s+/),
);

const TOKEN =
  /\s*(?:(?<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<symbol>!=|!~|>=|<=|[=~<>(),!]|&&|\|\|)|(?<word>[^\s"'=!~<>(),&|[\]{}*/%^$#@?;+]+))/y;

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, (whole, char: string) => {
    if (char === '"' || char === "'" || char === '\\' || char === ' ') return char;
    if (char === 'n') return '\n';
    if (char === 't') return '\t';
    if (char === 'r') return '\r';
    throw new JqlError(`Error in the JQL Query: '${whole}' is an illegal JQL escape sequence.`);
  });
}

function tokenize(jql: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = jql.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(jql)?.groups;
    if (groups === undefined) {
      throw new JqlError(`Error in the JQL Query: The character '${jql.slice(at).trim().charAt(0)}' is reserved.`);
    }
    if (groups.quoted !== undefined) tokens.push({ type: 'string', text: unquote(groups.quoted), at });
    else if (groups.symbol !== undefined) tokens.push({ type: 'symbol', text: groups.symbol, at });
    else tokens.push({ type: 'word', text: groups.word ?? '', at });
  }
  return [...tokens, { type: 'end', text: '', at: end }];
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): Query {
    const unrestricted = this.#peek().type === 'end' || this.#isWord('order');
    const where = unrestricted ? undefined : this.#or();
    const orderBy = this.#takeWord('order') ? this.#orderBy() : [];
    if (this.#peek().type !== 'end') throw this.#unexpected();
    return { where, orderBy };
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: '', at: 0 };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #isWord(word: string): boolean {
    const token = this.#peek();
    return token.type === 'word' && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at += 1;
    return true;
  }

  #takeSymbol(...symbols: readonly string[]): boolean {
    const token = this.#peek();
    if (token.type !== 'symbol' || !symbols.includes(token.text)) return false;
    this.#at += 1;
    return true;
  }

  #unexpected(): JqlError {
    const token = this.#peek();
    const bareWords = this.#tokens.every((each) => each.type === 'word' || each.type === 'end');
    const found = token.type === 'end' ? 'the end of the query' : `'${token.text}'`;
    return new JqlError(`Error in the JQL Query: Expecting an operator or value but got ${found}.`, bareWords);
  }

  #or(): Condition {
    const parts = [this.#and()];
    while (this.#takeWord('or') || this.#takeSymbol('||')) parts.push(this.#and());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
  }

  #and(): Condition {
    const parts = [this.#not()];
    while (this.#takeWord('and') || this.#takeSymbol('&&')) parts.push(this.#not());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
  }

  #not(): Condition {
    if (this.#takeWord('not') || this.#takeSymbol('!')) return { kind: 'not', part: this.#not() };
    if (!this.#takeSymbol('(')) return this.#clause();
    const inner = this.#or();
    if (!this.#takeSymbol(')')) throw this.#unexpected();
    return inner;
  }

  #clause(): Condition {
    const field = this.#name();
    const operator = this.#operator();
    const operands = operator === 'in' || operator === 'not in' ? this.#list() : [this.#operand()];
    return { kind: 'clause', field: field.toLowerCase(), operator, operands };
  }

  #name(): string {
    const token = this.#next();
    const plain = token.type === 'word' && !RESERVED.has(token.text.toLowerCase());
    if (plain || token.type === 'string') return token.text;
    this.#at -= 1;
    if (token.type === 'word') throw new JqlError(`Error in the JQL Query: '${token.text}' is a reserved JQL word.`);
    throw this.#unexpected();
  }

  #operator(): Operator {
    if (this.#takeWord('in')) return 'in';
    if (this.#takeWord('is')) return this.#takeWord('not') ? 'is not' : 'is';
    if (this.#takeWord('not')) {
      if (this.#takeWord('in')) return 'not in';
      throw this.#unexpected();
    }
    const symbols = ['=', '!=', '~', '!~', '>', '>=', '<', '<='] as const;
    const found = symbols.find((symbol) => this.#takeSymbol(symbol));
    if (found === undefined) throw this.#unexpected();
    return found;
  }

  #list(): readonly Operand[] {
    if (!this.#takeSymbol('(')) return [this.#operand()];
    const operands = [this.#operand()];
    while (this.#takeSymbol(',')) operands.push(this.#operand());
    if (!this.#takeSymbol(')')) throw this.#unexpected();
    return operands;
  }

  #operand(): Operand {
    const quoted = this.#peek().type === 'string';
    if (!quoted && (this.#takeWord('empty') || this.#takeWord('null'))) return { type: 'empty' };
    const text = this.#name();
    if (quoted || !this.#takeSymbol('(')) return { type: 'text', text };
    while (!this.#takeSymbol(')')) {
      if (this.#peek().type === 'end') throw this.#unexpected();
      this.#at += 1;
    }
    return { type: 'call', name: text.toLowerCase() };
  }

  #orderBy(): Query['orderBy'] {
    if (!this.#takeWord('by')) throw this.#unexpected();
    const terms = [];
    do {
      const field = this.#name().toLowerCase();
      const descending = this.#takeWord('desc');
      if (!descending) this.#takeWord('asc');
      terms.push({ field, descending });
    } while (this.#takeSymbol(','));
    return terms;
  }
}

/** Parses the part of JQL that a time tracker sends. Throws `JqlError` with Jira's kind of message. */
export function parseJql(jql: string): Query {
  return new Parser(tokenize(jql)).query();
}
