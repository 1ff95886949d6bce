// Apollo's compatibility tests as they are published, without its own way to start routers and subgraphs.
const { dirname } = require('node:path');

module.exports = {
  rootDir: dirname(require.resolve('@apollo/federation-subgraph-compatibility-tests/package.json')),
  testMatch: ['**/dist/tests/*.test.js'],
  testPathIgnorePatterns: [],
  haste: { retainAllFiles: true },
  transform: {},
  setupFiles: [require.resolve('./router.cjs')],
};
