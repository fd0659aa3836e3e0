import type { ProblemCode, Standing } from './problem.ts';

/** An object that a recipient may download. */
export interface LandingObject {
  /** The key, without the share's prefix. */
  readonly name: string;
  /** In bytes, where it is known. */
  readonly size?: number | undefined;
  /** Path of the object: a POST to it downloads. */
  readonly path: string;
}

/** What a page for recipients is made of. Nothing in it is secret to whoever holds the share's address. */
export interface LandingPage {
  /** Path of the share; `info`, `list` and `o/{key}` lie below it. */
  readonly path: string;
  /** Why nothing can be downloaded now, or `active`. */
  readonly state: 'active' | Standing;
  /** Instant before which visits are refused. Absent: the share works at once. */
  readonly notBefore?: Date | undefined;
  /** Instant from which visits are refused; later than now for an `active` share. */
  readonly expiresAt: Date;
  /** Absent: any number. */
  readonly usesLeft?: number | undefined;
  /** Absent where previews must not show it, and for several objects. */
  readonly filename?: string | undefined;
  /** Whether a password must be sent with every download. */
  readonly needsPassword: boolean;
  /** The right password, where the visitor has just sent it: the page may send it again. */
  readonly password?: string | undefined;
  /** Why this visit was refused. */
  readonly refusal?: { readonly code: ProblemCode; readonly message: string } | undefined;
  /** Whether the address is one of several objects, so that `objects` is what can be downloaded. */
  readonly several: boolean;
  /** A page of the objects of a share of several; empty until its password was given. */
  readonly objects: readonly LandingObject[];
  /** Path of the next page of objects. */
  readonly next?: string | undefined;
  /** Whether a browser asks that hands downloads to another one, without its cookies: nothing can be downloaded in it. */
  readonly openElsewhere: boolean;
  /** Origin that downloads are redirected to: a policy must let forms, and pages that fetch, reach it. */
  readonly storage?: string | undefined;
}

/** A page as it is sent. */
export interface RenderedPage {
  /** The whole document, sent as UTF-8. Escape what comes from keys and names. */
  readonly html: string;
  /** Its Content-Security-Policy. */
  readonly policy: string;
}

/** Renders the page for recipients. */
export type RenderLanding = (page: LandingPage, request: Request) => RenderedPage | Promise<RenderedPage>;
