#!/usr/bin/env node
'use strict'
/**
 * Is the server of this container healthy: does each of its ports answer a request? Exit code 0: yes. Which server it is, and
 * on which ports it listens, is read from what process 1 was started with.
 */
const fs = require('node:fs')
const net = require('node:net')

const PATIENCE_MS = 2500
const args = fs.readFileSync('/proc/1/cmdline', 'utf8').split('\0')
const app = ['mqnamesrv', 'mqbroker', 'mqproxy', 'rocketmq'].find(name => args.some(arg => arg.endsWith(`/${name}`)))
const flag = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise)
const env = (key, otherwise) => process.env[`ROCKETMQ_${key}`] ?? otherwise
/** What each server listens on, and what it is asked there. */
const questionsOf = {
  mqnamesrv: () => [[env('NAMESRV_LISTEN_PORT', 9876), remotingQuestion()]],
  mqbroker: () => [[env('BROKER_LISTEN_PORT', 10911), remotingQuestion()]],
  mqproxy: () => [[env('PROXY_GRPC_SERVER_PORT', 8081), http2Question()]],
  rocketmq: () => [
    [flag('--namesrv-port', 9876), remotingQuestion()],
    [flag('--broker-port', 10911), remotingQuestion()],
    [flag('--grpc-port', 8081), http2Question()],
  ],
}

/** A request with a code that no server knows: each answers it, if it answers anything. */
function remotingQuestion() {
  const header = Buffer.from(JSON.stringify({ code: 0, language: 'OTHER', version: 0, opaque: 1, flag: 0 }))
  const lengths = Buffer.alloc(8)
  lengths.writeInt32BE(4 + header.length, 0)
  lengths.writeInt32BE(header.length, 4)
  return Buffer.concat([lengths, header])
}

/** How every HTTP/2 connection begins: a greeting, and settings, here none; the server answers with its own. */
function http2Question() {
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
  return Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings])
}

function isAnswering(port, question) {
  return new Promise(resolve => {
    const socket = net.connect({ host: '127.0.0.1', port: Number(port) }, () => socket.write(question))
    socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    socket.once('data', () => resolve(true))
    socket.once('error', () => undefined)
    socket.once('close', () => resolve(false))
  })
}

async function main() {
  const questions = questionsOf[app]?.()
  if (questions === undefined) throw new Error(`process 1 is no server: ${args.join(' ')}`)
  const answers = await Promise.all(questions.map(([port, question]) => isAnswering(port, question)))
  const silent = questions.filter((_question, index) => !answers[index]).map(([port]) => port)
  if (silent.length > 0) throw new Error(`${app}: no answer on port ${silent.join(', ')}`)
  process.exit(0)
}

main().catch(error => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
