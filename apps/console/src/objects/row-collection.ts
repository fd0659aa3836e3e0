import type { Collection, Key, Node } from 'react-stately';
import type { Row } from './rows.ts';

/**
 * Rows as React Aria's lists read them. Its own collections render each row once to learn of it, in view or not, which takes seconds
 * for many thousands; here nothing is made of a row before it is asked for.
 */
export class RowCollection implements Collection<Node<Row>> {
  readonly size: number;
  readonly #rows: readonly Row[];
  readonly #indexes: ReadonlyMap<Key, number>;

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
    this.size = rows.length;
    this.#indexes = new Map(rows.map(({ id }, index) => [id, index]));
  }

  *[Symbol.iterator](): Iterator<Node<Row>> {
    for (const [index, row] of this.#rows.entries()) yield nodeOf(row, index);
  }

  getKeys(): Iterable<Key> {
    return this.#indexes.keys();
  }

  indexOf(key: Key): number | undefined {
    return this.#indexes.get(key);
  }

  getItem(key: Key): Node<Row> | null {
    const index = this.#indexes.get(key);
    return index === undefined ? null : this.at(index);
  }

  at(index: number): Node<Row> | null {
    const row = this.#rows[index];
    return row === undefined ? null : nodeOf(row, index);
  }

  getKeyBefore(key: Key): Key | null {
    return this.#keyAt((this.#indexes.get(key) ?? 0) - 1);
  }

  getKeyAfter(key: Key): Key | null {
    return this.#keyAt((this.#indexes.get(key) ?? this.size) + 1);
  }

  getFirstKey(): Key | null {
    return this.#keyAt(0);
  }

  getLastKey(): Key | null {
    return this.#keyAt(this.size - 1);
  }

  #keyAt(index: number): Key | null {
    return this.#rows[index]?.id ?? null;
  }
}

function nodeOf(row: Row, index: number): Node<Row> {
  return {
    type: 'item',
    key: row.id,
    value: row,
    textValue: row.name,
    index,
    level: 0,
    hasChildNodes: false,
    childNodes: [],
    rendered: null,
    props: {},
  };
}
