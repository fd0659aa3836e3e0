import { type ReactNode, useMemo } from 'react';
import { Button } from 'react-aria-components/Button';
import { encode } from 'uqr';
import { saveText } from '../parts/save.ts';
import { useLanguage } from '../texts/language.tsx';

interface QrCodeProps {
  readonly text: string;
  /** Of the file that it is saved as. */
  readonly name: string;
}

const BORDER = 4;

/** The modules of a code as one path, or nothing where the text is too long to be scanned from a screen. */
function drawn(text: string): { readonly size: number; readonly path: string } | undefined {
  try {
    const { size, data } = encode(text, { ecc: 'L', border: BORDER });
    const rows = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
    return { size, path: rows.join('') };
  } catch {
    return undefined;
  }
}

/** A QR code, dark on light in every theme, as readers need it. */
export function QrCode({ text, name }: QrCodeProps): ReactNode {
  const { t } = useLanguage();
  const code = useMemo(() => drawn(text), [text]);
  if (code === undefined) return <p className="hint">{t('link.qrTooLong')}</p>;
  const { size, path } = code;
  const box = `0 0 ${size} ${size}`;
  const save = (): void => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
    saveText(`${name}.svg`, 'image/svg+xml', svg);
  };
  return (
    <figure className="qr">
      <svg viewBox={box} role="img" aria-label={t('link.qr')} shapeRendering="crispEdges">
        <path className="qr-light" d={`M0 0h${size}v${size}H0z`} />
        <path className="qr-dark" d={path} />
      </svg>
      <Button className="button" onPress={save}>
        {t('link.saveSvg')}
      </Button>
    </figure>
  );
}
