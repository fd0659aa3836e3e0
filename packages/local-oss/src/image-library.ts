/** An image of the npm package jimp. */
export interface LibraryImage {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Media type of what was read. */
  readonly mime?: string;
  /** Scales the image. */
  resize(size: { readonly w: number; readonly h: number }): unknown;
  /** Keeps a part of the image. */
  crop(box: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }): unknown;
  /** Turns the image counterclockwise. */
  rotate(degrees: number): unknown;
  /** Draws another image on this one. */
  composite(image: LibraryImage, x: number, y: number): unknown;
  /** Writes the image in a format, such as `image/png`. */
  getBuffer(type: string, options?: object): Promise<Uint8Array>;
}

/** What the npm package jimp exports, as far as local-oss uses it. */
export interface ImageLibrary {
  /** Its class of images. */
  readonly Jimp: {
    new (options: { readonly width: number; readonly height: number; readonly color: number }): LibraryImage;
    /** Reads an image; rejects for what is none. */
    read(bytes: Buffer): Promise<LibraryImage>;
  };
}
