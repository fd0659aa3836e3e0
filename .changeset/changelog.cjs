'use strict';
// A changelog holds what users of the package notice. All packages are released together with one version, so lists of updated
// dependencies would only repeat it.

/** @param {{ readonly summary: string }} changeset */
async function getReleaseLine({ summary }) {
  const [first = '', ...rest] = summary.trim().split('\n');
  return [`- ${first}`, ...rest.map((line) => (line === '' ? '' : `  ${line}`))].join('\n');
}

async function getDependencyReleaseLine() {
  return '';
}

module.exports = { getReleaseLine, getDependencyReleaseLine };
