import { PresignError } from './presign-error.ts';

const MARKUP_TYPE = /^\s*(?:text\/html|text\/xml|application\/xml|[\w.-]+\/[\w.-]+\+xml)\s*(?:;|$)/i;
const MARKUP_NAME = /\.(?:html?|xhtml?|xht|shtml|mhtml?|svgz?|xml|xslt?)$/i;

/** What decides whether a browser shows an answer as a document of the bucket's domain. */
export interface InlineFacts {
  readonly key: string;
  readonly filename: string | undefined;
  readonly contentType: string | null | undefined;
  readonly contentDisposition: string | null | undefined;
}

/**
 * Refuses links that ask a browser to show a document which may hold scripts: by an inline disposition, or by a markup
 * type without a disposition. The object's own type is not known here; where none is asked for, the name's ending stands
 * for it.
 *
 * @throws PresignError `INLINE_MARKUP`
 */
export function refuseInlineMarkup(facts: InlineFacts): void {
  const { contentType, contentDisposition } = facts;
  const asksInline = /^\s*inline\b/i.test(contentDisposition ?? '');
  const markupType = contentType ? MARKUP_TYPE.test(contentType) : undefined;
  const markupName = MARKUP_NAME.test(facts.filename ?? '') || MARKUP_NAME.test(facts.key);
  const shown = asksInline ? (markupType ?? markupName) : markupType === true && !contentDisposition;
  if (!shown) return;
  throw new PresignError(
    'INLINE_MARKUP',
    'the link would show HTML, SVG or XML in the browser, where its scripts run with the rights of the domain. Use disposition "attachment", or set allowInlineMarkup when the content is yours',
  );
}
