import { basename, dirname, join } from 'node:path'
import { Application, type TypeDocOptions } from 'typedoc'
import { load as markdown } from 'typedoc-plugin-markdown'
import { app, assembled, root } from './paths.js'

/** The documented entries, by the name of their page. */
const entries: Readonly<Record<string, string>> = {
  core: 'core/src/index.ts',
  'core/head': 'core/src/head/index.ts',
  'core/pairs': 'core/src/pairs/index.ts',
  'core/latex': 'core/src/expression/latex.ts',
  'core/backend': 'core/src/backend.ts',
  'core/shader': 'core/src/shader/index.ts',
  'core/pairs/engine': 'core/src/pairs/engine.ts',
  wasm: 'wasm/src/index.ts',
  'wasm/pairs': 'wasm/src/pairs/index.ts',
  webgpu: 'webgpu/src/index.ts',
  'webgpu/buffers': 'webgpu/src/buffers/index.ts',
  tfjs: 'tfjs/src/index.ts',
  'tfjs/layers': 'tfjs/src/layers.ts',
  'tfjs/pairs': 'tfjs/src/pairs/index.ts',
  onnx: 'onnx/src/index.ts',
  'onnx/pairs': 'onnx/src/pairs/index.ts',
  mpi: 'mpi/src/index.ts',
  metrics: 'metrics/src/index.ts',
}

/** Pages of the API reference, in order. */
export const apiPages: readonly string[] = Object.keys(entries)

/** Writes a page for each entry, from the comments in its sources. */
export const writeApi = async (): Promise<void> => {
  for (const [name, entry] of Object.entries(entries)) {
    const options: TypeDocOptions & Readonly<Record<string, unknown>> = {
      entryPoints: [join(root, 'packages', entry)],
      tsconfig: join(app, 'tsconfig.api.json'),
      plugin: [markdown],
      name: `@arcmargin/${name}`,
      readme: 'none',
      skipErrorChecking: true,
      excludePrivate: true,
      excludeInternal: true,
      excludeExternals: true,
      disableSources: true,
      disableGit: true,
      githubPages: false,
      logLevel: 'Error',
      router: 'module',
      hideBreadcrumbs: true,
      hidePageHeader: true,
      entryFileName: `${basename(name)}.md`,
      parametersFormat: 'table',
      propertyMembersFormat: 'list',
      interfacePropertiesFormat: 'table',
      typeDeclarationFormat: 'table',
      // Comments say the defaults, a column of them would be full of undefined; and everything is readonly.
      tableColumnSettings: { hideDefaults: true, hideModifiers: true },
      sanitizeComments: true,
      out: join(assembled, 'api', dirname(name)),
      cleanOutputDir: false,
    }
    const application = await Application.bootstrapWithPlugins(options as Partial<TypeDocOptions>)
    const project = await application.convert()
    if (!project) throw new Error(`typedoc could not read ${entry}`)
    await application.generateOutputs(project)
  }
}
