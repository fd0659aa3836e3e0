import { PresignError } from './presign-error.ts';

/** Facts that decide whether a browser shows a response as a document of the bucket's domain. */
export interface InlineFacts {
  readonly key: string;
  readonly filename: string | undefined;
  /** What the link overrides; `undefined` where it leaves the object's own. */
  readonly contentType: string | null | undefined;
  readonly contentDisposition: string | null | undefined;
}

/**
 * Refuses links that make a browser show a document which may contain scripts. What the link sets must be known to be harmless:
 * `attachment`, or a type that no browser reads as markup. Everything else is refused, as browsers sniff unknown types and read
 * lists of types in their own way. Where the link sets no type, the extension stands for the object's own.
 *
 * @throws PresignError `INLINE_MARKUP`
 */
export function refuseInlineMarkup(facts: InlineFacts): void {
  const { contentType, contentDisposition } = facts;
  if (contentType === undefined && contentDisposition === undefined) return;
  if (isAttachment(contentDisposition ?? '')) return;
  const names = [facts.key, ...(facts.filename === undefined ? [] : [facts.filename])];
  if (contentType === undefined ? names.every(isHarmlessName) : isHarmlessType(contentType ?? '')) return;
  throw new PresignError(
    'INLINE_MARKUP',
    'a browser may show what this link gives as a page, and run its scripts with the rights of the domain. Use disposition "attachment", a content type that is not markup, such as "image/png", or allowInlineMarkup if the content is yours',
  );
}

function isAttachment(disposition: string): boolean {
  return /^[ \t]{0,8}attachment[ \t]{0,8}(?:;|$)/i.test(disposition.slice(0, 100));
}

// By the MIME Sniffing standard, browsers look for markup in the unknown types, XML in every "+xml", and a page in "multipart".
const HARMLESS_TYPE =
  /^(?:(?:image|audio|video|font)\/[a-z0-9][a-z0-9.-]*|text\/(?:plain|csv|vtt)|application\/(?:pdf|json|zip|gzip|octet-stream|x-mpegurl|vnd\.apple\.mpegurl))(?:; ?[a-z0-9-]+="?[\w.-]+"?)*$/i;

function isHarmlessType(contentType: string): boolean {
  // A list is not a type: browsers take the last of "text/plain, text/html".
  return contentType.length <= 200 && HARMLESS_TYPE.test(contentType);
}

const HARMLESS_EXTENSIONS: ReadonlySet<string> = new Set(
  `png jpg jpeg gif webp avif bmp ico tif tiff heic heif mp3 m4a aac ogg oga opus wav flac mp4 m4v webm mov mkv avi ts m4s
  m3u8 pdf txt log csv vtt json zip gz tar 7z rar bin exe dmg apk ipa iso docx xlsx pptx doc xls ppt woff woff2 ttf otf`.split(
    /\s+/,
  ),
);

function isHarmlessName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot !== -1 && HARMLESS_EXTENSIONS.has(name.slice(dot + 1).toLowerCase());
}
