import type { Comparison } from './mqadmin-steps'

/** Text that differs between two runs of one broker, longest first: what is replaced is not looked at again. */
const VARIABLE_PARTS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\d[ #]\d\d:\d\d:\d\d([,.:]\d{3})?/g, '<time>'],
  [/\b[0-9A-F]{32,56}\b/g, '<id>'],
  [/\d{1,3}(\.\d{1,3}){3}@[\w#-]+/g, '<client>'],
  [/\d{1,3}(\.\d{1,3}){3}:\d+/g, '<address>'],
  [/\d{1,3}(\.\d{1,3}){3}/g, '<host>'],
  [/\b20\d{15}\b/g, '<time>'],
  [/\b\d{13}\b/g, '<ms>'],
  [/-?\d+\.\d+/g, '<decimal>'],
  [/\b\d+-\d+(?=\()/g, '<timer>'],
  [/\b\d+ ?ms\b/g, '<duration>'],
  [/(?<=\bspentTimeMills=)\d+/g, '<duration>'],
  // What statsAll counts over 24 hours: Java takes samples every 10 s and forgets the older ones after a minute.
  [/(?<=<decimal>\s+<decimal>\s+)\d+\s+\d+(?=\s*$)/gm, '<counts>'],
  [/\/\S*\/(?=commitlog|store)/g, '<folder>/'],
  [/\(\S*\.java:\d+\)/g, '(…)'],
]

/** The lines that must be equal: variable parts replaced, runs of blanks made one, empty lines left out. */
export function normalise(output: string, comparison: Comparison): readonly string[] {
  const replaced = VARIABLE_PARTS.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), output)
  const lines = replaced
    .split('\n')
    .map(line => line.trim().replaceAll(/\s+/g, ' '))
    .filter(line => line !== '' && !line.startsWith('at '))
  switch (comparison) {
    case 'lines':
      return lines
    case 'set':
      return lines.sort()
    case 'keys':
      return lines.map(keyOf).sort()
  }
}

/** `brokerName : broker-a` and `<address> brokerName = broker-a` -> `brokerName`. */
function keyOf(line: string): string {
  return /^(?:<address> )?([^\s:=]+) ?[:=]/.exec(line)?.[1] ?? line
}

/** What must be equal of the two outputs and is not, as a diff; empty if there is no such thing. */
export function difference(expected: string, actual: string, comparison: Comparison): string {
  const diff = listDifference(normalise(expected, comparison), normalise(actual, comparison))
  return comparison === 'keys' ? diff.replaceAll(/^\+ .*\n?/gm, '') : diff
}

function listDifference(expected: readonly string[], actual: readonly string[]): string {
  if (expected.length === actual.length && expected.every((line, index) => line === actual[index])) return ''
  const lines: string[] = []
  const rest = [...actual]
  for (const line of expected) {
    const at = rest.indexOf(line)
    if (at < 0) lines.push(`- ${line}`)
    else rest.splice(at, 1)
  }
  lines.push(...rest.map(line => `+ ${line}`))
  return lines.length > 0 ? lines.join('\n') : `other order:\n${actual.join('\n')}`
}
