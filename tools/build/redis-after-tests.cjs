module.exports = () => void globalThis.redisOfTests.kill('SIGKILL')
