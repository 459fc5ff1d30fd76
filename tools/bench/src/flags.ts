import { parseArgs } from 'node:util'

export const HELP = `Load for any RocketMQ broker or NameServer, and what it made of it.

  npm run bench -- --addr 127.0.0.1:10911                      send, batch, latency and pull, one after the other
  npm run bench -- --addr 127.0.0.1:10911 --load send --binary
  npm run bench -- --addr 127.0.0.1:10911 --load send,pop      pops what was sent and acknowledges each message
  npm run bench -- --addr 127.0.0.1:10911 --load transactions  half messages, each committed when it is answered
  npm run bench -- --addr 127.0.0.1:9876 --load route          how fast a NameServer answers routes
  npm run bench -- --addr 127.0.0.1:8081 --load grpc-send,grpc-receive --topic T   a proxy, by gRPC; T exists
  npm run bench -- --addr 127.0.0.1:8090 --load http-send,http-batch,http-receive --topic T   a proxy, by HTTP
  npm run bench -- --addr A --against B --rounds 3             the same work at A and B by turns, and the ratios
  npm run bench -- --many-queues 100000                        a broker of its own for each engine behind the queues
  npm run bench -- --many-topics 100000                        a broker of its own for each of what keeps the tables
  npm run bench -- --many-groups 20000                         the same with groups, and offsets of each
  npm run bench -- --timers 1000000                            messages for later times, with a broker of its own
  npm run bench -- --recovery 10                               starts of a broker that was killed, with a log of 10 GiB
  npm run bench -- --idle-polls 10000                          a broker of its own, and what groups cost it that wait

  --addr HOST:PORT     the server to load
  --store-type LIST    with --many-queues: the engines (default,kv)
  --against HOST:PORT  a second server for the same loads; ratios are printed at the end
  --rounds N           how often each load runs (1)
  --load NAMES         of send, batch, latency, pull, pop, transactions, route, grpc-send, grpc-receive,
                       http-send, http-batch, http-receive; separated by commas (send,batch,latency,pull)
  --topic NAME         made by the first send if the broker creates topics (bench)
  --group NAME         with grpc-receive, where the proxy makes no groups by itself: one that exists
  --n N                messages of one load (200000; latency: a tenth)
  --size N             body bytes (128)
  --queues N           queues of the topic, at most 10 (8)
  --conns N            connections (4)
  --window N           requests in flight on each connection (256; batch, gRPC and HTTP: a sixteenth)
  --batch N            messages of one batch (32)
  --max N              messages of one pull, pop or receive (32)
  --broker-name NAME   of the broker that is popped (broker-a)
  --precision MS       with --timers: timerPrecisionMs (1000)
  --binary             ROCKETMQ headers instead of JSON
  --json               one JSON line for each result instead of the table
`

export type Flags = Readonly<Record<string, string | boolean | undefined>>

export function readFlags(): Flags {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values } = parseArgs({
    options: {
      addr: text,
      against: text,
      rounds: text,
      load: text,
      topic: text,
      group: text,
      n: text,
      size: text,
      queues: text,
      conns: text,
      window: text,
      batch: text,
      max: text,
      'many-queues': text,
      'many-topics': text,
      'many-groups': text,
      'store-type': text,
      recovery: text,
      'idle-polls': text,
      'broker-name': text,
      timers: text,
      precision: text,
      binary: flag,
      json: flag,
      help: { ...flag, short: 'h' },
    },
  })
  return values
}

/** A flag that must be a whole number of at least 1 and at most `max`. */
export function count(flags: Flags, name: string, otherwise: number, max = 1e9): number {
  const value = Number(flags[name] ?? otherwise)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new Error(`--${name} ${String(flags[name])}: a whole number from 1 to ${max} is needed`)
}
