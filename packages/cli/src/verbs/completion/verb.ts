import { defineVerb, type Verb } from '../../verb.ts';
import { completionModel } from './model.ts';
import { bashCompletion, fishCompletion, zshCompletion } from './scripts.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
const OPTIONS = {};

/** `ossgrant completion`: a script that completes verbs and options in a shell. */
export const completion: Verb<typeof OPTIONS> = defineVerb({
  name: 'completion',
  summary: 'Print a shell completion script',
  examples: [
    { description: 'in ~/.bashrc', command: 'eval "$(ossgrant completion bash)"' },
    { description: 'in ~/.zshrc, after compinit', command: 'eval "$(ossgrant completion zsh)"' },
    { description: 'for fish', command: 'ossgrant completion fish > ~/.config/fish/completions/ossgrant.fish' },
  ],
  positional: { name: 'SHELL', min: 1, max: 1, choices: ['bash', 'zsh', 'fish'] },
  options: OPTIONS,
  async run({ args: [shell], verbs, stdout }) {
    await stdout.write(SHELLS[shell as keyof typeof SHELLS](await completionModel(verbs)));
  },
});
