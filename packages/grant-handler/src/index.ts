export { createApiKeys } from './access/api-keys.ts';
export type { ApiKeyOptions, ApiKeys } from './access/api-keys.ts';
export { createAppSessions } from './access/app-sessions.ts';
export type { AppSessionOptions } from './access/app-sessions.ts';
export { authorizeByScopes, scopesOf } from './access/scopes.ts';
export type { ScopedSubject } from './access/scopes.ts';
export { chainHash, chainStart, ChainError, followChain } from './audit/verify-chain.ts';
export { createGrantHandler } from './create-grant-handler.ts';
export type {
  Connection,
  GrantHandler,
  GrantHandlerOptions,
  HandlerLimits,
  ListRequest,
  ObjectPage,
  RequestEntry,
  ShareAction,
  SignIn,
  Subject,
} from './grant-handler.ts';
export type { LandingObject, LandingPage, RenderedPage, RenderLanding } from './landing.ts';
export type { ProblemCode, Standing } from './problem.ts';
export type {
  ApiKey,
  AuditEvent,
  AuditHead,
  GrantHandle,
  HandleFacts,
  KeyScope,
  NewShare,
  Session,
  Share,
  ShareAllowance,
  ShareFacts,
  ShareState,
  ShareUse,
} from './records.ts';
export type {
  Act,
  CreateResult,
  Hits,
  Idempotency,
  NewEvent,
  RepeatLimits,
  ShareChanges,
  ShareFilter,
  Store,
  UseOutcome,
  UseRequest,
  UseResult,
} from './store.ts';
export type { TokenKey } from './token.ts';
