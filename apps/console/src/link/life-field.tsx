import { type ReactNode, Suspense } from 'react';
import { Label } from 'react-aria-components/Label';
import { Slider, SliderFill, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components/Slider';
import { Switch } from 'react-aria-components/Switch';
import { later } from '../parts/later.ts';
import { Loading } from '../parts/states.tsx';
import { useLanguage } from '../texts/language.tsx';
import { LIVES, type LinkInput } from './link-input.ts';

const EndField = later(async () => (await import('./end-field.tsx')).EndField);

interface LifeFieldProps {
  readonly input: LinkInput;
  readonly onChange: (change: Partial<LinkInput>) => void;
  readonly longestSeconds: number;
}

/** How long a link lives: by a slider that stops at the usual lives, or to a date. */
export function LifeField({ input, onChange, longestSeconds }: LifeFieldProps): ReactNode {
  const { t, duration } = useLanguage();
  // The longest that is allowed is a stop of its own.
  const stops = [...LIVES.filter((seconds) => seconds < longestSeconds), longestSeconds];
  const index = Math.max(
    0,
    stops.findLastIndex((seconds) => seconds <= input.lifeSeconds),
  );
  return (
    <div className="field">
      {input.end === undefined ? (
        <Slider
          className="slider"
          minValue={0}
          maxValue={Math.max(1, stops.length - 1)}
          isDisabled={stops.length === 1}
          value={index}
          onChange={(next) => onChange({ lifeSeconds: stops[next] ?? longestSeconds })}
        >
          <Label>{t('link.life')}</Label>
          <SliderOutput className="slider-output">{duration(stops[index] ?? longestSeconds)}</SliderOutput>
          <SliderTrack className="slider-track">
            <SliderFill className="slider-fill" />
            <SliderThumb className="slider-thumb" aria-valuetext={duration(stops[index] ?? longestSeconds)} />
          </SliderTrack>
        </Slider>
      ) : (
        <Suspense fallback={<Loading />}>
          <EndField value={input.end} onChange={(end) => onChange({ end })} longestSeconds={longestSeconds} />
        </Suspense>
      )}
      <Switch
        className="switch"
        isSelected={input.end !== undefined}
        onChange={(byDate) => onChange({ end: byDate ? new Date(Date.now() + input.lifeSeconds * 1000) : undefined })}
      >
        <span className="switch-mark" />
        {t('link.untilDate')}
      </Switch>
    </div>
  );
}
