import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { previewUrl, type Share } from './share.ts';
import { useWords } from './words.ts';

const VIDEO = /\.(?:m4v|mkv|mov|mp4|ogv|webm)$/i;
const AUDIO = /\.(?:flac|m4a|mp3|oga|ogg|opus|wav)$/i;
const PDF = /\.pdf$/i;

/** Shows an image, video or sound on the page; a PDF opens in a tab of its own. */
export function Preview({ share, name }: { readonly share: Share; readonly name: string }): JSX.Element {
  const { say, error } = useWords();
  const [url, setUrl] = useState<string>();
  const [failure, setFailure] = useState<unknown>();

  async function show(): Promise<void> {
    try {
      setFailure(undefined);
      const given = await previewUrl(share);
      if (PDF.test(name)) open(given, '_blank', 'noopener');
      else setUrl(given);
    } catch (reason) {
      setFailure(reason);
    }
  }

  const label = say('previewOf', { name });
  return (
    <div class="preview">
      {url === undefined ? (
        <button onClick={() => void show()}>{say('preview')}</button>
      ) : (
        <>
          <Shown url={url} name={name} label={label} />
          <button onClick={() => setUrl(undefined)}>{say('closePreview')}</button>
        </>
      )}
      {failure !== undefined && (
        <p role="alert" class="alert">
          {error(failure)}
        </p>
      )}
    </div>
  );
}

function Shown({
  url,
  name,
  label,
}: {
  readonly url: string;
  readonly name: string;
  readonly label: string;
}): JSX.Element {
  if (VIDEO.test(name)) return <video controls src={url} aria-label={label} />;
  if (AUDIO.test(name)) return <audio controls src={url} aria-label={label} />;
  return <img src={url} alt={label} referrerpolicy="no-referrer" />;
}
