import { defined } from '@ossgrant/credentials-core/internal';
import { EC } from '../http/ec.ts';
import { invalidArgument } from '../http/refusal.ts';
import { parameter, wholeNumber } from '../http/raw-request.ts';
import type { OperationInput } from './operation.ts';

/** How keys are written in a response: XML cannot hold every character. */
export interface KeyEncoding {
  /** The response's `EncodingType`. */
  readonly type: 'url' | undefined;
  readonly encode: (text: string) => string;
}

/** @throws Refusal 400 InvalidArgument for an unknown `encoding-type` */
export function keyEncoding(type: string | undefined): KeyEncoding {
  if (type === undefined || type === '') return { type: undefined, encode: (text) => text };
  if (type.toLowerCase() !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request.');
  return { type: 'url', encode: encodeURIComponent };
}

/** Parameters of every listing of keys. */
export interface ListParameters {
  readonly encoding: KeyEncoding;
  readonly maxKeys: number;
  /** Options of `listPage`. */
  readonly options: { readonly prefix: string; readonly delimiter?: string; readonly maxKeys: number };
}

/** Delimiters that a listing takes, and the EC number of its refusal. */
export interface Delimiters {
  readonly pattern: RegExp;
  readonly ec: string;
}

/** @throws Refusal 400 InvalidArgument */
export function listParameters(
  input: OperationInput,
  name: string,
  usual: number,
  delimiters?: Delimiters,
): ListParameters {
  const delimiter = given(input, 'delimiter');
  if (delimiter !== undefined && delimiters?.pattern.test(delimiter) === false) {
    const details = { ArgumentName: 'delimiter', ArgumentValue: delimiter };
    throw invalidArgument('The delimiter is not valid.', delimiters.ec, details);
  }
  const maxKeys = limit(input, name, usual);
  const prefix = given(input, 'prefix') ?? '';
  const options = { prefix, maxKeys, ...defined({ delimiter }) };
  return { encoding: keyEncoding(given(input, 'encoding-type')), maxKeys, options };
}

/** A parameter's value; `undefined` when it is absent or empty. */
export function given(input: Pick<OperationInput, 'request'>, name: string): string | undefined {
  return parameter(input.request, name) || undefined;
}

/** How many entries a page may have. @throws Refusal 400 InvalidArgument unless it is from 1 to 1000 */
export function limit(input: OperationInput, name: string, usual: number): number {
  const text = given(input, name) ?? String(usual);
  const count = wholeNumber(text) ?? 0;
  if (count >= 1 && count <= 1000) return count;
  const details = { ArgumentName: name, ArgumentValue: text };
  const ec = name === 'max-keys' ? EC.maxKeys : undefined;
  throw invalidArgument(`Argument ${name} must be an integer between 1 and 1000.`, ec, details);
}
