import type { ReactNode } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { Text } from 'react-aria-components/Text';
import { TextField, type TextFieldProps } from 'react-aria-components/TextField';

interface FieldProps extends Omit<TextFieldProps, 'children' | 'className'> {
  readonly label: string;
  /** Only for screen readers. */
  readonly isLabelHidden?: boolean;
  readonly hint?: string | undefined;
  readonly placeholder?: string;
  /** What is wrong with the text. */
  readonly error?: string | undefined;
}

/** A line of text with its label and hint. */
export function Field({ label, isLabelHidden = false, hint, placeholder, error, ...props }: FieldProps): ReactNode {
  return (
    // What is wrong may be right by now, which only another try shows: it must not hold the form back.
    <TextField {...props} className="field" validationBehavior="aria" isInvalid={error !== undefined}>
      <Label {...(isLabelHidden ? { className: 'visually-hidden' } : {})}>{label}</Label>
      <Input className="input" {...(placeholder === undefined ? {} : { placeholder })} />
      {hint !== undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly hint?: string }[];
  /** Beside each other, without hints. */
  readonly compact?: boolean;
}

/** One of a few. */
export function Choice<Value extends string>({
  label,
  value,
  onChange,
  options,
  compact = false,
}: ChoiceProps<Value>): ReactNode {
  return (
    <RadioGroup
      className={compact ? 'choice choice-compact' : 'choice'}
      value={value}
      onChange={(next) => onChange(next as Value)}
    >
      <Label>{label}</Label>
      <div className="choice-options">
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className="choice-option">
            <span className="choice-mark" />
            <span>
              <span className="choice-label">{option.label}</span>
              {option.hint !== undefined && <span className="hint">{option.hint}</span>}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
