/**
 * Hands the elements of rows that left the view to rows that come into it: what changes its content takes a third of the time of what
 * is made anew, and leaves little to the garbage collector, whose pauses were the longest while scrolling.
 */
export class RowSlots {
  #slots: ReadonlyMap<string, number> = new Map();
  #next = 0;

  /** A key of an element for each row, in their order. The same rows again get the same. */
  assign(ids: readonly string[]): ReadonlyMap<string, number> {
    const before = this.#slots;
    const wanted = new Set(ids);
    const free = [...before].filter(([id]) => !wanted.has(id)).map(([, slot]) => slot);
    // Only behind the rows that stay: otherwise React would move those, and one of them may have the focus.
    const lastKept = ids.findLastIndex((id) => before.has(id));
    const slotOf = (id: string, place: number): number =>
      before.get(id) ?? (place > lastKept ? free.shift() : undefined) ?? this.#next++;
    this.#slots = new Map(ids.map((id, place) => [id, slotOf(id, place)]));
    return this.#slots;
  }
}
