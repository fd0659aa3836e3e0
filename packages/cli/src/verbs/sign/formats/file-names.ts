import { safeFileName } from '@ossgrant/http-downloader';
import type { ObjectAddress } from '../../../object-address.ts';

/** Gives each object a file name of its own, for commands that save several. */
export function fileNames(wanted: string | undefined): (object: ObjectAddress) => string {
  const taken = new Set<string>();
  // Many keys of one name must not all be counted from the beginning.
  const last = new Map<string, number>();
  return ({ key }) => {
    const name = safeFileName({ key: wanted ?? key });
    const [, stem = name, extension = ''] = /^(.+?)(\.[A-Za-z0-9]{1,10})?$/s.exec(name) ?? [];
    // Some file systems take names that differ in case for one.
    const folded = name.toLowerCase();
    let candidate = name;
    let number = last.get(folded) ?? 1;
    while (taken.has(candidate.toLowerCase())) {
      number += 1;
      candidate = `${stem}-${number}${extension}`;
    }
    last.set(folded, number);
    taken.add(candidate.toLowerCase());
    return candidate;
  };
}
