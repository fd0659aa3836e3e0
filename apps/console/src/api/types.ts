import type { components, operations } from '@ossgrant/grant-handler/client';

// What the server answers, by its own schemas: where they change, the page does not compile until it follows.
type Schemas = components['schemas'];
type Answer<Name extends 'listUses' | 'listEvents'> = operations[Name]['responses'][200]['content']['application/json'];

export type Refusal = Schemas['Problem'];
export type Me = Schemas['Me'];
/** Where the user may share. */
export type Scope = Me['scopes'][number];
export type ObjectPage = Schemas['ObjectPage'];
export type StoredObject = ObjectPage['objects'][number];
export type SignedUrl = Schemas['SignedUrl'];
export type UrlWarning = SignedUrl['warnings'][number];
export type Share = Schemas['Share'];
export type ShareState = Share['state'];
export type UsePage = Answer<'listUses'>;
export type ShareUse = UsePage['uses'][number];
export type EventPage = Answer<'listEvents'>;
export type ShareEvent = EventPage['events'][number];
export type Credentials = Schemas['TemporaryCredentials'];
export type GrantHandle = Schemas['GrantHandle'];

/** A request, of lists that stay their owner's. */
type Fixed<T> = { readonly [Name in keyof T]: T[Name] extends (infer One)[] | undefined ? readonly One[] : T[Name] };

/** A direct URL to be signed. */
export type NewUrls = Fixed<Partial<Schemas['NewUrls']> & Pick<Schemas['NewUrls'], 'bucket'>>;
export type NewShare = Fixed<Schemas['NewShare']>;
export type NewGrant = Fixed<Schemas['NewGrant']>;
