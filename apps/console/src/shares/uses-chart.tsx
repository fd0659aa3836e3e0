import { type ReactNode, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ShareUse } from '../api/types.ts';
import { useLanguage } from '../texts/language.tsx';
import { usesByTime } from './uses-by-time.ts';

interface UsesChartProps {
  readonly uses: readonly ShareUse[];
  /** Where the chart starts. */
  readonly since: string;
}

const HEIGHT = 150;
const darkScheme = matchMedia('(prefers-color-scheme: dark)');

function onScheme(listener: () => void): () => void {
  darkScheme.addEventListener('change', listener);
  return () => darkScheme.removeEventListener('change', listener);
}
const LEAST_BARS = 12;

/** Downloads over time as bars; the caption says the same in words. */
export function UsesChart({ uses, since }: UsesChartProps): ReactNode {
  const { t, tag, shortInstant } = useLanguage();
  const host = useRef<HTMLDivElement>(null);
  // The colours of what is drawn do not follow the system by themselves.
  const isDark = useSyncExternalStore(onScheme, () => darkScheme.matches);
  const data = useMemo(() => usesByTime(uses, since, Date.now()), [uses, since]);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const style = getComputedStyle(element);
    const axis = { stroke: style.color, grid: { show: false }, ticks: { show: false }, font: '12px system-ui' };
    const [first = 0] = data.times;
    const bars = UPlot.paths.bars?.({ size: [0.8, 40] });
    const time = new Intl.DateTimeFormat(tag, { month: 'numeric', day: 'numeric', hour: 'numeric', minute: '2-digit' });
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        // Room for half of the last label.
        padding: [8, 56, 0, 0],
        cursor: { show: false },
        scales: {
          // Half a bar more on both sides, and never so few bars that one fills the chart.
          x: {
            range: () => [first - data.step / 2, first + (Math.max(data.times.length, LEAST_BARS) - 0.5) * data.step],
          },
          y: { range: (_, __, most) => [0, Math.max(1, most)] },
        },
        axes: [
          { ...axis, size: 28, space: 110, values: (_, splits) => splits.map((split) => time.format(split * 1000)) },
          {
            ...axis,
            size: 36,
            values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? String(split) : '')),
          },
        ],
        series: [
          {},
          { fill: style.accentColor, points: { show: false }, ...(bars === undefined ? {} : { paths: bars }) },
        ],
      },
      [[...data.times], [...data.counts]],
      element,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [data, tag, isDark]);
  const words = t('shares.chartText', { count: uses.length, from: shortInstant(new Date(since)) });
  return (
    <figure className="chart">
      <h3>{t('shares.chart')}</h3>
      <div ref={host} className="chart-canvas" role="img" aria-label={words} />
      <figcaption className="hint">{words}</figcaption>
    </figure>
  );
}
