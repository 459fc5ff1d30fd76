import {
  LanguageCode,
  languageName,
  languageOfByte,
  languageOfName,
  OwnRequestCode,
  RequestCode,
  requestCodeName,
  ResponseCode,
  responseCodeName,
} from '../../src'

test('every code has one name, and every name one code', () => {
  for (const [name, code] of Object.entries(RequestCode)) expect(requestCodeName(code)).toBe(name)
  for (const [name, code] of Object.entries(ResponseCode)) expect(responseCodeName(code)).toBe(name)
  expect([requestCodeName(9999), responseCodeName(9999)]).toEqual([null, null])
})

test('what a binary header has room for of a code is like no other code', () => {
  const rests = [...Object.values(RequestCode), ...Object.values(OwnRequestCode)].map(code => (code << 16) >> 16)
  expect(new Set(rests).size).toBe(rests.length)
})

test('a language goes by its byte and its name', () => {
  for (const [name, byte] of Object.entries(LanguageCode)) {
    expect([
      languageOfByte(byte),
      languageOfName(name),
      languageOfName(name.toLowerCase()),
      languageName(byte),
    ]).toEqual([byte, byte, byte, name])
  }
  expect([languageOfByte(14), languageOfByte(127), languageOfName('KOTLIN'), languageName(null)]).toEqual([
    null,
    null,
    null,
    null,
  ])
})
