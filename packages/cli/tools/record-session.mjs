// Records docs/cli-session.md: types commands into a real terminal (tmux) and saves the screen. Run it after `tools/build.mjs`; do
// not edit that page by hand.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import manifest from '../package.json' with { type: 'json' };

const root = path.join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'session-'));
const socket = path.join(folder, 'tmux');
const work = path.join(folder, 'here');

/** @param {string[]} args */
const tmux = (...args) => execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
let joined = ['-J'];
const screen = () => tmux('capture-pane', '-p', ...joined, '-t', 'demo').trimEnd();

/** @param {RegExp} text waits until the screen shows it */
async function shown(text) {
  for (let tries = 0; tries < 400; tries += 1) {
    const now = screen();
    if (text.test(now)) return now;
    await delay(50);
  }
  throw new Error(`the terminal did not show ${text}:\n${screen()}`);
}

/** @type {string[]} */
const page = [];

/**
 * @param {string} description
 * @param {string} command
 * @param {RegExp} [until] shown when the step is done @default the next prompt
 */
async function step(description, command, until = /\$ $|\$$/) {
  tmux('send-keys', '-t', 'demo', '-l', 'clear');
  tmux('send-keys', '-t', 'demo', 'Enter');
  await shown(/^\$\s*$/);
  tmux('send-keys', '-t', 'demo', '-l', command);
  tmux('send-keys', '-t', 'demo', 'Enter');
  await delay(300);
  const text = (await shown(until)).replace(/\n\$\s*$/, '');
  page.push(description, '', '```text', text, '```', '');
}

/** Forty links at once, one of them to nothing, on a terminal of 80 columns and into a pipe. */
async function fetchMany() {
  const put = 'ossgrant sign oss://my-bucket/ --files-from keys -X PUT 2> /dev/null | head -39';
  const upload = 'while read -r url; do curl -sT piece "$url"; done';
  const links = 'ossgrant sign oss://my-bucket/ --files-from keys > links 2> /dev/null';
  const prepare = `seq -f data/%02g.bin 40 > keys; head -c 4000000 /dev/urandom > piece; ${put} | ${upload}; ${links}`;
  tmux('send-keys', '-t', 'demo', '-l', `${prepare}; echo links made`);
  tmux('send-keys', '-t', 'demo', 'Enter');
  await shown(/^links made/m);
  tmux('resize-window', '-t', 'demo', '-x', '80', '-y', '20');
  joined = [];
  const many = 'Forty links, of which one leads to nothing, on a terminal of 80 columns (here without joining lines):';
  await step(many, 'ossgrant get - --out-dir in < links', /^[12]\d of 40 .*\/s/m);
  await shown(/downloads complete[^$]*\$ ?$/s);
  page.push('At its end:', '', '```text', screen().replace(/\n\$\s*$/, ''), '```', '');
  await step(
    'Into a pipe, which has the paths alone:',
    'ossgrant get - --out-dir again < links 2> log | wc -l; tail -n 4 log',
    /^ {2}failed.*\n\$ ?$/ms,
  );
  joined = ['-J'];
  tmux('resize-window', '-t', 'demo', '-x', '110', '-y', '45');
}

try {
  execFileSync('mkdir', [work]);
  tmux('new-session', '-d', '-s', 'demo', '-x', '110', '-y', '45', '-c', work, 'sh');
  const bin = path.join(import.meta.dirname, '..', manifest.bin.ossgrant);
  // A program, not a function: a shell in between would not forward signals.
  writeFileSync(path.join(folder, 'ossgrant'), `#!/bin/sh\nexec ${process.execPath} ${bin} "$@"\n`, { mode: 0o755 });
  for (const line of [`PATH=${folder}:$PATH`, "PS1='$ '", `HOME=${folder}`]) {
    tmux('send-keys', '-t', 'demo', '-l', line);
    tmux('send-keys', '-t', 'demo', 'Enter');
    await delay(200);
  }
  page.push(
    '# A session in a terminal',
    '',
    '`packages/cli/tools/record-session.mjs` typed these commands into a terminal and saved the screen, with wrapped lines joined.',
    '',
  );
  await step('A local OSS with its STS, and the variables for it:', 'ossgrant local > env.sh &', /stop with Ctrl-C/);
  await step('Whose credentials these are:', '. ./env.sh; ossgrant whoami');
  await step('A link for 15 minutes:', 'ossgrant sign oss://my-bucket/large.bin | tee link | cut -c 1-100');
  await step('A download, half-way:', 'ossgrant get - --limit-rate 8MB/s < link', / 5\d %/);
  tmux('send-keys', '-t', 'demo', 'C-c');
  await shown(/to resume, run[^$]*\$ ?$/s);
  page.push('Ctrl-C:', '', '```text', screen().replace(/\n\$\s*$/, ''), '```', '');
  await step('The same command resumes the download:', 'ossgrant get - < link; echo exit code $?');
  await fetchMany();
  await step('What the link grants:', 'ossgrant inspect "$(cat link)"');
  await step(
    'A link that a mail program cut off, and the diagnosis:',
    'ossgrant doctor "$(cut -c 1-230 link)" --probe; echo exit code $?',
  );
  await step(
    'Credentials for one folder only:',
    'ossgrant grant oss://my-bucket/team-a/ --list --session alice > alice.sh',
  );
  await step(
    'They cannot read another folder:',
    '(. ./alice.sh; for team in a b; do ossgrant get oss://my-bucket/team-$team/notes.txt; echo exit code $?; done)',
  );
  const text = page.join('\n').replaceAll(folder, '/tmp/session').replaceAll(/ +$/gm, '');
  writeFileSync(path.join(root, 'docs', 'cli-session.md'), text);
} finally {
  try {
    // A background job outlives its terminal.
    tmux('send-keys', '-t', 'demo', '-l', 'kill $!');
    tmux('send-keys', '-t', 'demo', 'Enter');
    await delay(500);
    tmux('kill-server');
  } catch {
    // It has already ended.
  }
  rmSync(folder, { recursive: true, force: true });
}
