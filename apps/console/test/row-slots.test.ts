import { expect, test } from 'vitest';
import { RowSlots } from '../src/objects/row-slots.ts';

function keysOf(slots: RowSlots, ids: string): readonly number[] {
  return [...slots.assign(ids.split('')).values()];
}

test('rows that come into view below, or all at once, get the elements of those that left', () => {
  const slots = new RowSlots();
  expect(keysOf(slots, 'abcd')).toEqual([0, 1, 2, 3]);
  expect(keysOf(slots, 'abcd')).toEqual([0, 1, 2, 3]);
  expect(keysOf(slots, 'cdef')).toEqual([2, 3, 0, 1]);
  expect(keysOf(slots, 'wxyz')).toEqual([2, 3, 0, 1]);
  expect(keysOf(slots, 'wxyz!')).toEqual([2, 3, 0, 1, 4]);
});

test('a row that stays keeps its element and its place', () => {
  const slots = new RowSlots();
  keysOf(slots, 'mnop');
  // Above the rows that stay there are new elements.
  expect(keysOf(slots, 'klmn')).toEqual([4, 5, 0, 1]);
  // A row with the focus stands first while it is out of view.
  expect(keysOf(slots, 'lwxyz')).toEqual([5, 4, 0, 1, 6]);
});
