import { deflateSync } from 'node:zlib';

/** An object of the demo. */
export interface DemoObject {
  readonly key: string;
  readonly body: string | Uint8Array;
  readonly contentType?: string;
}

const LOGS = 1200;

/** Objects as an owner may have them: reports, pictures, names in other scripts, and a folder that is long to scroll through. */
export function demoObjects(): readonly DemoObject[] {
  return [
    { key: 'reports/report.txt', body: 'This report was fetched from a private bucket.\n' },
    { key: 'reports/2026/q3 sales.csv', body: 'region,sales\nnorth,120\nsouth,95\n' },
    { key: 'reports/2026/季度报告.txt', body: '这份报告来自私有存储空间。\n' },
    { key: 'pictures/dawn.png', body: picture([24, 40, 92], [250, 176, 120]), contentType: 'image/png' },
    { key: 'pictures/meadow.png', body: picture([36, 92, 60], [222, 236, 150]), contentType: 'image/png' },
    { key: 'pictures/harbour.png', body: picture([16, 74, 110], [150, 214, 230]), contentType: 'image/png' },
    ...Array.from({ length: LOGS }, (_, index) => {
      const number = String(index + 1).padStart(4, '0');
      return { key: `logs/app-${number}.log`, body: `line 1 of log ${number}\n` };
    }),
  ];
}

type Colour = readonly [red: number, green: number, blue: number];

const WIDTH = 480;
const HEIGHT = 300;

/** A PNG that fades from one colour to another, with hills before it. */
function picture(top: Colour, bottom: Colour): Uint8Array {
  const rows = Array.from({ length: HEIGHT }, (_, y) => {
    const row = Buffer.alloc(1 + WIDTH * 3);
    for (let x = 0; x < WIDTH; x += 1) {
      const hill = y > HEIGHT * 0.72 + 24 * Math.sin(x / 60) + 9 * Math.sin(x / 17);
      const part = hill ? 0 : y / HEIGHT;
      const colour = top.map((channel, index) => {
        const mixed = channel + ((bottom[index] ?? 0) - channel) * part;
        return Math.round(hill ? mixed * 0.6 : mixed);
      });
      row.set(colour, 1 + x * 3);
    }
    return row;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  // Eight bits a channel, true colour.
  header.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND'),
  ]);
}

function chunk(type: string, data: Uint8Array = new Uint8Array()): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** As PNG and gzip have it; Node's own is younger than 20. */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
