import { readFileSync } from 'node:fs'

/** How many files and sockets a process may have open, this one and those that it starts. Linux only. */
export function openFilesMax(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1]
  if (soft === undefined) throw new Error('no "Max open files" in /proc/self/limits')
  return Number(soft)
}
