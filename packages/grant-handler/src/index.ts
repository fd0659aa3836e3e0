export { createApiKeys } from './access/api-keys.ts';
export type { ApiKeyOptions, ApiKeys } from './access/api-keys.ts';
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
  Act,
  ApiKey,
  AuditEvent,
  AuditHead,
  CreateResult,
  GrantHandle,
  HandleFacts,
  Hits,
  Idempotency,
  KeyScope,
  NewEvent,
  NewShare,
  RepeatLimits,
  Session,
  Share,
  ShareAllowance,
  ShareChanges,
  ShareFacts,
  ShareFilter,
  ShareState,
  ShareUse,
  Store,
  UseOutcome,
  UseRequest,
  UseResult,
} from './store.ts';
export type { TokenKey } from './token.ts';
