/** A redis-server for the tests of one run of `npm run test:redis`, at REDIS_TEST_URL. */
const { spawn } = require('node:child_process')

/** Between the ports of other servers of tests and those that systems give to connections. */
const PORT_MIN = 32_000
const PORT_COUNT = 768

module.exports = async () => {
  for (;;) {
    const port = PORT_MIN + Math.floor(Math.random() * PORT_COUNT)
    const output = await startRedis(port)
    if (output === null) return
    if (!/already in use/.test(output)) throw new Error(`redis-server does not start:\n${output}`)
  }
}

/** Resolves with what it wrote if it ends at once. */
function startRedis(port) {
  const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', '/tmp'].map(String)
  const redis = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => redis.kill('SIGKILL'))
  return new Promise((resolve, reject) => {
    let output = ''
    redis.once('error', cause =>
      reject(new Error('there is no redis-server on this machine: apt-get install redis-server', { cause })),
    )
    redis.once('close', () => resolve(output))
    redis.stdout.on('data', chunk => {
      output += chunk
      if (!output.includes('Ready to accept connections')) return
      process.env.REDIS_TEST_URL = `redis://127.0.0.1:${port}/0`
      globalThis.redisOfTests = redis
      resolve(null)
    })
  })
}
