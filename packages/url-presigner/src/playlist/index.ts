export { signPlaylist } from './sign-playlist.ts';
export type { PlaylistOptions } from './sign-playlist.ts';
