import { describe, expect, it } from 'vitest';
import { parseProcess, type Crop, type Resize } from '../../../src/operations/image/image-actions.ts';
import { boxOf, scalingOf } from '../../../src/operations/image/image-geometry.ts';
import { startLocalOss } from '../../../src/start-local-oss.ts';
import { ossTest } from '../../../src/vitest.ts';
import { call } from '../../kit.ts';

const SOURCE = { w: 400, h: 267 };

describe('resize follows the modes of its page', () => {
  it.each<[string, object | undefined]>([
    ['w_100', { scaled: { w: 100, h: 67 } }],
    ['h_100', { scaled: { w: 150, h: 100 } }],
    ['w_100,h_100', { scaled: { w: 100, h: 67 } }],
    ['m_mfit,w_100,h_100', { scaled: { w: 150, h: 100 } }],
    ['m_fixed,w_100,h_100', { scaled: { w: 100, h: 100 } }],
    ['m_fill,w_100,h_100', { scaled: { w: 150, h: 100 }, cut: { x: 25, y: 0, w: 100, h: 100 } }],
    ['m_pad,w_100,h_100', { scaled: { w: 100, h: 67 }, canvas: { x: 0, y: 16, w: 100, h: 100 } }],
    ['p_50', { scaled: { w: 200, h: 134 } }],
    ['l_200', { scaled: { w: 200, h: 134 } }],
    ['s_100', { scaled: { w: 150, h: 100 } }],
    ['w_500', undefined],
    ['w_800,limit_0', { scaled: { w: 800, h: 534 } }],
  ])('%s', (parameters, wanted) => {
    const [resize] = parseProcess(`image/resize,${parameters}`) as [Resize];
    expect(scalingOf(resize, SOURCE)).toEqual(wanted);
  });
});

describe('crop counts from the point that g names, and ends at the border', () => {
  it.each<[string, object]>([
    ['x_100,y_50', { x: 100, y: 50, w: 300, h: 217 }],
    ['x_100,y_50,w_100,h_100', { x: 100, y: 50, w: 100, h: 100 }],
    ['w_200,h_200,g_se', { x: 200, y: 67, w: 200, h: 200 }],
    ['x_10,y_10,w_200,h_200,g_center', { x: 110, y: 43, w: 200, h: 200 }],
    ['w_900', { x: 0, y: 0, w: 400, h: 267 }],
  ])('%s', (parameters, box) => {
    const [crop] = parseProcess(`image/crop,${parameters}`) as [Crop];
    expect(boxOf(crop, SOURCE)).toEqual(box);
  });
});

describe('what an image cannot become is refused before it is read', () => {
  it.each([
    ['image/resize,w_0', 400, '0040-00000312'],
    ['image/resize,s_16385', 400, '0040-00000315'],
    ['image/resize,p_0', 400, '0040-00000317'],
    ['image/resize,w_0,h_0', 400, '0040-00000321'],
    ['image/resize', 400, '0040-00000322'],
    ['image/crop,g_middle', 400, undefined],
    ['image/rotate,361', 400, undefined],
    ['image/quality,q_101', 400, undefined],
    ['image/format,txt', 400, undefined],
    ['image/format,webp', 501, undefined],
    ['image/watermark,text_SGVsbG8', 501, undefined],
    ['style/mine', 501, undefined],
    ['video/snapshot,t_1', 501, undefined],
    ['image/info', 501, undefined],
  ])('%s', async (process, status, ec) => {
    await using oss = await startLocalOss();
    await oss.put('a-bucket', 'a.png', 'x');
    const answer = await call(oss, { bucket: 'a-bucket', key: 'a.png', query: { 'x-oss-process': process } });
    expect(answer).toMatchObject({ status, ec });
  });

  it('and so is a result with more than 4096 x 4096 pixels', () => {
    const [resize] = parseProcess('image/resize,m_fixed,w_5000,h_5000,limit_0') as [Resize];
    expect(() => scalingOf(resize, SOURCE)).toThrow('4096 x 4096');
  });
});

ossTest('says what to start it with where it has no library', async ({ oss }) => {
  await oss.put('a-bucket', 'a.png', 'x');
  const answer = await call(oss, { bucket: 'a-bucket', key: 'a.png', query: { 'x-oss-process': 'image/info' } });
  expect(answer.text).toContain('start it with the option images');
});
