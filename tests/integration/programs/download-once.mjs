// One download in a process of its own: its outcome as JSON.
import { DownloadError, fromLinks } from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';

const [url = '', file = ''] = process.argv.slice(2);
const source = fromLinks(async () => url, 'the object');
const options = { partSize: 1 << 20, bandwidthLimit: 4 << 20 };
try {
  const { verified } = await downloadToFile(source, file, options);
  console.log(JSON.stringify({ verified }));
} catch (error) {
  if (!(error instanceof DownloadError)) throw error;
  console.log(JSON.stringify({ code: error.code }));
}
process.exit(0);
