import type { ComponentChild, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CurlLine } from './curl-line.tsx';
import { Preview } from './preview.tsx';
import type { Share } from './share.ts';
import { TransferView } from './transfer-view.tsx';
import type { Outcome, Wanted } from './transfer.ts';
import { useTransfer } from './use-transfer.ts';
import { useWords } from './words.ts';

/** What the page shows of an object. */
export interface ShownObject extends Wanted {
  readonly contentType?: string;
  readonly crc64?: string;
  readonly preview: boolean;
}

/** An object: what it is, and what can be done with it. */
export function OneObject({
  share,
  object,
  terms,
  onUsed,
}: {
  readonly share: Share;
  readonly object: ShownObject;
  /** What is said of the share, before what is said of the object. */
  readonly terms: ComponentChild;
  /** Called when the share may have fewer uses left. */
  readonly onUsed: () => void;
}): JSX.Element {
  const { say, bytes } = useWords();
  const [navigated, setNavigated] = useState<Outcome>();
  const transfer = useTransfer(
    async (options) => (await import('./transfer.ts')).transfer(share, object, options),
    `bytes ${share.path} ${object.key ?? ''}`,
    onUsed,
  );

  async function letBrowser(): Promise<void> {
    setNavigated(await (await import('./transfer.ts')).navigate(share, object));
  }

  const shown =
    navigated === undefined ? transfer : { ...transfer, state: { kind: 'done', outcome: navigated } as const };
  return (
    <>
      <TransferView transfer={shown} label={say('download')} canPause onNavigate={() => void letBrowser()} />
      <dl>
        {terms}
        <dt>{say('type')}</dt>
        <dd>{typeName(object, say('unknownType'))}</dd>
        {object.size !== undefined && (
          <>
            <dt>{say('size')}</dt>
            <dd>{bytes(object.size)}</dd>
          </>
        )}
        {object.crc64 !== undefined && (
          <>
            <dt>{say('checksum')}</dt>
            <dd class="code">{object.crc64}</dd>
          </>
        )}
      </dl>
      {object.preview && <Preview share={share} name={object.name} />}
      <CurlLine share={share} object={object} />
    </>
  );
}

/** The extension says more to a person than the media type, which is often the general one. */
function typeName({ name, contentType }: ShownObject, otherwise: string): string {
  const extension = /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toUpperCase();
  const type = contentType === 'application/octet-stream' ? undefined : contentType?.split(';', 1)[0];
  if (extension === undefined) return type ?? otherwise;
  return type === undefined ? extension : `${extension} (${type})`;
}
