/** `node tools/bench/write-cost.mjs`: what a write to the page cache costs, at once and by way of the thread pool (ADR 2). */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

const SIZES = [512, 8 * 1024, 64 * 1024, 256 * 1024]
const TOTAL_BYTES = 1e9
const COUNT_MAX = 20_000
/** The writes go round in so many places: none of them makes the file longer. */
const PLACE_COUNT = 1000

/** Of a write, in µs: median until it is done, and CPU time of the whole process. */
async function costOf(count, write) {
  const times = []
  const before = process.cpuUsage()
  for (let index = 0; index < count; index += 1) {
    const startMs = performance.now()
    await write(index)
    times.push((performance.now() - startMs) * 1000)
  }
  const { user, system } = process.cpuUsage(before)
  times.sort((left, right) => left - right)
  return [times[count >> 1], (user + system) / count]
}

async function row(fd, bytes) {
  const buffer = Buffer.alloc(bytes, 1)
  const count = Math.min(COUNT_MAX, Math.floor(TOTAL_BYTES / bytes))
  const placeOf = index => (index % PLACE_COUNT) * bytes
  const writeAtOnce = index => void fs.writeSync(fd, buffer, 0, bytes, placeOf(index))
  const writePooled = index =>
    new Promise((resolve, reject) => {
      fs.write(fd, buffer, 0, bytes, placeOf(index), error => (error ? reject(error) : resolve()))
    })
  for (let index = 0; index < PLACE_COUNT; index += 1) writeAtOnce(index)
  const costs = [...(await costOf(count, writeAtOnce)), ...(await costOf(count, writePooled))]
  return [String(bytes), ...costs.map(cost => cost.toFixed(1))]
}

function say(cells) {
  process.stdout.write(`${cells.map(cell => cell.padStart(10)).join('')}\n`)
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'write-cost-'))
const fd = fs.openSync(path.join(folder, 'log'), 'w+')
try {
  say(['bytes', 'sync p50', 'sync CPU', 'pool p50', 'pool CPU'])
  for (const bytes of SIZES) say(await row(fd, bytes))
} finally {
  fs.closeSync(fd)
  fs.rmSync(folder, { recursive: true })
}
