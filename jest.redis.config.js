/** Tests that need a real redis-server: `npm run test:redis`. They fail on a machine that has none. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['**/test/**/*.redis.ts'],
  globalSetup: '<rootDir>/tools/build/redis-for-tests.cjs',
  globalTeardown: '<rootDir>/tools/build/redis-after-tests.cjs',
}
