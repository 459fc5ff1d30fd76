import nx from '@nx/eslint-plugin'
import tseslint from 'typescript-eslint'

const may = (sourceTag, ...onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags })

/** Who may import whom. Nx applies every line whose tag matches: a project satisfies its layer and its scope. */
const depConstraints = [
  may('layer:app', 'layer:service', 'layer:base'),
  may('layer:service', 'layer:store', 'layer:transport', 'layer:protocol', 'layer:base'),
  may('layer:store', 'layer:store', 'layer:protocol', 'layer:base'),
  may('layer:transport', 'layer:transport', 'layer:protocol', 'layer:base'),
  may('layer:protocol', 'layer:base'),
  may('layer:base', 'layer:base'),
  may('layer:testing', 'layer:transport', 'layer:protocol', 'layer:base'),
  may('layer:tool', 'layer:testing', 'layer:service', 'layer:transport', 'layer:protocol', 'layer:base'),
  may('scope:shared', 'scope:shared'),
  may('scope:namesrv', 'scope:namesrv', 'scope:shared'),
  may('scope:broker', 'scope:broker', 'scope:shared'),
  may('scope:proxy', 'scope:proxy', 'scope:shared'),
  may('app:namesrv', 'scope:namesrv', 'scope:shared'),
  may('app:broker', 'scope:broker', 'scope:shared'),
  may('app:proxy', 'scope:proxy', 'scope:broker', 'scope:shared'), // with a broker inside, when asked to
  may('app:standalone', 'scope:namesrv', 'scope:broker', 'scope:proxy', 'scope:shared'), // only an app joins services
  may('scope:tool', 'scope:shared', 'scope:namesrv', 'scope:broker', 'scope:proxy'),
]

const boundaries = { banTransitiveDependencies: true, depConstraints, enforceBuildableLibDependency: false }

const diskModules = ['node:fs', 'node:fs/promises', 'fs', 'fs/promises']
const socketModules = ['node:net', 'node:tls', 'node:http', 'net', 'tls', 'http']
const banned = (names, message) => ({
  'no-restricted-imports': ['error', { paths: names.map(name => ({ name, message })) }],
})
const clockGlobals = ['setTimeout', 'setInterval', 'setImmediate']

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      '**/*.js',
      '**/*.cjs',
      '**/*.mjs',
      '**/java/**',
      '**/generated/**',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': ['error', boundaries],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 70 }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'Write every export out by name.' },
      ],
    },
  },
  {
    files: ['libs/{protocol,filter}/src/**/*.ts'],
    rules: {
      ...banned([...diskModules, ...socketModules], 'protocol and filter are pure: bytes <-> values'),
      'no-restricted-globals': ['error', ...clockGlobals],
    },
  },
  {
    files: ['libs/{broker,namesrv,client-housekeeping,store}/src/**/*.ts'],
    rules: {
      ...banned([...diskModules, ...socketModules], 'the disk is reached through Disk, sockets through remoting'),
      'no-restricted-globals': ['error', ...clockGlobals],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'Use Clock.' }],
    },
  },
  {
    files: ['**/test/**/*.ts', 'libs/testing/**/*.ts'],
    rules: {
      // A test may see its lib as others do, by name.
      '@nx/enforce-module-boundaries': ['error', { ...boundaries, allowCircularSelfDependency: true }],
      '@typescript-eslint/no-misused-spread': 'off',
      'max-lines': ['error', 800],
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
)
