import { defineVerb, type Verb } from '../../verb.ts';
import { VERBS } from '../../verbs.ts';
import { completionModel } from './model.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './scripts.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
const OPTIONS = {};

/** `ossgrant completion`: a script that teaches a shell the verbs and their options. */
export const completion: Verb<typeof OPTIONS> = defineVerb({
  name: 'completion',
  summary: 'Print a completion script for a shell',
  examples: [
    { says: 'in ~/.bashrc', command: 'eval "$(ossgrant completion bash)"' },
    { says: 'in ~/.zshrc, after compinit', command: 'eval "$(ossgrant completion zsh)"' },
    { says: 'for fish', command: 'ossgrant completion fish > ~/.config/fish/completions/ossgrant.fish' },
  ],
  positional: { name: 'SHELL', min: 1, max: 1, choices: ['bash', 'zsh', 'fish'] },
  options: OPTIONS,
  async run({ args: [shell], stdout }) {
    await stdout.write(SHELLS[shell as keyof typeof SHELLS](await completionModel(VERBS)));
  },
});
