import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Share } from './share.ts';
import type { Wanted } from './transfer.ts';
import { useWords } from './words.ts';

/** The command that downloads in a terminal. The password is typed there, so that it stays out of the shell's history. */
export function CurlLine({ share, object }: { readonly share: Share; readonly object: Wanted }): JSX.Element {
  const { say } = useWords();
  const [copied, setCopied] = useState(false);
  const path = object.key === undefined ? '' : `/o/${object.key.split('/').map(encodeURIComponent).join('/')}`;
  const url = `${location.origin}${share.path}${path}`;
  const quoted = `'${object.name.replaceAll(/[\u0000-\u001f/\\]/g, '_').replaceAll("'", `'\\''`)}'`;
  const secret = share.password === undefined ? '' : ' --data-urlencode password@-';
  const command = `curl -fL${secret} -o ${quoted} '${url}'`;

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(command);
    setCopied(true);
  }

  return (
    <details>
      <summary>{say('curl')}</summary>
      <pre tabIndex={0}>
        <code>{command}</code>
      </pre>
      <button onClick={() => void copy()}>{say(copied ? 'copied' : 'copy')}</button>
    </details>
  );
}
