import { fromDate, getLocalTimeZone, type ZonedDateTime } from '@internationalized/date';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Calendar, CalendarCell, CalendarGrid } from 'react-aria-components/Calendar';
import { DateInput, DatePicker, DateSegment } from 'react-aria-components/DatePicker';
import { Dialog } from 'react-aria-components/Dialog';
import { Group } from 'react-aria-components/Group';
import { Heading } from 'react-aria-components/Heading';
import { Label } from 'react-aria-components/Label';
import { Popover } from 'react-aria-components/Popover';
import { Icon } from '../parts/icons.tsx';
import { useLanguage } from '../texts/language.tsx';

interface EndFieldProps {
  readonly value: Date;
  readonly onChange: (end: Date) => void;
  readonly longestSeconds: number;
}

/** An end by date and time, in the user's own zone. */
export function EndField({ value, onChange, longestSeconds }: EndFieldProps): ReactNode {
  const { t } = useLanguage();
  const zone = getLocalTimeZone();
  const now = Date.now();
  return (
    <DatePicker<ZonedDateTime>
      className="field"
      granularity="minute"
      hideTimeZone
      value={fromDate(value, zone)}
      minValue={fromDate(new Date(now), zone)}
      maxValue={fromDate(new Date(now + longestSeconds * 1000), zone)}
      onChange={(end) => {
        if (end !== null) onChange(end.toDate());
      }}
    >
      <Label>{t('link.end')}</Label>
      <Group className="input date-group">
        <DateInput className="date-input">
          {(segment) => <DateSegment segment={segment} className="date-segment" />}
        </DateInput>
        <Button className="button button-bare">
          <Icon name="down" />
        </Button>
      </Group>
      <Popover className="popover">
        <Dialog className="calendar-dialog">
          <Calendar>
            <header className="calendar-header">
              <Button slot="previous" className="button button-bare calendar-back">
                <Icon name="chevron" />
              </Button>
              <Heading />
              <Button slot="next" className="button button-bare">
                <Icon name="chevron" />
              </Button>
            </header>
            <CalendarGrid>{(date) => <CalendarCell date={date} className="calendar-cell" />}</CalendarGrid>
          </Calendar>
        </Dialog>
      </Popover>
    </DatePicker>
  );
}
