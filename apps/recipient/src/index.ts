export { createRecipientPage } from './server/create-recipient-page.ts';
export type { RecipientPage, RecipientPageOptions } from './server/create-recipient-page.ts';
