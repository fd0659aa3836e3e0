import { safeFileName } from '@ossgrant/http-downloader';
import type { ObjectAddress } from '../../../object-address.ts';

/** Gives each object a file name of its own, for commands that save several. */
export function fileNames(wanted: string | undefined): (object: ObjectAddress) => string {
  const taken = new Set<string>();
  return ({ key }) => {
    const name = safeFileName({ key: wanted ?? key });
    const [, stem = name, extension = ''] = /^(.+?)(\.[A-Za-z0-9]{1,10})?$/s.exec(name) ?? [];
    let candidate = name;
    // Some file systems take names that differ in case for one.
    for (let number = 2; taken.has(candidate.toLowerCase()); number += 1) candidate = `${stem}-${number}${extension}`;
    taken.add(candidate.toLowerCase());
    return candidate;
  };
}
