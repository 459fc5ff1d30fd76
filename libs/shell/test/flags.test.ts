import { ConfigError } from '@rocketmq-ts/base'
import { helpText, readFlags } from '../src'

const flags = [
  { name: 'configFile', letter: 'c', value: 'FILE', help: 'the configuration' },
  { name: 'printConfigItem', letter: 'p', help: 'print and exit' },
  { name: 'home', value: 'DIR', help: 'where all is kept' },
]

test('short, long and joined forms are read', () => {
  const expected = new Map<string, string | true>([
    ['configFile', 'a.conf'],
    ['printConfigItem', true],
  ])
  expect(readFlags(['-c', 'a.conf', '-p'], flags)).toEqual(expected)
  expect(readFlags(['--printConfigItem', '--configFile=a.conf'], flags)).toEqual(expected)
  expect(readFlags([], flags)).toEqual(new Map())
})

test.each([
  [['--hom', 'x'], "Unknown option '--hom', did you mean --home? (-h shows the flags)"],
  [['-x'], "Unknown option '-x' (-h shows the flags)"],
  [['start'], "Unexpected argument 'start'"],
  [['-c'], "Option '-c, --configFile <value>' argument missing (-h shows the flags)"],
])('%j is refused in words', (args, message) => {
  expect(() => readFlags(args, flags)).toThrow(ConfigError)
  expect(() => readFlags(args, flags)).toThrow(message)
})

test('the help has a line per flag', () => {
  expect(helpText('mqbroker [flags]', flags)).toBe(
    [
      'usage: mqbroker [flags]',
      '  -c, --configFile FILE  the configuration',
      '  -p, --printConfigItem  print and exit',
      '      --home DIR         where all is kept',
      '',
    ].join('\n'),
  )
})

test('a short name of several letters is one flag, with its value', () => {
  const proxyFlags = [
    { name: 'proxyConfigPath', shortName: 'pc', value: 'FILE', help: 'the configuration' },
    { name: 'namesrvAddr', letter: 'n', value: 'LIST', help: 'NameServers' },
  ]
  const expected = new Map([
    ['proxyConfigPath', 'a.json'],
    ['namesrvAddr', 'h:1'],
  ])
  expect(readFlags(['-pc', 'a.json', '-n', 'h:1'], proxyFlags)).toEqual(expected)
  expect(readFlags(['-pc=a.json', '-n', 'h:1'], proxyFlags)).toEqual(expected)
  expect(helpText('mqproxy [flags]', proxyFlags)).toBe(
    [
      'usage: mqproxy [flags]',
      '  -pc, --proxyConfigPath FILE  the configuration',
      '  -n,  --namesrvAddr LIST      NameServers',
      '',
    ].join('\n'),
  )
})
