export type { PostCondition, PostFields, PostPresigner, PostRequest, PresignedPost } from './contracts.ts';
export { createPostPresigner } from './create-post-presigner.ts';
