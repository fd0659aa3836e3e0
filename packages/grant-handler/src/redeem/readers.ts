import type { Context as HonoContext } from 'hono';
import type { Env } from '../context.ts';

// Programs that fetch an address to show what is behind it: they look, and nobody has asked for the file yet.
const PREVIEWERS =
  /facebookexternalhit|facebot|twitterbot|slackbot|slack-imgproxy|discordbot|telegrambot|whatsapp|linkedinbot|skypeuripreview|microsoftpreview|msteams|googlebot|google-safety|bingbot|bingpreview|applebot|pinterest|redditbot|embedly|iframely|mattermost|dingtalkbot|feishubot|larkbot|bytespider|baiduspider|yandexbot|vkshare|snapchat|line-poker|kakaotalk-scrap|safelinks|proofpoint|mimecast|barracuda/i;

/** Whether the request is a previewer's. */
export function isPreviewer(c: HonoContext<Env>): boolean {
  return PREVIEWERS.test(c.req.header('user-agent') ?? '');
}

/** Whether a person's browser shows the answer, or a previewer looks at it: they get a page, and nothing is counted. */
export function wantsPage(c: HonoContext<Env>): boolean {
  return (
    (c.req.header('accept') ?? '').includes('text/html') ||
    c.req.header('sec-fetch-dest') === 'document' ||
    isPreviewer(c)
  );
}

/** WeChat's browser gives a download to another browser, without cookies: the use would be counted and the file lost. */
export function handsDownloadsOn(c: HonoContext<Env>): boolean {
  return /MicroMessenger/i.test(c.req.header('user-agent') ?? '');
}

/** Whether the answer shall be JSON. */
export function wantsJson(c: HonoContext<Env>): boolean {
  return /application\/(?:problem\+)?json/.test(c.req.header('accept') ?? '');
}
