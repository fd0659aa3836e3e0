import { isHtmlEscaped } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The link was copied from the source of a page, or escaped twice on its way into one. */
export function htmlEscaped({ link }: Facts): Cause | undefined {
  if (!isHtmlEscaped(link)) return undefined;
  return {
    code: 'HTML_ESCAPED',
    certainty: 'certain',
    message: '"&amp;" stands between the parameters: the link is as in the source of a page',
    fix: 'write "&" for each "&amp;"; escape the link once where a page is made, and copy it from the page as shown',
  };
}
