export type { PostCondition, PostFields, PostPresigner, PostRequest, PresignedPost } from './form.ts';
export { createPostPresigner } from './create-post-presigner.ts';
