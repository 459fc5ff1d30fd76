import { EventEmitter } from 'node:events'
import { ConfigError, silentLog } from '@rocketmq-ts/base'
import type { Component } from '@rocketmq-ts/base'
import { runApp } from '../src'
import type { App } from '../src'

class FakeHost extends EventEmitter {
  readonly argv = ['node', 'main', '-x']
  readonly env = { A: 'b' }
  readonly exitCodes: number[] = []
  out = ''
  err = ''
  readonly stdout = { write: (text: string) => void (this.out += text), on: () => undefined }
  readonly stderr = { write: (text: string) => void (this.err += text) }

  exit(code: number): void {
    this.exitCodes.push(code)
    this.emit('exit code')
  }
}

function appOf(component: Partial<Component>, calls: string[] = []): App {
  return {
    component: { start: () => Promise.resolve(), stop: () => Promise.resolve(), ...component },
    log: { ...silentLog, fatal: (_values, text) => void calls.push(`fatal: ${text}`) },
    bootLines: () => ['it serves at 1.2.3.4:5'],
    flush: () => void calls.push('flush'),
  }
}

test('it starts, says where it serves, stops at a signal and exits 0', async () => {
  const host = new FakeHost()
  const calls: string[] = []
  const component = {
    start: () => Promise.resolve(void calls.push('start')),
    stop: () => Promise.resolve(void calls.push('stop')),
  }
  const running = runApp(({ args, environment }) => {
    calls.push(`create ${args.join()} ${environment['A'] ?? ''}`)
    return Promise.resolve(appOf(component, calls))
  }, host)
  await new Promise(setImmediate)
  expect(host.out).toBe('it serves at 1.2.3.4:5\n')
  expect(host.exitCodes).toEqual([])
  host.emit('SIGTERM')
  await running
  expect(calls).toEqual(['create -x b', 'start', 'stop', 'flush'])
  expect(host.exitCodes).toEqual([0])
})

test('a signal while it starts lets the start finish, then stops', async () => {
  const host = new FakeHost()
  const calls: string[] = []
  const component = {
    start: async () => {
      host.emit('SIGINT')
      await new Promise(setImmediate)
      calls.push('started')
    },
    stop: () => Promise.resolve(void calls.push('stopped')),
  }
  await runApp(() => Promise.resolve(appOf(component)), host)
  expect(calls).toEqual(['started', 'stopped'])
  expect(host.exitCodes).toEqual([0])
})

test('a second signal ends it at once, although the stop hangs', async () => {
  const host = new FakeHost()
  void runApp(() => Promise.resolve(appOf({ stop: () => new Promise(() => undefined) })), host)
  await new Promise(setImmediate)
  host.emit('SIGINT')
  host.emit('SIGINT')
  expect(host.exitCodes).toEqual([130])
})

test('a configuration that cannot be used exits 2 with every problem on a line', async () => {
  const host = new FakeHost()
  await runApp(() => Promise.reject(new ConfigError(['one', 'two'])), host)
  expect(host.err).toBe('one\ntwo\n')
  expect(host.exitCodes).toEqual([2])
})

test('a start that fails is logged and exits 1', async () => {
  const host = new FakeHost()
  const calls: string[] = []
  await runApp(() => Promise.resolve(appOf({ start: () => Promise.reject(new Error('boom')) }, calls)), host)
  expect(calls).toEqual(['fatal: could not start', 'flush'])
  expect(host.err).toContain('Error: boom')
  expect(host.exitCodes).toEqual([1])
})

test.each(['uncaughtException', 'unhandledRejection'])('%s while it runs is fatal', async event => {
  const host = new FakeHost()
  const calls: string[] = []
  void runApp(() => Promise.resolve(appOf({}, calls)), host)
  await new Promise(setImmediate)
  host.emit(event, new Error('bug'))
  expect(calls[0]).toContain('fatal: a bug')
  expect(host.exitCodes).toEqual([1])
})

test('an app that has done what it was asked for does not wait', async () => {
  const host = new FakeHost()
  await runApp(() => Promise.resolve(null), host)
  expect(host.exitCodes).toEqual([])
})
